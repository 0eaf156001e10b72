package interp_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// The cells of a slice, run alone, make what the whole session made. The lines
// that share memory through a value that the graph does not look into are left
// out: docs/adr/0062 names them.
func TestSliceIsEnough(t *testing.T) {
	hidden := []string{"keep(xs)", "first(xs)", "t.s", "u.s", "T{a, xs}", "mp :=", "append(xs[:1]", "any(xs)", "func look(v []int) int { ys = v", "set = func"}
	var lines []string
	for _, l := range restoreLines {
		if !slices.ContainsFunc(hidden, func(h string) bool { return strings.Contains(l, h) }) {
			lines = append(lines, l)
		}
	}
	cells, used := 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		live := newSession(t, interp.Options{})
		var record []string
		do := func(s *interp.Session, c lang.Cell) bool {
			res, err := s.RunCell(c, nil)
			return err == nil || res.Declares
		}
		for i, code := range append(strings.Split(restoreBase, "\nxs,")[:1], sliceBase...) {
			do(live, lang.Cell{N: i + 1, Code: code})
		}
		for i := range 12 {
			code := lines[r.IntN(len(lines))]
			if do(live, lang.Cell{N: 20 + i, Code: code}) {
				record = append(record, code)
			}
		}
		for _, n := range live.Names() {
			if n.Kind != "var" || slices.Contains([]string{"p", "pt", "set", "fs", "inc2", "done"}, n.Name) {
				continue
			}
			alone := newSession(t, interp.Options{})
			steps := live.Lang().Slice(n.Name)
			cells, used = cells+len(record)+len(sliceBase)+1, used+len(steps)
			for _, st := range steps {
				do(alone, st.Cell)
			}
			show := "fmt.Sprint(" + n.Name + ")"
			got, err := alone.Run(lang.Cell{N: 99, Code: show}, nil)
			if want := run(t, live, show).Value; err != nil || fmt.Sprint(want) != fmt.Sprint(got.Value) {
				t.Errorf("seed %d: %s = %v, %v from its slice, was %v; all cells: %q", seed, n.Name, got.Value, err, want, record)
				for _, st := range steps {
					t.Logf("  [%d] %s", st.Cell.N, st.Cell.Code)
				}
			}
		}
	}
	t.Logf("the slices have %d of %d cells", used, cells)
}

// sliceBase is the base of the random sessions in cells.
var sliceBase = []string{
	"xs := []int{1, 2, 3}", "ys := []int{4}", "m := map[string]int{\"k\": 1}", "arr := [2]int{5, 6}", "var p *int",
	"type T struct {\n\tn int\n\ts []int\n}", "t := T{1, nil}", "func inc() { a++ }", "func look(v []int) int { return len(v) }",
	"func pure(n int) int { r := []int{}; for i := range n % 5 { r = append(r, i*i) }; return len(r) + n }",
	"func (t *T) Add() { t.n++ }", "func (t T) Get() int { return t.n }", "func usesB() int { return b }", "set := func() { c = 9 }",
}
