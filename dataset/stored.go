package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/together"
	"github.com/cellar-ml/cellar/tracker"
)

// scanRows is the number of rows of a record that Scan gives; the last of a
// stretch has fewer.
const scanRows = 1 << 16

// Scan streams the rows of a registered version in memory that does not grow
// with their number; ref is as Open takes it. Columns have the types that they
// were registered with. All bytes are checked against their digests before rows
// made of them are given; Err names the chunk that is damaged. Release the reader
// when done with it; records that were not retained go with the next call of Next.
func Scan(ctx context.Context, store tracker.Store, ref string) (array.RecordReader, tracker.DatasetVersion, error) {
	d, err := Find(ctx, store, ref)
	if err != nil {
		return nil, d, err
	}
	s, err := scanVersion(ctx, store, d)
	if err != nil {
		return nil, d, fmt.Errorf("open dataset %s: %w", ref, err)
	}
	return s, d, nil
}

func scanVersion(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (array.RecordReader, error) {
	m, rc, err := openContent(ctx, store, d)
	if err != nil {
		return nil, err
	}
	if m == nil {
		defer rc.Close()
		return scanKept(ctx, d, rc)
	}
	return m.scan(ctx, store.Blobs(), d.Ref(), m.Columns, 0, m.Rows)
}

// Read streams the rows [from, to) of some columns, as Scan does.
func (m *Manifest) Read(ctx context.Context, blobs tracker.Blobs, columns []string, from, to int64) (array.RecordReader, error) {
	chosen := make([]ManifestColumn, len(columns))
	for i, name := range columns {
		at := slices.IndexFunc(m.Columns, func(c ManifestColumn) bool { return c.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("no column %q", name)
		}
		chosen[i] = m.Columns[at]
	}
	return m.scan(ctx, blobs, "", chosen, from, to)
}

func (m *Manifest) scan(ctx context.Context, blobs tracker.Blobs, ref string, columns []ManifestColumn, from, to int64) (array.RecordReader, error) {
	heads := make([]head, len(columns))
	fields := make([]arrow.Field, len(heads))
	err := together.Do(ctx, len(heads), 0, func(i int) error {
		heads[i] = head{blobs: blobs, column: columns[i]}
		fields[i] = arrow.Field{Name: columns[i].Name, Nullable: true}
		err := heads[i].seek(ctx, from)
		if err == nil {
			fields[i].Type = heads[i].values.DataType()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s := &scanner{refs: 1, ref: ref, schema: arrow.NewSchema(fields, nil)}
	left := to - from
	s.next = func() (arrow.Record, error) {
		n := min(left, scanRows)
		if n == 0 {
			return nil, io.EOF
		}
		left -= n
		columns := make([]arrow.Array, len(heads))
		err := together.Do(ctx, len(heads), 0, func(i int) (err error) {
			columns[i], err = heads[i].take(ctx, n)
			return err
		})
		if err != nil {
			return nil, err
		}
		return array.NewRecord(s.schema, columns, n), nil
	}
	return s, nil
}

// readVersion is the whole table of a version.
func readVersion(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (arrow.Table, error) {
	m, rc, err := openContent(ctx, store, d)
	if err != nil {
		return nil, err
	}
	if m == nil {
		defer rc.Close()
		data, err := io.ReadAll(rc)
		if err != nil {
			return nil, err
		}
		return readParquet(ctx, bytes.NewReader(data))
	}
	fields, columns := make([]arrow.Field, len(m.Columns)), make([]arrow.Column, len(m.Columns))
	err = together.Do(ctx, len(columns), 0, func(i int) error {
		h, parts := head{blobs: store.Blobs(), column: m.Columns[i]}, []arrow.Array{}
		for h.chunk < len(h.column.Chunks) {
			if err := errors.Join(ctx.Err(), h.load(ctx)); err != nil {
				return err
			}
			parts = append(parts, h.values)
		}
		if len(parts) == 0 {
			if err := h.empty(); err != nil {
				return err
			}
		}
		fields[i] = arrow.Field{Name: h.column.Name, Type: h.values.DataType(), Nullable: true}
		columns[i] = *arrow.NewColumn(fields[i], arrow.NewChunked(fields[i].Type, parts))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return widen(array.NewTable(arrow.NewSchema(fields, nil), columns, m.Rows)), nil
}

// A head reads one column chunk by chunk.
type head struct {
	blobs  tracker.Blobs
	column ManifestColumn
	chunk  int         // the next one
	row    int64       // the first row of the next one
	values arrow.Array // what is left of the one before
}

// empty stands in for the chunks of a column without rows, of which only the type
// is known, by its name.
func (h *head) empty() error {
	for _, t := range []arrow.DataType{arrow.PrimitiveTypes.Uint64, arrow.BinaryTypes.Binary} {
		if t.String() == h.column.Type {
			h.values = array.MakeArrayOfNull(memory.DefaultAllocator, t, 0)
			return nil
		}
	}
	for _, k := range kinds() {
		if k.arrow.String() == h.column.Type {
			h.values = array.MakeArrayOfNull(memory.DefaultAllocator, k.arrow, 0)
			return nil
		}
	}
	return fmt.Errorf("column %q has no rows, and of the type %s nothing more is known", h.column.Name, h.column.Type)
}

// load reads the next chunk.
func (h *head) load(ctx context.Context) error {
	k := h.column.Chunks[h.chunk]
	a, err := loadChunk(ctx, h.blobs, k)
	if err == nil && a.DataType().String() != h.column.Type {
		err = fmt.Errorf("its type is %s, not %s", a.DataType(), h.column.Type)
	}
	if err != nil {
		return fmt.Errorf("column %q, chunk %d of %d (rows %d to %d), blob %s: %w",
			h.column.Name, h.chunk+1, len(h.column.Chunks), h.row+1, h.row+k.Rows, k.Blob, err)
	}
	h.chunk, h.row, h.values = h.chunk+1, h.row+k.Rows, a
	return nil
}

// seek makes row the next; there is such a row, or none at all.
func (h *head) seek(ctx context.Context, row int64) error {
	if len(h.column.Chunks) == 0 {
		return h.empty()
	}
	for h.row+h.column.Chunks[h.chunk].Rows <= row {
		h.row += h.column.Chunks[h.chunk].Rows
		h.chunk++
	}
	skip := row - h.row
	if err := h.load(ctx); err != nil {
		return err
	}
	h.values = array.NewSlice(h.values, skip, int64(h.values.Len()))
	return nil
}

// take is the next n values; there are so many.
func (h *head) take(ctx context.Context, n int64) (arrow.Array, error) {
	var parts []arrow.Array
	for n > 0 {
		if h.values.Len() == 0 {
			if err := h.load(ctx); err != nil {
				return nil, err
			}
		}
		m := min(n, int64(h.values.Len()))
		parts = append(parts, array.NewSlice(h.values, 0, m))
		h.values = array.NewSlice(h.values, m, int64(h.values.Len()))
		n -= m
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return array.Concatenate(parts, memory.DefaultAllocator)
}

// loadChunk is the values of one chunk, checked.
func loadChunk(ctx context.Context, blobs tracker.Blobs, k Chunk) (arrow.Array, error) {
	rc, err := blobs.Open(ctx, k.Blob)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	data, err := io.ReadAll(rc)
	if err != nil {
		return nil, err
	}
	t, err := readStored(ctx, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if t.NumCols() != 1 || t.NumRows() != k.Rows {
		return nil, fmt.Errorf("%d columns of %d rows, not 1 of %d", t.NumCols(), t.NumRows(), k.Rows)
	}
	return array.Concatenate(t.Column(0).Data().Chunks(), memory.DefaultAllocator)
}

// scanKept streams a version of format 1 from a copy on disk whose digest was
// checked first.
func scanKept(ctx context.Context, d tracker.DatasetVersion, rc io.Reader) (array.RecordReader, error) {
	tmp, err := os.CreateTemp("", "cellar-scan-*")
	if err != nil {
		return nil, err
	}
	os.Remove(tmp.Name()) // it lives until it is closed
	if _, err := io.Copy(tmp, rc); err != nil {
		tmp.Close()
		return nil, err
	}
	f, err := file.NewParquetReader(tmp)
	if err != nil {
		tmp.Close()
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	fr, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	s := &scanner{refs: 1, ref: d.Ref(), close: func() { f.Close() }}
	empty, err := readColumns(ctx, fr)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	s.schema = empty.Schema()
	var records *array.TableReader
	group := 0
	s.next = func() (arrow.Record, error) {
		for records == nil || !records.Next() {
			if group == f.NumRowGroups() {
				return nil, io.EOF
			}
			t, err := readGroup(ctx, fr, group)
			if err != nil {
				return nil, fmt.Errorf("row group %d: %w", group+1, err)
			}
			records = array.NewTableReader(t, scanRows)
			group++
		}
		rec := records.Record()
		rec.Retain()
		return rec, nil
	}
	return s, nil
}

// A scanner is the array.RecordReader over next, which returns io.EOF at the end.
type scanner struct {
	refs   int64
	ref    string
	schema *arrow.Schema
	next   func() (arrow.Record, error)
	close  func()
	rec    arrow.Record
	err    error
}

func (s *scanner) Retain() { atomic.AddInt64(&s.refs, 1) }

func (s *scanner) Release() {
	if atomic.AddInt64(&s.refs, -1) == 0 && s.close != nil {
		s.close()
	}
}

func (s *scanner) Schema() *arrow.Schema { return s.schema }
func (s *scanner) Record() arrow.Record  { return s.rec }

func (s *scanner) Err() error {
	if s.err == nil || s.err == io.EOF {
		return nil
	}
	if s.ref == "" {
		return s.err
	}
	return fmt.Errorf("read dataset %s: %w", s.ref, s.err)
}

func (s *scanner) Next() bool {
	if s.err != nil {
		return false
	}
	defer func() {
		if p := recover(); p != nil { // the reader panics on some broken pages
			s.rec, s.err = nil, fmt.Errorf("read parquet: %v", p)
		}
	}()
	if s.rec != nil {
		s.rec.Release()
	}
	s.rec, s.err = s.next()
	return s.err == nil
}
