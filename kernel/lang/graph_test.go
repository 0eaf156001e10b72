package lang_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/google/go-cmp/cmp"
)

// A ran is a session of cells that are only checked: the graph needs no more.
type ran struct {
	t *testing.T
	s *lang.Session
	n int
}

func newRan(t *testing.T) *ran {
	t.Helper()
	return &ran{t: t, s: lang.NewSession(lang.Options{Packages: symbols.New()})}
}

// cell runs one cell; "ID: code" gives it the front end's id.
func (r *ran) cell(code string) {
	r.t.Helper()
	r.n++
	c := lang.Cell{N: r.n, Code: code}
	if id, rest, ok := strings.Cut(code, "| "); ok {
		c.ID, c.Code = id, rest
	}
	r.s.Begin(c)
	defer r.s.End()
	u, err := r.s.Check(c)
	if err != nil {
		r.t.Fatalf("cell [%d] %q: %v", r.n, code, err)
	}
	r.s.Commit(u)
}

func (r *ran) slice(names ...string) string {
	var out []string
	for _, st := range r.s.Slice(names...) {
		out = append(out, fmt.Sprint(st.Cell.N))
	}
	return strings.Join(out, " ")
}

func (r *ran) stale() []string {
	var out []string
	for _, st := range r.s.Stale(0) {
		out = append(out, fmt.Sprintf("[%d] %s", st.Cell.N, st.Because))
	}
	return out
}

// A slicing is cells, names of theirs, and the numbers of the cells that these
// were made from.
type slicing struct {
	name, of string
	cells    []string
	want     string
}

