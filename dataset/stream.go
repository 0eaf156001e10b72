package dataset

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// A stream makes an array.RecordReader of a function that returns the next
// record, or io.EOF. Records belong to the garbage collector, as everywhere in
// this package.
type stream struct {
	schema *arrow.Schema
	next   func() (arrow.Record, error)
	close  func()
	record arrow.Record
	err    error
	refs   atomic.Int64
}

// NewReader returns an array.RecordReader whose records come from next until it
// returns io.EOF; another error ends it and is its Err. close, which may be nil,
// is called once, by the last Release.
func NewReader(schema *arrow.Schema, next func() (arrow.Record, error), close func()) array.RecordReader {
	s := &stream{schema: schema, next: next, close: close}
	s.refs.Store(1)
	return s
}

func (s *stream) Retain()               { s.refs.Add(1) }
func (s *stream) Schema() *arrow.Schema { return s.schema }
func (s *stream) Record() arrow.Record  { return s.record }

func (s *stream) Release() {
	if s.refs.Add(-1) == 0 && s.close != nil {
		s.close()
	}
}

func (s *stream) Next() bool {
	if s.err != nil {
		return false
	}
	s.record, s.err = s.next()
	return s.err == nil
}

func (s *stream) Err() error {
	if errors.Is(s.err, io.EOF) {
		return nil
	}
	return s.err
}

// Collect reads r to its end into a table and releases it.
func Collect(r array.RecordReader) (arrow.Table, error) {
	defer r.Release()
	var parts []arrow.Record
	for r.Next() {
		parts = append(parts, r.Record())
		r.Record().Retain()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return array.NewTableFromRecords(r.Schema(), parts), nil
}

// groups calls f with the rows of r in tables of rowGroup rows, the last one with
// what is left; an r without rows calls it once, with none.
func groups(ctx context.Context, r array.RecordReader, f func(arrow.Table) error) error {
	schema := plainSchema(r.Schema())
	var held []arrow.Record
	var n int64
	emit := func(count int64) error {
		t := array.NewTableFromRecords(schema, held)
		if held, n = nil, n-count; n > 0 {
			held = []arrow.Record{tail(t, schema, n)}
		}
		return f(slice(t, 0, count))
	}
	first := true
	for r.Next() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		rec := array.NewRecord(schema, r.Record().Columns(), r.Record().NumRows())
		held, n = append(held, rec), n+rec.NumRows()
		for n >= rowGroup {
			first = false
			if err := emit(rowGroup); err != nil {
				return err
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if n > 0 || first {
		return emit(n)
	}
	return nil
}

// tail is the last n rows of t, which all lie in its last record.
func tail(t arrow.Table, schema *arrow.Schema, n int64) arrow.Record {
	columns := make([]arrow.Array, t.NumCols())
	for i := range columns {
		chunks := t.Column(i).Data().Chunks()
		last := chunks[len(chunks)-1]
		columns[i] = array.NewSlice(last, int64(last.Len())-n, int64(last.Len()))
	}
	return array.NewRecord(schema, columns, n)
}

// WriteParquetStream is WriteParquet for what need not fit in memory: the same
// rows give the same bytes. It returns the number of rows and does not release r.
func WriteParquetStream(ctx context.Context, w io.Writer, r array.RecordReader) (int64, error) {
	pw := newParquetWriter(w, r.Schema())
	var count int64
	err := groups(ctx, r, func(t arrow.Table) error {
		count += t.NumRows()
		return pw.write(t)
	})
	if err != nil {
		return 0, err
	}
	return count, pw.close()
}
