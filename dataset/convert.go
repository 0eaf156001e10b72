package dataset

import (
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Types are the names of the types that ColumnOptions.Type and Convert take.
func Types() []string { return []string{"int64", "float64", "bool", "string", "date", "timestamp"} }

// TypeName is the name of an Arrow type as Types has it, or Arrow's own.
func TypeName(d arrow.DataType) string {
	switch d.ID() {
	case arrow.BOOL:
		return "bool"
	case arrow.STRING:
		return "string"
	case arrow.DATE32:
		return "date"
	case arrow.TIMESTAMP:
		return "timestamp"
	}
	return d.String()
}

// Fits reports whether values of an Arrow type are of the named type as they
// stand, or in a narrower form that widens without loss: int32 is int64, and
// int64 is float64; a timestamp may have any unit and zone. uint64 is neither.
func Fits(d arrow.DataType, name string) bool {
	switch {
	case TypeName(d) == name:
		return true
	case name == "int64":
		return isInteger(d) && d.ID() != arrow.UINT64
	case name == "float64":
		return isInteger(d) && d.ID() != arrow.UINT64 || arrow.IsFloating(d.ID())
	case d.ID() == arrow.DICTIONARY:
		return Fits(d.(*arrow.DictionaryType).ValueType, name)
	}
	return name == "string" && d.ID() == arrow.LARGE_STRING
}

// Convert is a as the named type of Types: int64, float64, bool, utf8, date32,
// or a timestamp. The places in bad are those of values that are not of it
// without loss; they are missing in out, which is a itself where nothing is to
// be done. Text is read as Read reads it. An array of another type than those
// of Types is converted to its own name only.
func Convert(a arrow.Array, name string) (out arrow.Array, bad []int) {
	if TypeName(a.DataType()) == name {
		return a, nil
	}
	if to := narrower(a.DataType()); to != nil {
		if a = widenArray(a, to); TypeName(to) == name {
			return a, nil
		}
	}
	to, put := converter(a, name)
	b := array.NewBuilder(memory.DefaultAllocator, to)
	defer b.Release()
	b.Reserve(a.Len())
	for i := range a.Len() {
		switch {
		case a.IsNull(i) || isNaN(a, i):
			b.AppendNull()
		case put == nil || !put(b, i):
			bad = append(bad, i)
			b.AppendNull()
		}
	}
	return b.NewArray(), bad
}

// narrower is the type of Types that an array of d is widened to before it is
// converted; nil for none.
func narrower(d arrow.DataType) arrow.DataType {
	switch {
	case d.ID() == arrow.DICTIONARY && Fits(d, "string"), d.ID() == arrow.LARGE_STRING:
		return arrow.BinaryTypes.String
	case isInteger(d) && d.ID() != arrow.INT64 && d.ID() != arrow.UINT64:
		return arrow.PrimitiveTypes.Int64
	case arrow.IsFloating(d.ID()) && d.ID() != arrow.FLOAT64:
		return arrow.PrimitiveTypes.Float64
	}
	return nil
}

// isNaN: numbers that are not there are missing, whatever they are read as.
func isNaN(a arrow.Array, i int) bool {
	f, ok := a.(*array.Float64)
	return ok && math.IsNaN(f.Value(i))
}

// converter returns the type that name stands for and what appends a[i] as one;
// nil where nothing can.
func converter(a arrow.Array, name string) (arrow.DataType, func(array.Builder, int) bool) {
	for _, k := range kinds() {
		if k.name != name {
			continue
		}
		if text, ok := a.(*array.String); ok {
			if name == "timestamp" {
				return timeReader(text)
			}
			return k.arrow, func(b array.Builder, i int) bool { return k.add(b, text.Value(i)) }
		}
		return k.arrow, numberPutter(a, name)
	}
	return arrow.Null, nil
}

// timeReader goes by the first time: with a zone all are turned to UTC.
func timeReader(text *array.String) (arrow.DataType, func(array.Builder, int) bool) {
	local, zoned := kinds()[bits.TrailingZeros(isLocal)].add, kinds()[bits.TrailingZeros(isZoned)].add
	to := &arrow.TimestampType{Unit: arrow.Microsecond}
	for i := range text.Len() {
		if text.IsNull(i) || !local(nil, text.Value(i)) && !zoned(nil, text.Value(i)) {
			continue
		}
		if zoned(nil, text.Value(i)) {
			to.TimeZone, local = "UTC", zoned
		}
		break
	}
	return to, func(b array.Builder, i int) bool { return local(b, text.Value(i)) }
}

// exact is the largest whole number up to which float64 has them all.
const exact = 1 << 53

func numberPutter(a arrow.Array, name string) func(array.Builder, int) bool {
	switch {
	case isInteger(a.DataType()) && name == "float64":
		return func(b array.Builder, i int) bool {
			v := integer(a, i)
			if v < -exact || v > exact {
				return false
			}
			b.(*array.Float64Builder).Append(float64(v))
			return true
		}
	case isInteger(a.DataType()) && name == "int64": // uint64
		return func(b array.Builder, i int) bool {
			v := integer(a, i)
			if v < 0 {
				return false
			}
			b.(*array.Int64Builder).Append(v)
			return true
		}
	case arrow.IsFloating(a.DataType().ID()) && name == "int64":
		return func(b array.Builder, i int) bool {
			v := number(a, i)
			if v != math.Trunc(v) || math.Abs(v) > exact {
				return false
			}
			b.(*array.Int64Builder).Append(int64(v))
			return true
		}
	case name == "string" && (isInteger(a.DataType()) || a.DataType().ID() == arrow.BOOL):
		return func(b array.Builder, i int) bool {
			b.(*array.StringBuilder).Append(a.ValueStr(i))
			return true
		}
	case name == "timestamp" && a.DataType().ID() == arrow.DATE32:
		return func(b array.Builder, i int) bool {
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(int64(a.(*array.Date32).Value(i)) * 86_400_000_000))
			return true
		}
	}
	return nil
}
