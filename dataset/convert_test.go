package dataset_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
)

// build is an array of a type out of text; "" is missing.
func build(t *testing.T, d arrow.DataType, values []string) arrow.Array {
	t.Helper()
	b := array.NewBuilder(memory.DefaultAllocator, d)
	for _, v := range values {
		if v == "" {
			b.AppendNull()
		} else if err := b.AppendValueFromString(v); err != nil {
			t.Fatal(err)
		}
	}
	return b.NewArray()
}

// Long: a table of cases.
func TestConvert(t *testing.T) {
	text := arrow.BinaryTypes.String
	for _, c := range []struct {
		from   arrow.DataType
		values string
		to     string
		want   string
		bad    []int
	}{
		{text, "1,,x, 2 ,1.5", "int64", "1,(null),(null),2,(null)", []int{2, 4}},
		{text, "1,1e3,x", "float64", "1,1000,(null)", []int{2}},
		{text, "true,False,yes", "bool", "true,false,(null)", []int{2}},
		{text, "2024-01-31,31.1.2024", "date", "2024-01-31,(null)", []int{1}},
		{text, "2024-01-31T10:00:00Z,2024-01-31T10:00:00+02:00,2024-01-31", "timestamp", "2024-01-31T10:00:00Z,2024-01-31T08:00:00Z,(null)", []int{2}},
		{text, "2024-01-31 10:00,2024-01-31", "timestamp", "2024-01-31T10:00:00Z,2024-01-31T00:00:00Z", nil},
		{arrow.PrimitiveTypes.Int64, "9007199254740992,9007199254740993,-9007199254740993", "float64", "9.007199254740992e+15,(null),(null)", []int{1, 2}},
		{arrow.PrimitiveTypes.Int32, "7,", "int64", "7,(null)", nil},
		{arrow.PrimitiveTypes.Int8, "7,", "float64", "7,(null)", nil},
		{arrow.PrimitiveTypes.Uint64, "7,9223372036854775808", "int64", "7,(null)", []int{1}},
		{arrow.PrimitiveTypes.Uint64, "9007199254740993", "float64", "(null)", []int{0}},
		{arrow.PrimitiveTypes.Float64, "2,2.5,NaN,+Inf,1e300", "int64", "2,(null),(null),(null),(null)", []int{1, 3, 4}},
		{arrow.PrimitiveTypes.Float32, "2,2.5", "int64", "2,(null)", []int{1}},
		{arrow.PrimitiveTypes.Int64, "12,", "string", "12,(null)", nil},
		{arrow.PrimitiveTypes.Float64, "1.5,", "string", "(null),(null)", []int{0}}, // as it was written is not known
		{arrow.FixedWidthTypes.Date32, "2024-01-31", "timestamp", "2024-01-31T00:00:00Z", nil},
		{arrow.PrimitiveTypes.Int64, "1,", "date", "(null),(null)", []int{0}},
		{arrow.BinaryTypes.LargeString, "1,x", "int64", "1,(null)", []int{1}},
		{arrow.BinaryTypes.Binary, "aGk=,", "string", "(null),(null)", []int{0}},
		{arrow.BinaryTypes.Binary, "aGk=", "binary", "aGk=", nil},
	} {
		in := build(t, c.from, strings.Split(c.values, ","))
		out, bad := dataset.Convert(in, c.to)
		var got []string
		for i := range out.Len() {
			v := out.ValueStr(i)
			got = append(got, strings.TrimSuffix(strings.Replace(v, " ", "T", 1), "Z")+map[bool]string{true: "Z", false: ""}[out.DataType().ID() == arrow.TIMESTAMP && out.IsValid(i)])
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ",")); diff != "" {
			t.Errorf("Convert(%v %s, %s) mismatch (-want +got):\n%s", c.from, c.values, c.to, diff)
		}
		if diff := cmp.Diff(c.bad, bad); diff != "" {
			t.Errorf("Convert(%v %s, %s): bad places mismatch (-want +got):\n%s", c.from, c.values, c.to, diff)
		}
		if fits := dataset.Fits(c.from, c.to); fits && len(bad) > 0 && !(c.to == "float64" && c.from.ID() == arrow.INT64) {
			t.Errorf("Fits(%v, %s) = true, and %d values do not", c.from, c.to, len(bad))
		}
	}
	same := build(t, arrow.PrimitiveTypes.Float64, []string{"1"})
	if out, bad := dataset.Convert(same, "float64"); out != same || bad != nil {
		t.Error("Convert to its own type is not the array itself")
	}
}
