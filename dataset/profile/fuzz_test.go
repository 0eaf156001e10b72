package profile_test

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset/profile"
)

// FuzzProfile holds that any table can be profiled, against a target too, and that
// what the profile says of a column is possible.
func FuzzProfile(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07"), "a b a", uint8(3))
	f.Add(binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN())), "\xff\x00", uint8(0))
	f.Add(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.MaxFloat64)), 1<<63), "", uint8(9))
	f.Fuzz(func(t *testing.T, data []byte, words string, rows uint8) {
		table := oddTable(data, strings.Split(words, " "), int(rows))
		for _, target := range []string{"", "f", "s", "b", "w"} {
			r, err := profile.Of(t.Context(), table, profile.Options{Target: target})
			if err != nil {
				if target == "" {
					t.Fatalf("Of(%x, %q, %d) = %v", data, words, rows, err)
				}
				continue // a target of one value, said in words
			}
			whole(t, "fuzz", r)
			for _, c := range r.Columns {
				n := c.Numbers
				if c.Missing < 0 || c.Missing+c.Distinct > r.Rows || n != nil && !(n.Min <= n.Median && n.Median <= n.Max) && c.Missing < r.Rows && n.Infinite == 0 {
					t.Errorf("Of(%x, %q, %d): column %s: %d missing, %d distinct, %+v", data, words, rows, c.Name, c.Missing, c.Distinct, n)
				}
			}
		}
	})
}

// oddTable has a column of each type, of bytes that mean anything.
func oddTable(data []byte, words []string, rows int) arrow.Table {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "f", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "b", Type: arrow.FixedWidthTypes.Boolean, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "d", Type: arrow.FixedWidthTypes.Date32, Nullable: true}, {Name: "w", Type: &arrow.TimestampType{Unit: arrow.Microsecond}, Nullable: true},
		{Name: "u", Type: arrow.PrimitiveTypes.Uint64, Nullable: true}, {Name: "x", Type: arrow.BinaryTypes.Binary, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range rows {
		var word [8]byte
		for j := range word {
			if len(data) > 0 {
				word[j] = data[(i*8+j)%len(data)]
			}
		}
		v := binary.LittleEndian.Uint64(word[:])
		if v%5 == 0 && i > 0 {
			for _, f := range b.Fields() {
				f.AppendNull()
			}
			continue
		}
		s := strings.ToValidUTF8(words[i%len(words)], "?")
		b.Field(0).(*array.Int64Builder).Append(int64(v))
		b.Field(1).(*array.Float64Builder).Append(math.Float64frombits(v))
		b.Field(2).(*array.BooleanBuilder).Append(v%2 == 0)
		b.Field(3).(*array.StringBuilder).Append(s)
		b.Field(4).(*array.Date32Builder).Append(arrow.Date32(v))
		b.Field(5).(*array.TimestampBuilder).Append(arrow.Timestamp(v))
		b.Field(6).(*array.Uint64Builder).Append(v)
		b.Field(7).(*array.BinaryBuilder).Append(word[:])
	}
	return array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})
}
