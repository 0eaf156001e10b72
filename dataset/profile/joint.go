package profile

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// A match is a column that two tables have. Of columns of one name the first
// belongs to the first, and so on.
type matched struct{ a, b *arrow.Column }

// match pairs the columns of two tables by name, in a's order; lacking are those
// that b does not have.
func match(a, b arrow.Table) (shared []matched, lacking []string) {
	places := map[string][]int{}
	for i, f := range b.Schema().Fields() {
		places[f.Name] = append(places[f.Name], i)
	}
	for i, f := range a.Schema().Fields() {
		at := places[f.Name]
		if len(at) == 0 {
			lacking = append(lacking, f.Name)
			continue
		}
		shared = append(shared, matched{a.Column(i), b.Column(at[0])})
		places[f.Name] = at[1:]
	}
	return shared, lacking
}

// joint encodes the rows of a and, behind them, those of b. Columns of different
// types are compared as numbers or times when both are, else as text.
func joint(a, b *arrow.Column) *codes {
	ours, theirs := a.Data().Chunks(), b.Data().Chunks()
	typ := a.DataType()
	if !arrow.TypeEqual(typ, b.DataType()) {
		typ = arrow.BinaryTypes.String
		if kind := kindOf(a.DataType()); kind == kindOf(b.DataType()) {
			switch kind {
			case KindNumber:
				typ = arrow.PrimitiveTypes.Float64
			case KindTime:
				typ = arrow.FixedWidthTypes.Timestamp_us
			}
		}
		ours, theirs = recast(ours, typ), recast(theirs, typ)
	}
	return encode(append(append([]arrow.Array{}, ours...), theirs...), typ)
}

func recast(chunks []arrow.Array, to arrow.DataType) []arrow.Array {
	out := make([]arrow.Array, len(chunks))
	for i, a := range chunks {
		if arrow.TypeEqual(a.DataType(), to) {
			out[i] = a
			continue
		}
		out[i] = recastArray(a, to)
	}
	return out
}

func recastArray(a arrow.Array, to arrow.DataType) arrow.Array {
	b := array.NewBuilder(memory.DefaultAllocator, to)
	b.Reserve(a.Len())
	for i := range a.Len() {
		if a.IsNull(i) {
			b.AppendNull()
			continue
		}
		key, _ := keyOf(a, i)
		if s, ok := a.(*array.Timestamp); ok {
			key = uint64(s.Value(i)) ^ 1<<63
		}
		switch b := b.(type) {
		case *array.Float64Builder:
			switch {
			case a.DataType().ID() == arrow.UINT64:
				b.Append(float64(key))
			case arrow.IsInteger(a.DataType().ID()):
				b.Append(float64(int64(key ^ 1<<63)))
			default:
				b.Append(fromKey(key))
			}
		case *array.TimestampBuilder:
			b.Append(arrow.Timestamp(float64(int64(key^1<<63)) * (unitOf(a.DataType()).Seconds() * 1e6)))
		case *array.StringBuilder:
			b.Append(a.ValueStr(i))
		}
	}
	return b.NewArray()
}
