package interp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/google/go-cmp/cmp"
)

// past is a record of cells, numbered from 1. One that begins with "FAILED" or
// "DIED" ended so.
func past(codes ...string) []interp.Past {
	var cells []interp.Past
	for i, code := range codes {
		p := interp.Past{Cell: lang.Cell{N: i + 1}}
		code, p.Failed = strings.CutPrefix(code, "FAILED")
		p.Code, p.Died = strings.CutPrefix(code, "DIED")
		cells = append(cells, p)
	}
	return cells
}

// A restoring is a record of cells, the names that are lost after it, separated
// by spaces, and an expression of what came back, with its value.
type restoring struct {
	name  string
	cells []string
	lost  string
	back  string
	want  any
}

var restorings = []restoring{
	{"constants and literals", []string{"x, s, p := 5, \"a\", struct{ A int }{3}\nvar z int\nconst k = 7"}, "", "fmt.Sprint(x, p, z, k) + s", "5 {3} 0 7a"},
	{"arithmetic on what is back", []string{"x := 5", "y := x*2 + len(\"abc\")\nf := float64(y) / 2"}, "", "fmt.Sprint(y, f)", "13 6.5"},
	{"assignments again, in order", []string{"x := 1\ny := x", "x++", "x += 10", "z := x\nx = 7"}, "", "fmt.Sprint(x, y, z)", "7 1 12"},
	{"a pure function", []string{"func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "a := fib(15)"}, "", "a", 610},
	{"the function of then", []string{"func f() int { return 1 }", "a := f()", "func f() int { return 2 }", "b := f()"}, "", "fmt.Sprint(a, b)", "1 2"},
	{"loops and a slice of its own", []string{"func sq(n int) []int { var out []int; for i := range n { out = append(out, i*i) }; return out }\nxs := sq(4)"}, "", "fmt.Sprint(xs)", "[0 1 4 9]"},
	{"the standard library", []string{"w := strings.ToUpper(\"ab\") + strconv.Itoa(3)\nn, err := strconv.Atoi(\"12\")\nr := math.Sqrt(16)\nq := fmt.Sprintf(\"%03d\", n)"}, "", "fmt.Sprint(n, err, r) + w + q", "12 <nil> 4AB3012"},
	{"an error that functions return", []string{"var ErrGone = errors.New(\"gone\")\nfunc f() error { return ErrGone }"}, "", "f() == ErrGone", true},
	{"a slice that grows in cells", []string{"xs := []int{1}", "xs = append(xs, 2)", "n := len(xs)"}, "", "fmt.Sprint(xs, n)", "[1 2] 2"},
	{"a map that is only looked at", []string{"m := map[string]int{\"a\": 1}", "v := m[\"a\"]\nfor k := range m { fmt.Print(\"\"); _ = k }"}, "", "fmt.Sprint(m, v)", "map[a:1] 1"},
	{"a closure over what is back", []string{"base := 2\nadd := func(n int) int { return n + base }"}, "", "add(3)", 5},
	{"a slice that a function looks at", []string{"func sum(xs []int) int { n := 0; for _, x := range xs { n += x }; return n }\nxs := []int{1, 2}", "n := sum(xs)"}, "", "fmt.Sprint(xs, n)", "[1 2] 3"},
	{"methods that compute", []string{"type T struct{ n int }\nfunc (t T) Twice() int { return 2 * t.n }\nt := T{4}\nd := t.Twice()"}, "", "d", 8},

	{"input and output", []string{"a := os.Getenv(\"HOME\")\nb := time.Now()\nc := rand.Intn(3)\nd, _ := os.ReadFile(\"x\")"}, "a b c d", "1", 1},
	{"a function with an effect", []string{"n := 0\nfunc next() int { n++; return n }", "a := next()"}, "a n", "1", 1},
	{"a function that prints", []string{"func f() int { println(1); return 1 }\na := f()"}, "a", "1", 1},
	{"what lost values made", []string{"a := os.Getpid()", "b := a + 1\nc := 2"}, "a b", "c", 2},
	{"a pointer", []string{"x := 1\ny := 2", "p := &x", "*p = 5"}, "p x", "y", 2},
	{"a closure", []string{"n := 0\nk := 1", "inc := func() { n++ }", "inc()"}, "inc n", "k", 1},
	{"a goroutine", []string{"n := 0\nk := 1", "go func() { n = 7 }()"}, "n", "k", 1},
	{"a condition", []string{"n := 0\nk := 1", "if k > 0 { n = 5 }"}, "n", "k", 1},
	{"a slice with another name", []string{"xs := []int{1, 2}", "ys := xs", "ys[0] = 9"}, "xs ys", "1", 1},
	{"a slice that a function may keep", []string{"xs := []int{1, 2}\nvar kept []int\nfunc keep(a []int) { kept = a }", "keep(xs)"}, "kept xs", "1", 1},
	{"a slice sorted in place", []string{"xs := []int{2, 1}", "sort.Ints(xs)"}, "xs", "1", 1},
	{"an element that is set", []string{"xs := []int{2, 1}", "xs[0] = 3"}, "xs", "1", 1},
	{"a slice of an array", []string{"a := [2]int{1, 2}", "s := a[:]", "s[0] = 9"}, "a s", "1", 1},
	{"the text of an address", []string{"type T struct{ p *int }\ns := fmt.Sprint(T{new(int)})"}, "s", "1", 1},
	{"a function that has come to keep its argument", []string{"func use(xs []int) int { return len(xs) }\nxs := []int{1}\nvar kept []int\nfunc all() int { return use(xs) }", "func use(xs []int) int { kept = xs; return 0 }", "all()", "kept[0] = 5"}, "kept xs", "1", 1},
	{"a lock", []string{"var mu sync.Mutex\nk := 1", "mu.Lock()"}, "mu", "k", 1},
	{"a closure over what is lost", []string{"a := os.Getpid()\nf := func() int { return a }"}, "a f", "1", 1},
	{"a cell that failed", []string{"x := 1\ny := 2", "FAILEDx = 5\npanic(1)"}, "x", "y", 2},
	{"a cell that the process died in", []string{"x := 1\ny := 2\nm := map[int]int{}", "DIEDx = y\nfor { m[1] = 1 }"}, "m x", "y", 2},
	{"Go in a magic line", []string{"x := 1\ny := 2", "%time x = 5"}, "x", "y", 2},
	{"set again after a loss", []string{"x := os.Getpid()", "y := x", "x = 4"}, "y", "x", 4},
	{"a range over a map", []string{"func first(m map[int]int) int { for k := range m { return k }; return 0 }\na := first(map[int]int{1: 1, 2: 2})"}, "a", "1", 1},
	{"a method that changes its receiver", []string{"type C struct{ n int }\nfunc (c *C) Inc() { c.n++ }\nc := C{}\nk := 1", "c.Inc()"}, "c", "k", 1},
}

// What comes back has the value that the cells gave it; what they may have
// changed in a way that is not seen is lost.
func TestRestore(t *testing.T) {
	for _, c := range restorings {
		t.Run(c.name, func(t *testing.T) {
			s := newSession(t, interp.Options{})
			_, lost := s.Restore(past(c.cells...))
			if got := strings.Join(lost, " "); got != c.lost {
				t.Errorf("Restore(%q) lost %q, want %q", c.cells, got, c.lost)
			}
			if r := run(t, s, c.back); fmt.Sprint(r.Value) != fmt.Sprint(c.want) {
				t.Errorf("after Restore(%q) %s = %v, want %v", c.cells, c.back, r.Value, c.want)
			}
		})
	}
}

// A statement that takes too long is given up, and the session goes on.
func TestRestoreGivesUp(t *testing.T) {
	s := newSession(t, interp.Options{})
	names, lost := s.Restore(past("func forever() int { n := 0; for { n++; if n < 0 { return n } } }\nx := forever()\ny := 2"))
	if diff := cmp.Diff([]string{"x"}, lost); diff != "" {
		t.Errorf("lost (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"forever", "y"}, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if r := run(t, s, "y"); r.Value != 2 {
		t.Errorf("y = %v, want 2", r.Value)
	}
}

// A variable whose value died with its process is not read as a zero that
// nobody wrote.
func TestLostVariables(t *testing.T) {
	s := newSession(t, interp.Options{})
	s.Restore(past(
		"func id(n int) int { return n + os.Getpid()*0 }\nx, y, z := id(5), id(6), id(7)\nfunc useY() int { return y }",
		"func outer() int { return useY() }",
	))
	for _, c := range []struct{ code, want string }{
		{"x + 1", "cell [9], line 1:1: the value of x was lost when the process died: run cell [1] again"},
		{"outer()", "cell [9], line 1:1: outer needs y; the value of y was lost when the process died: run cell [1] again"},
		{"z += 1", "cell [9], line 1:1: the value of z was lost when the process died: run cell [1] again"},
	} {
		if _, err := s.Run(lang.Cell{N: 9, Code: c.code}, nil); err == nil || err.Error() != c.want {
			t.Errorf("Run(%q) error = %v, want %q", c.code, err, c.want)
		}
	}
	if r := run(t, s, "x = 1\ny := 2\nx + outer()"); r.Value != 3 {
		t.Errorf("after x and y were given values: %v, want 3", r.Value)
	}
	if r := run(t, s, "x"); r.Value != 1 {
		t.Errorf("x in a later cell: %v, want 1", r.Value)
	}
}
