package dataset

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// rowGroup is the number of rows of one row group of a file that is written.
const rowGroup = 1 << 18

// WriteParquet writes t so that the same content gives the same bytes: row
// groups of a fixed size whatever t's chunks are, no metadata but the schema,
// and a writer's name without its version. docs/format/dataset.md has the rest.
func WriteParquet(w io.Writer, t arrow.Table) error {
	pw := newParquetWriter(w, t.Schema())
	for from := int64(0); from < t.NumRows(); from += rowGroup {
		part, err := rows(t, pw.schema, from, min(from+rowGroup, t.NumRows()))
		if err != nil {
			return fmt.Errorf("write parquet: %w", err)
		}
		if err := pw.write(part); err != nil {
			return err
		}
	}
	return pw.close()
}

// A parquetWriter writes a file one row group at a time.
type parquetWriter struct {
	schema              *arrow.Schema
	out                 io.Writer
	*pqarrow.FileWriter // from the first row group on, which says what is encoded how
}

func newParquetWriter(w io.Writer, s *arrow.Schema) *parquetWriter {
	return &parquetWriter{schema: plainSchema(s), out: w}
}

// open begins the file. A column whose values hardly repeat gets no dictionary,
// which would cost more time than the rest and be given up in the end.
func (w *parquetWriter) open(first arrow.Table) error {
	o := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithCreatedBy("cellar"), parquet.WithMaxRowGroupLength(rowGroup)}
	for i := 0; first != nil && i < int(first.NumCols()); i++ {
		if c := first.Column(i); hardlyRepeats(c) {
			o = append(o, parquet.WithDictionaryFor(c.Name(), false))
		}
	}
	fw, err := pqarrow.NewFileWriter(w.schema, struct{ io.Writer }{w.out}, parquet.NewWriterProperties(o...), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	w.FileWriter = fw
	return nil
}

// hardlyRepeats looks at the first values of a column of numbers or times: more
// than half of them, and of at least 1,024, are different.
func hardlyRepeats(c *arrow.Column) bool {
	const most, fewest = 1 << 13, 1 << 10
	seen := map[uint64]struct{}{}
	n := 0
	for _, a := range c.Data().Chunks() {
		for i := 0; i < a.Len() && n < most; i++ {
			switch a := a.(type) {
			case *array.Int64:
				seen[uint64(a.Value(i))] = struct{}{}
			case *array.Float64:
				seen[floatBits(a.Value(i))] = struct{}{}
			case *array.Timestamp:
				seen[uint64(a.Value(i))] = struct{}{}
			default:
				return false
			}
			n++
		}
	}
	return n >= fewest && len(seen) > n/2
}

// write writes a row group: at most rowGroup rows, each column one chunk.
func (w *parquetWriter) write(t arrow.Table) error {
	if w.FileWriter == nil {
		if err := w.open(t); err != nil {
			return err
		}
	}
	if t.NumRows() == 0 {
		return nil
	}
	if err := w.WriteTable(t, rowGroup); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

func (w *parquetWriter) close() error {
	if w.FileWriter == nil {
		if err := w.open(nil); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

// plainSchema drops metadata, which says where a table came from rather than
// what is in it.
func plainSchema(s *arrow.Schema) *arrow.Schema {
	fields := make([]arrow.Field, s.NumFields())
	for i, f := range s.Fields() {
		fields[i] = arrow.Field{Name: f.Name, Type: f.Type, Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// rows copies the rows [from, to) into a table of one chunk a column.
func rows(t arrow.Table, schema *arrow.Schema, from, to int64) (arrow.Table, error) {
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		slice := array.NewChunkedSlice(t.Column(i).Data(), from, to)
		one, err := array.Concatenate(slice.Chunks(), memory.DefaultAllocator)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", t.Column(i).Name(), err)
		}
		chunked := arrow.NewChunked(one.DataType(), []arrow.Array{one})
		columns[i] = *arrow.NewColumn(schema.Field(i), chunked)
	}
	return array.NewTable(schema, columns, to-from), nil
}

func readParquet(ctx context.Context, r parquet.ReaderAtSeeker) (t arrow.Table, err error) {
	defer func() {
		if p := recover(); p != nil { // the reader panics on some broken pages
			err = fmt.Errorf("read parquet: %v", p)
		}
	}()
	f, err := file.NewParquetReader(r)
	if err != nil {
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	defer f.Close()
	fr, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	groups := make([]int, f.NumRowGroups())
	for i := range groups {
		groups[i] = i
	}
	t, err = readColumns(ctx, fr, groups...)
	if err != nil {
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	return widen(t), nil
}

// readColumns does what FileReader.ReadRowGroups does, in this goroutine: a panic
// over a broken page in one of its own would end the process.
func readColumns(ctx context.Context, fr *pqarrow.FileReader, groups ...int) (arrow.Table, error) {
	schema, err := fr.Schema()
	if err != nil {
		return nil, err
	}
	meta := fr.ParquetReader().MetaData()
	leaves := map[int]bool{}
	for i := range meta.Schema.NumColumns() {
		leaves[i] = true
	}
	var count int64
	for _, g := range groups {
		count += meta.RowGroup(g).NumRows()
	}
	columns := make([]arrow.Column, schema.NumFields())
	for i, field := range schema.Fields() {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		r, err := fr.GetFieldReader(ctx, i, leaves, groups)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", field.Name, err)
		}
		data, err := fr.ReadColumn(groups, r)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", field.Name, err)
		}
		if int64(data.Len()) != count {
			return nil, fmt.Errorf("column %q: %d values, not the %d rows of the file", field.Name, data.Len(), count)
		}
		columns[i] = *arrow.NewColumn(arrow.Field{Name: field.Name, Type: data.DataType(), Nullable: true}, data)
	}
	fields := make([]arrow.Field, len(columns))
	for i := range fields {
		fields[i] = columns[i].Field()
	}
	return array.NewTable(arrow.NewSchema(fields, nil), columns, count), nil
}
