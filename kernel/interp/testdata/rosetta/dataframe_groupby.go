package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
)

type Row map[string]any
type Frame struct {
	cols []string
	rows []Row
}

func (f *Frame) Append(vals ...any) {
	r := Row{}
	for i, v := range vals {
		r[f.cols[i]] = v
	}
	f.rows = append(f.rows, r)
}
func Col[T any](f *Frame, name string) ([]T, error) {
	out := make([]T, 0, len(f.rows))
	for i, r := range f.rows {
		v, ok := r[name].(T)
		if !ok {
			return nil, fmt.Errorf("row %d: %s is %T, want %T", i, name, r[name], v)
		}
		out = append(out, v)
	}
	return out, nil
}
func GroupBy[K cmp.Ordered](f *Frame, key string) iter.Seq2[K, *Frame] {
	return func(yield func(K, *Frame) bool) {
		groups := map[K]*Frame{}
		for _, r := range f.rows {
			k := r[key].(K)
			g, ok := groups[k]
			if !ok {
				g = &Frame{cols: f.cols}
				groups[k] = g
			}
			g.rows = append(g.rows, r)
		}
		for _, k := range slices.Sorted(maps.Keys(groups)) {
			if !yield(k, groups[k]) {
				return
			}
		}
	}
}
func main() {
	f := &Frame{cols: []string{"city", "temp", "n"}}
	f.Append("Oslo", 3.5, 1)
	f.Append("Rome", 17.0, 2)
	f.Append("Oslo", -1.5, 3)
	// In [2]
	for city, g := range GroupBy[string](f, "city") {
		temps, err := Col[float64](g, "temp")
		sum := 0.0
		for _, t := range temps {
			sum += t
		}
		fmt.Println(city, sum/float64(len(temps)), err)
	}
	// In [3]
	_, err := Col[string](f, "n")
	fmt.Println(err)
	ns, _ := Col[int](f, "n")
	fmt.Println(slices.Max(ns), f.rows[0], len(f.rows))
}

// Output:
// Oslo 1 <nil>
// Rome 17 <nil>
// row 0: n is int, want string
// 3 map[city:Oslo n:1 temp:3.5] 3
