package native_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/native"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// A session runs Go cells, and native ones: those that begin with %%native.
type session struct {
	t *testing.T
	*interp.Session
	b     *native.Builder
	n     int
	fresh bool // the last native cell was compiled, not found
	took  time.Duration
}

func newSession(t *testing.T, opt native.Options) *session {
	t.Helper()
	opt.Packages = symbols.New()
	if opt.Cache == "" {
		opt.Cache = t.TempDir()
	}
	s, err := interp.New(interp.Options{Packages: opt.Packages})
	if err != nil {
		t.Fatal(err)
	}
	return &session{t: t, Session: s, b: native.New(opt)}
}

// try runs a cell and gives the text of its value.
func (s *session) try(code string) (string, error) {
	s.n++
	body, ok := strings.CutPrefix(code, "%%native\n")
	if !ok {
		r, err := s.Run(lang.Cell{N: s.n, Code: code}, nil)
		if r.Text == "" && r.Shown {
			return cellText(r.Value), err
		}
		return r.Text, err
	}
	start := time.Now()
	n, warnings, err := s.Native(lang.Cell{N: s.n, Code: "\n" + body}, func(n *lang.Native) (err error) {
		s.fresh, err = s.b.Load(context.Background(), n)
		return err
	})
	s.took = time.Since(start)
	if err != nil {
		return "", err
	}
	if len(warnings) > 0 {
		s.t.Logf("warnings: %s", warnings.Draw())
	}
	if n.Rest == "" {
		return "", nil
	}
	r, err := s.Run(lang.Cell{N: s.n, Code: n.Rest}, nil)
	return cellText(r.Value), err
}

func cellText(v any) string { return strings.TrimSpace(sprint(v)) }

// run is try for what must go well.
func (s *session) run(code string) string {
	s.t.Helper()
	text, err := s.try(code)
	if err != nil {
		var d lang.Diagnostics
		if errors.As(err, &d) {
			s.t.Fatalf("cell %q:\n%s", code, d.Draw())
		}
		s.t.Fatalf("cell %q: %v", code, err)
	}
	return text
}

func TestNativeCells(t *testing.T) {
	s := newSession(t, native.Options{})
	for _, x := range []struct{ code, want string }{
		{"%%native\nfunc fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}", ""},
		{"fib(30)", "832040"},
		{"f := fib\nf(10)", "55"},
		{"func twice(n int) int { return 2 * fib(n) }\ntwice(10)", "110"},
		{"%%native\ntype Point struct{ X, Y float64 }\nfunc (p Point) Norm() float64 { return math.Hypot(p.X, p.Y) }\nfunc (p *Point) Move(d float64) { p.X += d }\nvar count = 40\nconst small = 3\nfunc bump() int { count++; return count }", ""},
		{"p := Point{3, 4}\np.Norm()", "5"},
		{"p.Move(1)\np", "{4 4}"},
		{"bump() + count + small", "85"},
		{"count = 1\nbump()", "2"},
		{"type norm interface{ Norm() float64 }\nvar v norm = Point{6, 8}\nv.Norm()", "10"},
		// A native cell uses earlier ones, small names too.
		{"%%native\ntype pair struct{ a, b int }\nfunc mk(a, b int) pair { return pair{fib(a), b + small} }\nfunc (p pair) Sum() int { return p.a + p.b + count }\nfunc far(p Point) float64 { return p.Norm() * 2 }\ntype Named struct { Point; Name string }", ""},
		{"q := mk(10, 2)\nq.Sum()", "62"},
		{"far(Point{3, 4})", "10"},
		{"Named{Point{3, 4}, \"n\"}.Norm()", "5"},
		// It takes along what other cells declare.
		{"type Celsius float64\nfunc (c Celsius) F() float64 { return float64(c)*9/5 + 32 }\nconst boil = 100\nfunc mean(a, b Celsius) Celsius { return (a + b) / 2 }", ""},
		{"%%native\nfunc warm(a Celsius) float64 { return mean(a, boil).F() }", ""},
		{"warm(Celsius(0))", "122"},
		{"mean(10, 20).F()", "59"},
		// Generics, with instances that native code makes.
		{"%%native\nfunc Map[T, U any](xs []T, f func(T) U) []U {\n\tvar out []U\n\tfor _, x := range xs { out = append(out, f(x)) }\n\treturn out\n}\ntype Stack[T any] struct { items []T }\nfunc (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }\nfunc (s *Stack[T]) Len() int { return len(s.items) }\nfunc NewInts() *Stack[int] { return &Stack[int]{} }\nvar _ = Map[int, string]", ""},
		{"Map([]int{1, 2}, func(n int) string { return fmt.Sprint(n, \"!\") })", "[1! 2!]"},
		{"st := NewInts()\nst.Push(4)\nst.Len()", "1"},
		{"var st2 Stack[int]\nst2.Push(1)\nst2.Push(1)\nst2.Len()", "2"},
		// Statements are interpreted afterwards.
		{"%%native\nfunc triple(n int) int { return 3 * n }\nz := triple(5)\nz + 1", "16"},
		{"z", "15"},
		// Interpreted functions in native hands.
		{"%%native\nfunc apply(f func(int) int, n int) (s int) {\n\tfor i := range n { s += f(i) }\n\treturn\n}\ntype Namer interface { Name() string }\nfunc hello(n Namer) string { return \"hello \" + n.Name() }", ""},
		{"k := 2\napply(func(i int) int { return k * i }, 10)", "90"},
		{"type dog struct{ n string }\nfunc (d dog) Name() string { return d.n }\nhello(dog{\"rex\"})", "hello rex"},
		// Redefinition, both ways.
		{"%%native\nfunc fib(n int) int { return -n }", ""},
		{"twice(10)", "-20"},
		{"func fib(n int) int { return 1000 + n }\nfib(1)", "1001"},
		{"twice(10)", "2020"},
	} {
		if got := s.run(x.code); got != x.want {
			t.Errorf("%s\n = %q, want %q", x.code, got, x.want)
		}
	}
}

