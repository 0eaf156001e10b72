package dataset

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/together"
)

// rowGroup is the number of rows of one row group of a file that is written.
const rowGroup = 1 << 18

// WriteParquet writes t so that the same content gives the same bytes: row
// groups of a fixed size whatever t's chunks are, no metadata but the schema,
// and a writer's name without its version. docs/format/dataset.md has the rest.
func WriteParquet(w io.Writer, t arrow.Table) error {
	pw := newParquetWriter(w, t.Schema())
	for from := int64(0); from < t.NumRows(); from += rowGroup {
		if err := pw.write(slice(t, from, min(from+rowGroup, t.NumRows()))); err != nil {
			return err
		}
	}
	return pw.close()
}

// A parquetWriter writes a file one row group at a time, its columns beside each
// other where none has parts.
type parquetWriter struct {
	schema *arrow.Schema
	out    io.Writer
	// One of these, from the first row group on, which says what is encoded how.
	flat   *file.Writer
	nested *pqarrow.FileWriter
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
	props, arrowProps := parquet.NewWriterProperties(o...), pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema())
	out := struct{ io.Writer }{w.out} // without a Close that would be called
	if slices.ContainsFunc(w.schema.Fields(), hasParts) {
		fw, err := pqarrow.NewFileWriter(w.schema, out, props, arrowProps)
		w.nested = fw
		return err
	}
	schema, err := pqarrow.ToParquet(w.schema, props, arrowProps)
	if err != nil {
		return err
	}
	var meta metadata.KeyValueMetadata
	if err := meta.Append("ARROW:schema", base64.StdEncoding.EncodeToString(flight.SerializeSchema(w.schema, memory.DefaultAllocator))); err != nil {
		return err
	}
	w.flat = file.NewParquetWriter(out, schema.Root(), file.WithWriterProps(props), file.WithWriteMetadata(meta))
	return nil
}

// hasParts says whether more than one column of a file may stand for f's.
func hasParts(f arrow.Field) bool {
	id := f.Type.ID()
	return arrow.IsNested(id) || id == arrow.EXTENSION || id == arrow.DICTIONARY || id == arrow.NULL
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

// write writes a row group of at most rowGroup rows.
func (w *parquetWriter) write(t arrow.Table) error {
	err := w.begun(t)
	if err == nil && t.NumRows() > 0 {
		if w.nested != nil {
			err = w.writeNested(t)
		} else {
			err = w.writeFlat(t)
		}
	}
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

func (w *parquetWriter) begun(t arrow.Table) error {
	if w.flat != nil || w.nested != nil {
		return nil
	}
	return w.open(t)
}

func (w *parquetWriter) writeNested(t arrow.Table) error {
	one, err := rows(t, w.schema, 0, t.NumRows())
	if err != nil {
		return err
	}
	return w.nested.WriteTable(one, rowGroup)
}

func (w *parquetWriter) writeFlat(t arrow.Table) error {
	group := w.flat.AppendBufferedRowGroup()
	err := together.Do(context.Background(), int(t.NumCols()), 0, func(i int) error {
		// In one piece, so that pages end at the same rows whatever t's chunks are.
		one, err := array.Concatenate(t.Column(i).Data().Chunks(), memory.DefaultAllocator)
		if err != nil {
			return fmt.Errorf("column %q: %w", t.Column(i).Name(), err)
		}
		to, err := group.Column(i)
		if err != nil {
			return err
		}
		return pqarrow.WriteArrowToColumn(pqarrow.NewArrowWriteContext(context.Background(), nil), to, one, levels(one), nil, true)
	})
	if err != nil {
		return err
	}
	return group.Close()
}

// levels are the definition levels of a flat column that may have missing values.
func levels(a arrow.Array) []int16 {
	list := make([]int16, a.Len())
	for i := range list {
		list[i] = 1
	}
	for i := range list {
		if a.NullN() == 0 {
			break
		}
		if a.IsNull(i) {
			list[i] = 0
		}
	}
	return list
}

func (w *parquetWriter) close() error {
	err := w.begun(nil)
	switch {
	case err != nil:
	case w.nested != nil:
		err = w.nested.Close()
	default:
		err = w.flat.Close()
	}
	if err != nil {
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

// slice is the rows [from, to) of t.
func slice(t arrow.Table, from, to int64) arrow.Table {
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		columns[i] = *arrow.NewColumn(t.Column(i).Field(), array.NewChunkedSlice(t.Column(i).Data(), from, to))
	}
	return array.NewTable(t.Schema(), columns, to-from)
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

func readParquet(ctx context.Context, r parquet.ReaderAtSeeker) (arrow.Table, error) {
	t, err := readStored(ctx, r)
	if err != nil {
		return nil, err
	}
	return widen(t), nil
}

// readStored reads a Parquet file with the types that it was written with.
func readStored(ctx context.Context, r parquet.ReaderAtSeeker) (t arrow.Table, err error) {
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
	return t, nil
}

// readColumns does what FileReader.ReadRowGroups does, but that a panic over a broken
// page is an error: in a goroutine of the reader's own it would end the process.
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
	err = together.Do(ctx, len(columns), 0, func(i int) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("column %q: %v", schema.Field(i).Name, p)
			}
		}()
		columns[i], err = readColumn(ctx, fr, i, leaves, groups, count)
		if err != nil {
			err = fmt.Errorf("column %q: %w", schema.Field(i).Name, err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	fields := make([]arrow.Field, len(columns))
	for i := range fields {
		fields[i] = columns[i].Field()
	}
	return array.NewTable(arrow.NewSchema(fields, nil), columns, count), nil
}

func readColumn(ctx context.Context, fr *pqarrow.FileReader, i int, leaves map[int]bool, groups []int, count int64) (none arrow.Column, err error) {
	r, err := fr.GetFieldReader(ctx, i, leaves, groups)
	if err != nil {
		return none, err
	}
	data, err := fr.ReadColumn(groups, r)
	if err != nil {
		return none, err
	}
	if int64(data.Len()) != count {
		return none, fmt.Errorf("%d values, not the %d rows of the file", data.Len(), count)
	}
	return *arrow.NewColumn(arrow.Field{Name: r.Field().Name, Type: data.DataType(), Nullable: true}, data), nil
}
