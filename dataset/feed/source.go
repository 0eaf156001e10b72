package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
)

// A Source is a table that is read in parts, as often as is asked, always with
// the same rows in the same order. It is safe for concurrent use.
type Source interface {
	// Name is what the source is called in messages: a path, or a reference.
	Name() string
	// Digest stands for the content: sources of equal digests have equal rows.
	Digest() string
	Schema() *arrow.Schema
	// Parts are the source's parts, in the order of their rows.
	Parts() []Part
	// Read streams some columns of a part, in this order. An error may come from
	// the reader's Err as well. The caller releases the reader.
	Read(ctx context.Context, part int, columns []string) (array.RecordReader, error)
}

// A Part of a source, such as a row group of a Parquet file.
type Part struct {
	Name  string // "row group 3", for messages
	Rows  int64
	Bytes int64 // that it takes once decoded, about
}

// A Verifier is a Source that can tell whether its bytes are still those that
// its digest stands for, which reads all of them.
type Verifier interface {
	Verify(ctx context.Context) error
}

// Rows of all parts.
func rowsOf(s Source) int64 {
	var n int64
	for _, p := range s.Parts() {
		n += p.Rows
	}
	return n
}

// Table is the source of a table in memory, with parts of at most 65,536 rows.
// Digest is what the caller says of it.
func Table(name, digest string, t arrow.Table) Source { return tableSource{name, digest, t} }

// tablePart is how many rows of a table are a part.
const tablePart = 1 << 16

type tableSource struct {
	name, digest string
	t            arrow.Table
}

func (s tableSource) Name() string          { return s.name }
func (s tableSource) Digest() string        { return s.digest }
func (s tableSource) Schema() *arrow.Schema { return s.t.Schema() }

func (s tableSource) Parts() []Part {
	var parts []Part
	for from := int64(0); from < s.t.NumRows(); from += tablePart {
		rows := min(tablePart, s.t.NumRows()-from)
		parts = append(parts, Part{fmt.Sprintf("rows from %d", from), rows, rows * s.t.NumCols() * 8})
	}
	return parts
}

func (s tableSource) Read(_ context.Context, part int, columns []string) (array.RecordReader, error) {
	from := int64(part) * tablePart
	to := min(from+tablePart, s.t.NumRows())
	fields := make([]arrow.Field, len(columns))
	data := make([]arrow.Column, len(columns))
	for i, name := range columns {
		at := s.t.Schema().FieldIndices(name)
		if len(at) == 0 {
			return nil, fmt.Errorf("read %s: it has no column %q", s.name, name)
		}
		c := s.t.Column(at[0])
		fields[i] = c.Field()
		data[i] = *arrow.NewColumn(c.Field(), array.NewChunkedSlice(c.Data(), from, to))
	}
	return array.NewTableReader(array.NewTable(arrow.NewSchema(fields, nil), data, to-from), 8192), nil
}

// Scan calls f with every batch of some columns of all parts, in order, and with
// the number of its first row. It stops at the first error, which names the part.
func Scan(ctx context.Context, s Source, columns []string, f func(first int64, rec arrow.Record) error) error {
	var first int64
	for i, p := range s.Parts() {
		if err := scanPart(ctx, s, i, columns, first, f); err != nil {
			return err
		}
		first += p.Rows
	}
	return nil
}

// Reader streams all columns of all parts, in order, as Scan does. The caller
// releases the reader.
func Reader(ctx context.Context, s Source) array.RecordReader {
	var columns []string
	for _, f := range s.Schema().Fields() {
		columns = append(columns, f.Name)
	}
	enough := errors.New("enough")
	next, stop := iter.Pull2(func(yield func(arrow.Record, error) bool) {
		err := Scan(ctx, s, columns, func(_ int64, rec arrow.Record) error {
			if !yield(rec, nil) {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			yield(nil, cmp.Or(err, io.EOF))
		}
	})
	return dataset.NewReader(s.Schema(), func() (arrow.Record, error) {
		rec, err, _ := next()
		return rec, err
	}, stop)
}

func scanPart(ctx context.Context, s Source, part int, columns []string, first int64, f func(int64, arrow.Record) error) (err error) {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	p, at := s.Parts()[part], int64(0)
	fail := func(err error) error { return &PartError{s.Name(), p.Name, err} }
	defer func() {
		if cause := recover(); cause != nil { // readers panic over some broken pages
			err = fail(fmt.Errorf("%v", cause))
		}
	}()
	r, err := s.Read(ctx, part, columns)
	if err != nil {
		return fail(err)
	}
	defer r.Release()
	for r.Next() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := f(first+at, r.Record()); err != nil {
			return err
		}
		at += r.Record().NumRows()
	}
	switch {
	case r.Err() != nil:
		return fail(r.Err())
	case at != p.Rows:
		return fail(fmt.Errorf("it gave %d rows, not %d", at, p.Rows))
	}
	return nil
}

// A PartError is a part of a source that cannot be read.
type PartError struct {
	Source, Part string
	Err          error
}

// Error names source and part.
func (e *PartError) Error() string { return fmt.Sprintf("read %s of %s: %v", e.Part, e.Source, e.Err) }

// Unwrap is the cause.
func (e *PartError) Unwrap() error { return e.Err }

// Hint says what mends it.
func (e *PartError) Hint() string {
	return "the bytes are damaged: bring the file back from a copy, or load the data again"
}
