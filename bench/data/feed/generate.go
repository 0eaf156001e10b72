package main

import (
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// group is the rows of a row group, 26 MB.
const group = 4096

// generate writes rows of random numbers, which do not compress.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	t := table(group)
	props := parquet.NewWriterProperties(parquet.WithDictionaryDefault(false), parquet.WithCompression(compress.Codecs.Uncompressed), parquet.WithStats(false))
	w, err := pqarrow.NewFileWriter(t.Schema(), f, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	for done := 0; done < rows; done += group {
		if err := w.WriteTable(rotated(t, done/group), group); err != nil {
			return err
		}
	}
	return w.Close()
}

// rotated is t with its numeric columns moved on by some places: other rows for
// little work.
func rotated(t arrow.Table, by int) arrow.Table {
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		from := i
		if i < inputs {
			from = (i + by) % inputs
		}
		columns[i] = *arrow.NewColumn(t.Schema().Field(i), t.Column(from).Data())
	}
	return array.NewTable(t.Schema(), columns, t.NumRows())
}

func table(rows int) arrow.Table {
	r := rand.New(rand.NewPCG(1, 2))
	var fields []arrow.Field
	var columns []arrow.Column
	add := func(name string, a arrow.Array) {
		field := arrow.Field{Name: name, Type: a.DataType()}
		fields = append(fields, field)
		columns = append(columns, *arrow.NewColumn(field, arrow.NewChunked(a.DataType(), []arrow.Array{a})))
	}
	for i := range inputs {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		for range rows {
			b.Append(r.NormFloat64())
		}
		add(fmt.Sprintf("pixel_%d", i), b.NewArray())
	}
	b := array.NewInt64Builder(memory.DefaultAllocator)
	for i := range rows {
		b.Append(int64(i % 10))
	}
	add("digit", b.NewArray())
	return array.NewTable(arrow.NewSchema(fields, nil), columns, int64(rows))
}
