package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// column is a named slice: []float64, []int64, []bool or []string. NaN and ""
// stand for a missing value.
type column struct {
	name   string
	values any
}

func table(_ *testing.T, columns ...column) arrow.Table { return newTable(columns...) }

func newTable(columns ...column) arrow.Table {
	var fields []arrow.Field
	var data []arrow.Column
	for _, c := range columns {
		a := arrayOf(c.values)
		field := arrow.Field{Name: c.name, Type: a.DataType(), Nullable: true}
		fields = append(fields, field)
		data = append(data, *arrow.NewColumn(field, arrow.NewChunked(a.DataType(), []arrow.Array{a})))
	}
	return array.NewTable(arrow.NewSchema(fields, nil), data, -1)
}

func arrayOf(values any) arrow.Array {
	switch values := values.(type) {
	case []float64:
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		for _, v := range values {
			if math.IsNaN(v) {
				b.AppendNull()
				continue
			}
			b.Append(v)
		}
		return b.NewArray()
	case []string:
		b := array.NewStringBuilder(memory.DefaultAllocator)
		for _, v := range values {
			if v == "" {
				b.AppendNull()
				continue
			}
			b.Append(v)
		}
		return b.NewArray()
	case []int64:
		b := array.NewInt64Builder(memory.DefaultAllocator)
		b.AppendValues(values, nil)
		return b.NewArray()
	case []bool:
		b := array.NewBooleanBuilder(memory.DefaultAllocator)
		b.AppendValues(values, nil)
		return b.NewArray()
	}
	panic(fmt.Sprintf("no column of %T", values))
}

func normal(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, n)
	for i := range out {
		out[i] = r.NormFloat64()
	}
	return out
}

// mixed is a table with every kind of column, missing values, and a target of
// three classes that depends on all of them.
func mixed(_ *testing.T, n int) arrow.Table { return mixedTable(n) }

func mixedTable(n int) arrow.Table {
	a, b := normal(1, n), normal(2, n)
	flag, island, species := make([]bool, n), make([]string, n), make([]string, n)
	for i := range n {
		flag[i] = a[i]+b[i] > 0
		island[i] = []string{"Biscoe", "Dream", "Torgersen"}[i%3]
		score := a[i] + float64(i%3)
		species[i] = []string{"Adelie", "Chinstrap", "Gentoo"}[min(2, max(0, int(score)))]
		if i%11 == 0 {
			a[i] = math.NaN()
		}
		if i%13 == 0 {
			island[i] = ""
		}
	}
	return newTable(column{"bill", a}, column{"flipper", b}, column{"grown", flag}, column{"island", island}, column{"species", species})
}
