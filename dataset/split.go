package dataset

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/compute"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/internal/hint"
)

// SplitOptions say how a table falls into two.
type SplitOptions struct {
	Fraction float64 // share of the rows that goes into the first part; 0 means 0.8
	Seed     int64   // the same seed and rows give the same parts
	Stratify string  // a column whose values keep their shares in both parts
}

// Split parts t's rows at random into two tables that keep their order. The
// first gets Fraction of them, rounded to the nearest row; with Stratify it
// gets that share of each value too (as near as whole rows allow, missing
// being a value of its own), and a value with two rows or more is in both.
func Split(t arrow.Table, o SplitOptions) (train, rest arrow.Table, err error) {
	if o.Fraction == 0 {
		o.Fraction = 0.8
	}
	if !(o.Fraction > 0 && o.Fraction < 1) {
		return nil, nil, hint.New(fmt.Errorf("split: fraction %v is not between 0 and 1", o.Fraction), "0.8 puts four rows of five into the first part")
	}
	n := int(t.NumRows())
	want := int(math.Round(o.Fraction * float64(n)))
	rng := rand.New(rand.NewPCG(uint64(o.Seed), 0x9e3779b97f4a7c15))
	groups := [][]int{make([]int, n)}
	for i := range n {
		groups[0][i] = i
	}
	if o.Stratify != "" {
		if groups, err = groupRows(t, o.Stratify); err != nil {
			return nil, nil, fmt.Errorf("split: %w", err)
		}
	}
	var first, second []int
	for i, take := range shares(groups, o.Fraction, want) {
		g := groups[i]
		rng.Shuffle(len(g), func(a, b int) { g[a], g[b] = g[b], g[a] })
		first, second = append(first, g[:take]...), append(second, g[take:]...)
	}
	slices.Sort(first)
	slices.Sort(second)
	if train, err = Take(t, first); err != nil {
		return nil, nil, fmt.Errorf("split: %w", err)
	}
	if rest, err = Take(t, second); err != nil {
		return nil, nil, fmt.Errorf("split: %w", err)
	}
	return train, rest, nil
}

// groupRows gathers row numbers by the value of a column, in order of first
// occurrence.
func groupRows(t arrow.Table, name string) ([][]int, error) {
	at, err := ColumnIndex(t, name)
	if err != nil {
		return nil, err
	}
	index := map[string]int{}
	var groups [][]int
	row := 0
	for _, c := range t.Column(at).Data().Chunks() {
		for i := range c.Len() {
			key := "missing"
			if c.IsValid(i) {
				key = "=" + c.ValueStr(i)
			}
			g, ok := index[key]
			if !ok {
				g = len(groups)
				index[key] = g
				groups = append(groups, nil)
			}
			groups[g] = append(groups[g], row)
			row++
		}
	}
	return groups, nil
}

// shares gives each group its part of the rows by the largest remainder, so
// that they add up to want as far as every group of two stays in both parts.
func shares(groups [][]int, fraction float64, want int) []int {
	takes := make([]int, len(groups))
	order := make([]int, len(groups))
	left := want
	for i, g := range groups {
		order[i] = i
		takes[i] = int(fraction * float64(len(g)))
		left -= takes[i]
	}
	remainder := func(i int) float64 { return fraction*float64(len(groups[i])) - float64(takes[i]) }
	slices.SortStableFunc(order, func(a, b int) int {
		switch ra, rb := remainder(a), remainder(b); {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	for _, i := range order[:max(0, min(left, len(order)))] {
		takes[i]++
	}
	for i, g := range groups {
		if len(g) > 1 {
			takes[i] = min(max(takes[i], 1), len(g)-1)
		}
	}
	return takes
}

// Take is the table of the given rows of t, in the order given.
func Take(t arrow.Table, rows []int) (arrow.Table, error) {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	b.Reserve(len(rows))
	for _, r := range rows {
		if r < 0 || int64(r) >= t.NumRows() {
			return nil, fmt.Errorf("take: row %d: the table has %d", r, t.NumRows())
		}
		b.Append(int64(r))
	}
	index := b.NewArray()
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		one, err := array.Concatenate(nonEmpty(t.Column(i)), memory.DefaultAllocator)
		if err != nil {
			return nil, fmt.Errorf("take: column %q: %w", t.Column(i).Name(), err)
		}
		picked, err := take(one, index.(*array.Int64))
		if err != nil {
			return nil, fmt.Errorf("take: column %q: %w", t.Column(i).Name(), err)
		}
		columns[i] = *arrow.NewColumn(t.Schema().Field(i), arrow.NewChunked(picked.DataType(), []arrow.Array{picked}))
	}
	return array.NewTable(t.Schema(), columns, int64(len(rows))), nil
}

// take picks values of a; text by hand, for Arrow's own way grows its buffer by
// a value at a time and takes seconds for a million.
func take(a arrow.Array, index *array.Int64) (arrow.Array, error) {
	text, ok := a.(*array.String)
	if !ok {
		return compute.TakeArray(context.Background(), a, index)
	}
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.Reserve(index.Len())
	for _, i := range index.Int64Values() {
		if text.IsNull(int(i)) {
			b.AppendNull()
		} else {
			b.Append(text.Value(int(i)))
		}
	}
	return b.NewArray(), nil
}

// nonEmpty is the column's chunks, at least one.
func nonEmpty(c *arrow.Column) []arrow.Array {
	if chunks := c.Data().Chunks(); len(chunks) > 0 {
		return chunks
	}
	return []arrow.Array{array.NewBuilder(memory.DefaultAllocator, c.DataType()).NewArray()}
}