func TestCache(t *testing.T) {
	cache := t.TempDir()
	const cell = "%%native\nfunc cached(n int) int { return n + 41 }\ncached(1)"
	for i, fresh := range []bool{true, false} {
		s := newSession(t, native.Options{Cache: cache})
		if got := s.run(cell); got != "42" {
			t.Errorf("run %d = %s, want 42", i, got)
		}
		if s.fresh != fresh {
			t.Errorf("run %d: compiled %v, want %v", i, s.fresh, fresh)
		}
		t.Logf("run %d took %s", i, s.took)
	}
}

func TestRefused(t *testing.T) {
	s := newSession(t, native.Options{})
	s.run("x := 1\nfunc usesX() int { return x }\ntype Loose struct{ A int }")
	s.run("%%native\ntype hidden struct{ f int }\nfunc newHidden() hidden { return hidden{1} }\nfunc Id[T any](x T) T { return x }")
	for _, c := range []struct {
		code string
		want []string
	}{
		{"%%native\nfunc f() int {\n\treturn x\n}", []string{"line 3:9", "x, a variable of cell [1]", "make it a parameter"}},
		{"%%native\nfunc f() int { return usesX() }", []string{"line 2:23", "usesX: it uses x"}},
		{"%%native\nfunc f() int { return \"a\" }", []string{"line 2:23", "cannot use \"a\""}},
		{"%%native\nfunc f() { y }", []string{"undefined: y"}},
		{"%%native\nimport \"C\"\nfunc f() {}", []string{"cannot compile a cell with C"}},
		{"%%native\n1 + 1", []string{"nothing to compile"}},
		{"%%native\nfunc (l hidden) M() {}", []string{"hidden"}},
		{"func (l hidden) M() {}", []string{"cannot add a method to hidden here: it is compiled"}},
		{"newHidden().f", []string{"cannot refer to unexported field f"}},
		{"Id(2.5)", []string{"Id[float64]", "var _ = Id[float64]"}},
	} {
		_, err := s.try(c.code)
		var d lang.Diagnostics
		if !errors.As(err, &d) {
			t.Errorf("%s: error %v, want diagnostics", c.code, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(d.Draw(), w) {
				t.Errorf("%s:\n%s\nwant %q in it", c.code, d.Draw(), w)
			}
		}
	}
}

func TestPanic(t *testing.T) {
	s := newSession(t, native.Options{})
	s.run("%%native\nfunc at(a []int, i int) int {\n\treturn a[i]\n}\nfunc deep(a []int) int { return at(a, 5) }")
	_, err := s.try("n := 1\ndeep([]int{1, 2, 3})")
	var p *interp.Panic
	if !errors.As(err, &p) {
		t.Fatalf("error %v, want a panic", err)
	}
	if want := "runtime error: index out of range [5] with length 3"; p.Text != want {
		t.Errorf("panic %q, want %q", p.Text, want)
	}
	var frames []string
	for _, f := range p.Frames {
		frames = append(frames, sprint(f.Cell.N, f.Line, f.Func))
	}
	if diff := cmp.Diff([]string{"1 3 at", "1 5 deep"}, frames[:min(2, len(frames))]); diff != "" {
		t.Errorf("frames mismatch (-want +got):\n%s\nall: %v", diff, frames)
	}
	if got := s.run("n"); got != "1" {
		t.Errorf("n = %s after the panic, want 1", got)
	}
}

func TestNoToolchain(t *testing.T) {
	s := newSession(t, native.Options{Go: "no-such-go"})
	_, err := s.try("%%native\nfunc f() int { return 1 }")
	if !errors.Is(err, native.ErrNoToolchain) || !strings.Contains(err.Error(), "no go command") {
		t.Errorf("error %v, want ErrNoToolchain", err)
	}
}
