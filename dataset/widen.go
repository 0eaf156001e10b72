package dataset

import (
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// widen gives each column the widest type of its kind where that loses nothing:
// integers become int64, floats float64, text and dictionaries of text utf8.
// Other types stay as they are. Metadata is dropped.
func widen(t arrow.Table) arrow.Table {
	fields := make([]arrow.Field, t.NumCols())
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		old := t.Column(i)
		chunks := make([]arrow.Array, len(old.Data().Chunks()))
		typ := old.DataType()
		if to := wider(old); to != nil {
			typ = to
		}
		for j, c := range old.Data().Chunks() {
			chunks[j] = c
			if typ != old.DataType() {
				chunks[j] = widenArray(c, typ)
			}
		}
		fields[i] = arrow.Field{Name: old.Name(), Type: typ, Nullable: true}
		columns[i] = *arrow.NewColumn(fields[i], arrow.NewChunked(typ, chunks))
	}
	return array.NewTable(arrow.NewSchema(fields, nil), columns, t.NumRows())
}

// wider is the type that col's values fit in whole; nil to leave them.
func wider(col *arrow.Column) arrow.DataType {
	switch d := col.DataType(); d.ID() {
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return arrow.PrimitiveTypes.Int64
	case arrow.UINT64:
		for _, c := range col.Data().Chunks() {
			for i, v := range c.(*array.Uint64).Uint64Values() {
				if v > math.MaxInt64 && c.IsValid(i) {
					return nil
				}
			}
		}
		return arrow.PrimitiveTypes.Int64
	case arrow.FLOAT16, arrow.FLOAT32:
		return arrow.PrimitiveTypes.Float64
	case arrow.LARGE_STRING:
		return arrow.BinaryTypes.String
	case arrow.DICTIONARY:
		if v := d.(*arrow.DictionaryType).ValueType.ID(); v == arrow.STRING || v == arrow.LARGE_STRING {
			return arrow.BinaryTypes.String
		}
	}
	return nil
}

func widenArray(a arrow.Array, to arrow.DataType) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, to)
	b.Reserve(a.Len())
	for i := range a.Len() {
		if a.IsNull(i) {
			b.AppendNull()
			continue
		}
		switch b := b.(type) {
		case *array.Int64Builder:
			b.Append(integer(a, i))
		case *array.Float64Builder:
			b.Append(number(a, i))
		case *array.StringBuilder:
			b.Append(a.ValueStr(i))
		}
	}
	return b.NewArray()
}

// integer is a[i] of an integer array.
func integer(a arrow.Array, i int) int64 {
	switch a := a.(type) {
	case *array.Int64:
		return a.Value(i)
	case *array.Int32:
		return int64(a.Value(i))
	case *array.Int16:
		return int64(a.Value(i))
	case *array.Int8:
		return int64(a.Value(i))
	case *array.Uint64:
		return int64(a.Value(i))
	case *array.Uint32:
		return int64(a.Value(i))
	case *array.Uint16:
		return int64(a.Value(i))
	case *array.Uint8:
		return int64(a.Value(i))
	}
	return 0
}

// number is a[i] of any numeric array; NaN when a is none.
func number(a arrow.Array, i int) float64 {
	switch a := a.(type) {
	case *array.Float64:
		return a.Value(i)
	case *array.Float32:
		return float64(a.Value(i))
	case *array.Float16:
		return float64(a.Value(i).Float32())
	case *array.Uint64:
		return float64(a.Value(i))
	case *array.Decimal128:
		return a.Value(i).ToFloat64(a.DataType().(*arrow.Decimal128Type).Scale)
	}
	if isInteger(a.DataType()) {
		return float64(integer(a, i))
	}
	return math.NaN()
}

func isInteger(d arrow.DataType) bool { return arrow.IsInteger(d.ID()) }
