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
	schema := plainSchema(t.Schema())
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithCreatedBy("cellar"), parquet.WithMaxRowGroupLength(rowGroup))
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	for from := int64(0); from < t.NumRows(); from += rowGroup {
		part, err := rows(t, schema, from, min(from+rowGroup, t.NumRows()))
		if err != nil {
			return fmt.Errorf("write parquet: %w", err)
		}
		if err := fw.WriteTable(part, rowGroup); err != nil {
			return fmt.Errorf("write parquet: %w", err)
		}
	}
	if err := fw.Close(); err != nil {
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
	fr, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{Parallel: true}, memory.DefaultAllocator)
	if err != nil {
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	t, err = fr.ReadTable(ctx)
	if err != nil {
		return nil, fmt.Errorf("read parquet: %w", err)
	}
	return widen(t), nil
}