var slicings = []slicing{
	{"itself", "x", []string{"y := 1", "x := 2"}, "2"},
	{"what it reads", "z", []string{"x := 1", "y := 2", "z := x + 1"}, "1 3"},
	{"the newest value", "z", []string{"x := 1", "x = 2", "z := x"}, "1 2 3"},
	{"declared anew", "z", []string{"x := 1", "x := 2", "z := x"}, "2 3"},
	{"every change", "m", []string{"m := map[string]int{}", "k := \"a\"", "m[k] = 1", "other := 3", "m[\"b\"] = 2"}, "1 2 3 5"},
	{"a change of itself", "x", []string{"x := 1", "x++", "x += 2", "y := x"}, "1 2 3"},
	{"a condition", "x", []string{"x := 1", "c := true", "if c { x = 2 }"}, "1 2 3"},
	{"a loop", "sum", []string{"xs := []int{1}", "sum := 0", "for _, v := range xs { sum += v }", "n := 1"}, "1 2 3"},
	{"a function", "y", []string{"func f() int { return 1 }", "func g() int { return 2 }", "y := f()"}, "1 3"},
	{"what a function reads", "y", []string{"const k = 2", "var n int", "func h() int { return n }", "func f() int { return k * h() }", "n = 5", "z := 1", "y := f()"}, "1 2 3 4 5 7"},
	{"what a function writes", "n", []string{"n := 0", "func inc() { n++ }", "z := 1", "inc()"}, "1 2 4"},
	{"a function that calls itself", "y", []string{"func f(n int) int { if n < 1 { return 0 }; return f(n-1) }", "y := f(3)"}, "1 2"},
	{"the newest function", "y", []string{"func f() int { return 1 }", "func g() int { return f() }", "func f() int { return 2 }", "y := g()"}, "2 3 4"},
	{"a type", "v", []string{"type T struct{ A int }", "type U struct{ A int }", "v := T{1}"}, "1 3"},
	{"a type inside a type", "v", []string{"type T struct{ A int }", "type U struct{ T T }", "var v U"}, "1 2 3"},
	{"a method", "n", []string{"type T struct{ A int }", "func (t T) M() int { return t.A }", "func (t T) N() int { return t.A }", "v := T{1}", "n := v.M()"}, "1 2 4 5"},
	{"a method that changes", "c", []string{"type C struct{ n int }\nfunc (c *C) Inc() { c.n++ }\nfunc (c *C) Read() int { return c.n }", "c := C{}", "c.Inc()", "c.Read()"}, "1 2 3"},
	{"a method through an interface", "s", []string{"type S interface{ Area() int }", "type Q struct{ a int }", "func (q Q) Area() int { return q.a }", "func area(s S) int { return s.Area() }", "s := area(Q{2})"}, "1 2 3 4 5"},
	{"a pointer", "x", []string{"x := 1", "p := &x", "y := 3", "*p = 2"}, "1 2 4"},
	{"a pointer to what is set since", "x", []string{"x := 1", "p := &x", "q := p", "x = 4", "p = nil", "*q = 2"}, "1 2 3 4 6"},
	{"another name of a slice", "xs", []string{"xs := []int{1}", "ys := xs", "ys[0] = 2"}, "1 2 3"},
	{"a pointer that is passed", "x", []string{"var x struct{ A int }", "json.Unmarshal([]byte(`{}`), &x)"}, "1 2"},
	{"sorting", "xs", []string{"xs := []int{2, 1}", "sort.Ints(xs)", "fmt.Println(xs)"}, "1 2"},
	{"a parameter that a function changes", "m", []string{"func put(m map[int]int, k int) { m[k] = 1 }\nfunc look(m map[int]int) int { return m[1] }", "m := map[int]int{}", "look(m)", "put(m, 2)"}, "1 2 4"},
	{"a buffer", "b", []string{"var b strings.Builder", "b.WriteString(\"x\")", "n := 1"}, "1 2"},
	{"a closure", "n", []string{"n := 0", "inc := func() { n++ }", "inc()"}, "1 2 3"},
	{"a list of functions", "n", []string{"n := 0", "func inc() { n++ }", "fs := []func(){inc}", "for _, f := range fs { f() }"}, "1 2 3 4"},
	{"what a closure reads", "y", []string{"k := 2", "f := func() int { return k }", "k = 3", "y := f()"}, "1 2 3 4"},
	{"an import", "y", []string{"import str \"strings\"", "import \"sort\"", "y := str.ToUpper(\"a\")"}, "1 3"},
	{"names of a cell", "y", []string{"a, b := 1, 2", "y := b"}, "1 2"},
	{"a local of the same name", "y", []string{"x := 1", "func f() int { x := 2; return x }", "y := f()"}, "2 3"},
	{"a generic function", "y", []string{"type N interface{ ~int }", "func double[T N](t T) T { return t + t }", "y := double(2)"}, "1 2 3"},
	{"a type that is declared again as it is", "v", []string{"a| type T struct{ A int }", "a| type T struct{ A int }\nx := 1", "v := T{}"}, "2 3"},
	{"several", "a b", []string{"a := 1", "c := 2", "b := 3"}, "1 3"},
	{"func main", "n", []string{"n := 0", "k := 2", "z := 3", "func main() { n = k }"}, "1 2 4"},
	{"a select", "v", []string{"ch := make(chan int, 1)", "ch <- 4", "k := 1", "v := <-ch"}, "1 2 4"},
}

// A slice holds the cells that a value was made from, and no others.
func TestSlice(t *testing.T) {
	for _, c := range slicings {
		t.Run(c.name, func(t *testing.T) {
			r := newRan(t)
			for _, code := range c.cells {
				r.cell(code)
			}
			if got := r.slice(strings.Fields(c.of)...); got != c.want {
				t.Errorf("Slice(%s) of %q = %s, want %s", c.of, c.cells, got, c.want)
			}
		})
	}
}

