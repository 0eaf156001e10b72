package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/hint"
)

// ReadStream is Read for files that need not fit in memory: the same rows, types
// and errors, a part at a time. An error may come after some rows. read, when it
// is not nil, is told how many bytes of the file have been read. The types of a
// large file of text are a guess that its end may refute: see Retyped.
func ReadStream(ctx context.Context, path string, o ReadOptions, read func(int64)) (array.RecordReader, error) {
	if err := exists(path); err != nil {
		return nil, err
	}
	format, err := formatOf(path, o.Format)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	switch format {
	case "parquet":
		return scanParquet(ctx, path)
	case "arrow":
		return scanArrow(path)
	}
	if o.Delimiter == 0 && format == "tsv" {
		o.Delimiter = '\t'
	}
	return scanText(ctx, textFile{path: path, options: o, read: read, streamed: true})
}

// scanParquet reads a row group at a time. A column of uint64 is read whole
// first, since only all its values say whether they fit int64.
func scanParquet(ctx context.Context, path string) (r array.RecordReader, err error) {
	broken := func(err error) error {
		return hint.New(fmt.Errorf("read %s: not a whole Parquet file: %w", path, err), "write it again, or say what it is with --format csv or tsv")
	}
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, broken(fmt.Errorf("read parquet: %v", p))
		}
	}()
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return nil, broken(err)
	}
	fr, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		f.Close()
		return nil, broken(err)
	}
	empty, err := readColumns(ctx, fr)
	if err != nil {
		f.Close()
		return nil, broken(err)
	}
	for _, field := range empty.Schema().Fields() {
		if field.Type.ID() == arrow.UINT64 {
			f.Close()
			t, err := Read(ctx, path, ReadOptions{Format: "parquet"})
			if err != nil {
				return nil, err
			}
			return array.NewTableReader(t, rowGroup), nil
		}
	}
	group := 0
	next := func() (arrow.Record, error) {
		if group == f.NumRowGroups() {
			return nil, io.EOF
		}
		t, err := readGroup(ctx, fr, group)
		if err != nil {
			return nil, broken(err)
		}
		group++
		return oneRecord(widen(t))
	}
	return NewReader(widen(empty).Schema(), next, func() { f.Close() }), nil
}

func readGroup(ctx context.Context, fr *pqarrow.FileReader, group int) (t arrow.Table, err error) {
	defer func() {
		if p := recover(); p != nil { // the reader panics on some broken pages
			err = fmt.Errorf("read parquet: %v", p)
		}
	}()
	return readColumns(ctx, fr, group)
}

// oneRecord is t with its chunks joined.
func oneRecord(t arrow.Table) (arrow.Record, error) {
	one, err := rows(t, t.Schema(), 0, t.NumRows())
	if err != nil {
		return nil, err
	}
	columns := make([]arrow.Array, one.NumCols())
	for i := range columns {
		columns[i] = one.Column(i).Data().Chunk(0)
	}
	return array.NewRecord(t.Schema(), columns, t.NumRows()), nil
}

// scanArrow reads an Arrow IPC file (Feather) or stream, told apart by their
// first bytes.
func scanArrow(path string) (array.RecordReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	broken := func(err error) error {
		return hint.New(fmt.Errorf("read %s: not a whole Arrow file: %w", path, err), "write it again; Arrow IPC files and streams are read, Feather version 1 is not")
	}
	magic := make([]byte, 6)
	if _, err := io.ReadFull(f, magic); err != nil {
		f.Close()
		return nil, broken(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	schema, next, err := openArrow(f, string(magic) == "ARROW1")
	if err != nil {
		f.Close()
		return nil, broken(err)
	}
	empty, err := emptyTable(schema)
	if err != nil {
		f.Close()
		return nil, broken(err)
	}
	return NewReader(widen(empty).Schema(), func() (rec arrow.Record, err error) {
		defer func() {
			if p := recover(); p != nil {
				rec, err = nil, broken(fmt.Errorf("%v", p))
			}
		}()
		rec, err = next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, broken(err)
		}
		if err != nil {
			return nil, err
		}
		return oneRecord(widen(array.NewTableFromRecords(schema, []arrow.Record{rec})))
	}, func() { f.Close() }), nil
}

// openArrow returns the schema and what gives the next record, or io.EOF.
func openArrow(f *os.File, isFile bool) (schema *arrow.Schema, next func() (arrow.Record, error), err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if !isFile {
		r, err := ipc.NewReader(f)
		if err != nil {
			return nil, nil, err
		}
		return r.Schema(), r.Read, nil
	}
	r, err := ipc.NewFileReader(f)
	if err != nil {
		return nil, nil, err
	}
	return r.Schema(), r.Read, nil
}

func emptyTable(s *arrow.Schema) (t arrow.Table, err error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, s)
	return array.NewTableFromRecords(s, []arrow.Record{b.NewRecord()}), nil
}
