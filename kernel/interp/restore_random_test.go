package interp_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// What the cells of a random session are made of: the first is always there.
var restoreBase = `a, b, c := 1, 2, 3
xs, ys := []int{1, 2, 3}, []int{4}
m := map[string]int{"k": 1}
arr := [2]int{5, 6}
var p *int
type T struct {
	n int
	s []int
}
t := T{1, nil}
func inc() { a++ }
func look(v []int) int { return len(v) }
func keep(v []int) { ys = v }
func pure(n int) int {
	r := []int{}
	for i := range n % 5 {
		r = append(r, i*i)
	}
	return len(r) + n
}
func (t *T) Add() { t.n++ }
func (t T) Get() int { return t.n }
func usesB() int { return b }
func first(v []int) []int { return v[:1] }
set := func() { c = 9 }`

var unchanging = regexp.MustCompile(`(?m)^(func (inc|keep)|func \(t \*T\)|set :=).*\n?`)

var restoreLines = []string{
	"a = b + 1", "b++", "c += a", "a, c = c, a", "b := 4", "q := a + c", "d := pure(q)", "c = usesB()",
	"xs = append(xs, a)", "xs[0] = b", "ys = xs", "ys[0] = 7", "xs = first(xs)", "ys = append(xs[:1], 9)", "ys = []int{a, b}", "keep(xs)",
	"m[\"k\"] = a", "m = map[string]int{\"z\": b}", "m2 := m", "m2[\"z\"] = 8", "a = m[\"z\"]", "delete(m, \"k\")",
	"p = &b", "if p != nil { *p = 5 }", "if p == nil { p = &arr[0] }", "inc()", "set()", "b = pure(a)", "a = look(xs)", "a = xs[0]",
	"t.Add()", "a = t.Get()", "t = T{a, xs}", "t.s = ys", "if len(t.s) > 0 { t.s[0] = 3 }", "u := t", "if len(u.s) > 0 { u.s[0] = 1 }",
	"for i := range 2 { c += i }", "arr[1] = c", "sl := arr[:]", "sl[0] = 8", "b = arr[0]", "switch b { case 5: a = 0 }",
	"w := struct{ x int }{b}", "c = w.x", "str := fmt.Sprint(a, xs, m)", "s2 := strings.Repeat(\"x\", max(0, a%4))",
	"func inc() { c++ }", "func pure(n int) int { return n * 2 }", "func look(v []int) int { ys = v; return 0 }", "func usesB() int { b++; return b }",
	"fs := []func(){inc}", "for _, f := range fs { f() }", "inc2 := inc", "inc2()", "set = func() { b = 6; xs[0]++ }",
	"a = 7; panic(\"stop\")", "func() { defer func() { recover() }(); c = 12 }()", "done := make(chan bool); go func() { a = 3; close(done) }(); <-done",
	"x := any(xs)", "x.([]int)[0] = 4", "pt := &t", "pt.n = 9", "mp := map[string][]int{\"a\": xs}", "mp[\"a\"][0] = 2", "copy(ys, xs)", "sort.Sort(sort.Reverse(sort.IntSlice(xs)))",
}

// No variable comes back with a value that it did not have: random sessions are
// run, restored from their record, and compared.
func TestRestoreIsNeverWrong(t *testing.T) {
	back, all := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		live, again := newSession(t, interp.Options{}), newSession(t, interp.Options{})
		var record []interp.Past
		do := func(code string) {
			c := lang.Cell{N: len(record) + 1, Code: code}
			res, err := live.RunCell(c, nil)
			if res.Declares {
				record = append(record, interp.Past{Cell: c, Failed: err != nil})
			}
		}
		base := restoreBase
		if seed%2 == 0 { // without the functions that change variables, more comes back
			base = unchanging.ReplaceAllString(base, "")
		}
		do(base)
		for range 3 + r.IntN(10) {
			do(restoreLines[r.IntN(len(restoreLines))])
		}
		_, lost := again.Restore(record)
		for _, n := range again.Names() {
			if n.Kind != "var" || slices.Contains([]string{"p", "pt", "set", "fs", "inc2", "done"}, n.Name) {
				continue
			}
			all++
			if slices.Contains(lost, n.Name) {
				continue
			}
			back++
			show := "fmt.Sprint(" + n.Name + ")"
			if want, got := run(t, live, show).Value, run(t, again, show).Value; fmt.Sprint(want) != fmt.Sprint(got) {
				t.Errorf("seed %d: %s = %v after Restore, was %v; cells:", seed, n.Name, got, want)
				for _, c := range record[1:] {
					t.Logf("  %s", c.Code)
				}
			}
		}
	}
	if back < all/4 {
		t.Errorf("%d of %d variables came back: too few to say anything", back, all)
	}
	t.Logf("%d of %d variables came back", back, all)
}