func TestStale(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		want  []string
	}{
		{"nothing", []string{"a| x := 1", "b| y := x"}, nil},
		{"a value", []string{"a| x := 1", "b| y := x", "a| x := 2"}, []string{"[2] x changed in [3]"}},
		{"another cell's value", []string{"a| x := 1", "b| fmt.Println(x)", "c| x = 2"}, []string{"[2] x changed in [3]"}},
		{"the same text again, which computes", []string{"a| x := 1", "b| y := x", "a| x := 1"}, nil},
		{"the same text again, which may differ", []string{"a| x := rand.Int()", "b| y := x", "a| x := rand.Int()"}, []string{"[2] x changed in [3]"}},
		{"back as it was", []string{"a| x := 1", "b| y := x", "a| x := 2", "a| x := 1"}, nil},
		{"run since", []string{"a| x := 1", "b| y := x", "a| x := 2", "b| y := x"}, nil},
		{"in turn", []string{"a| x := 1", "b| y := x", "c| z := y", "a| x := 2"}, []string{"[2] x changed in [4]", "[3] y comes from [2], which is stale"}},
		{"a function", []string{"a| func f() int { return 1 }", "b| y := f()", "a| func f() int { return 2 }"}, []string{"[2] f changed in [3]"}},
		{"under a function", []string{"a| const k = 1", "b| func f() int { return k }", "c| y := f()", "d| z := 1", "a| const k = 2"}, []string{"[3] k changed in [5]"}},
		{"a cell that only declares", []string{"a| func f() int { return 1 }", "b| func g() int { return f() }", "a| func f() int { return 2 }"}, nil},
		{"a name that the cell does not make any more", []string{"a| x := 1", "b| y := x", "a| z := 1"}, []string{"[2] x is of [1], which ran again as [3] without it"}},
		{"parts of one map", []string{"a| m := map[int]int{}", "b| m[1] = 1", "c| m[2] = 2"}, nil},
		{"a map made anew", []string{"a| m := map[int]int{}", "b| m[1] = 1", "c| m[2] = 2", "a| m := map[int]int{3: 3}"}, []string{"[2] m changed in [4]", "[3] m changed in [4]"}},
		{"who has read a map", []string{"a| m := map[int]int{}", "b| n := len(m)", "c| m[2] = 2"}, []string{"[2] m changed in [3]"}},
		{"counting", []string{"a| x := 1", "b| x++", "c| y := x", "a| x := 5"}, []string{"[2] x changed in [4]", "[3] x changed in [4]"}},
		{"nothing is left of it", []string{"a| x := 1", "b| y := x", "c| y = 3", "a| x := 2"}, nil},
		{"itself", []string{"a| x := 1", "a| x := 2"}, nil},
		{"without ids, by the text", []string{"x := 1", "y := x", "x := 2", "y := x"}, nil},
		{"a pointer", []string{"a| x := 1", "b| p := &x", "c| y := x", "d| *p = 2"}, []string{"[3] x changed in [4]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRan(t)
			for _, code := range c.cells {
				r.cell(code)
				r.s.Stale(0) // asking changes nothing
			}
			if diff := cmp.Diff(c.want, r.stale()); diff != "" {
				t.Errorf("Stale after %q (-want +got):\n%s", c.cells, diff)
			}
		})
	}
}

func TestTouch(t *testing.T) {
	r := newRan(t)
	load := func(id, version string) {
		r.n++
		c := lang.Cell{N: r.n, ID: id, Code: "%dataset load"}
		r.s.Begin(c)
		r.s.Touch("dataset d", true, version)
		r.s.End()
	}
	load("a", "d@v1")
	r.n++
	r.s.Begin(lang.Cell{N: r.n, ID: "b", Code: "%train"})
	r.s.Touch("dataset d", false, "")
	if got := r.slice(""); got != "1 2" {
		t.Errorf("the running cell comes from %s, want 1 2", got)
	}
	r.s.End()
	load("a", "d@v1")
	if got := r.stale(); got != nil {
		t.Errorf("Stale = %v after the same version", got)
	}
	load("a", "d@v2")
	if diff := cmp.Diff([]string{"[2] dataset d changed in [4]"}, r.stale()); diff != "" {
		t.Errorf("Stale (-want +got):\n%s", diff)
	}
}

func TestDependants(t *testing.T) {
	r := newRan(t)
	for _, code := range []string{"x := 1", "k := 2", "y := x", "z := y + k"} {
		r.cell(code)
	}
	var got []int
	for _, c := range r.s.Dependants(1) {
		got = append(got, c.N)
	}
	if diff := cmp.Diff([]int{1, 3, 4}, got); diff != "" {
		t.Errorf("Dependants(1) (-want +got):\n%s", diff)
	}
	if got := r.s.Dependants(9); got != nil {
		t.Errorf("Dependants(9) = %v, want none", got)
	}
}
