package native_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/native"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// promoting is a session that compiles recursive functions in the background;
// what it gets is told to done.
func promoting(t *testing.T) (s *session, done chan string) {
	t.Helper()
	done = make(chan string, 10)
	packages := symbols.New()
	b := native.New(native.Options{Packages: packages, Cache: t.TempDir()})
	if err := b.Prepare(context.Background()); err != nil {
		t.Fatal(err)
	}
	in, err := interp.New(interp.Options{Packages: packages, Compile: func(n *lang.Native) error {
		err := b.Background(context.Background(), n)
		if err != nil {
			t.Error(err)
		}
		done <- n.Path
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &session{t: t, Session: in, b: b}, done
}

// compiled waits until the background has compiled something.
func compiled(t *testing.T, done chan string) {
	t.Helper()
	select {
	case <-done:
		time.Sleep(200 * time.Millisecond) // it is handed over right after
	case <-time.After(time.Minute):
		t.Fatal("nothing was compiled in the background")
	}
}

func TestPromotion(t *testing.T) {
	s, done := promoting(t)
	s.run("func fib(n int) int {\n\tif n < 2 {\n\t\treturn one(n)\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfunc one(n int) int { return n * unit }\nconst unit = 1")
	s.run("f := fib\nfunc double(n int) int { return 2 * fib(n) }")
	s.run("func sum(xs []float64, seen map[string][]int) float64 {\n\tif len(xs) == 0 {\n\t\treturn 0\n\t}\n\tseen[\"n\"] = append(seen[\"n\"], len(xs))\n\treturn xs[0] + sum(xs[1:], seen)\n}")
	compiled(t, done)
	compiled(t, done)
	if got := s.run("m := map[string][]int{}\nfmt.Sprint(sum([]float64{1, 2, 3.5}, m), m)"); got != `6.5 map[n:[3 2 1]]` {
		t.Errorf("sum of a slice = %s", got)
	}
	const timed = "t := time.Now()\nx := fib(32)\ntook := time.Since(t)\nx"
	if got := s.run(timed); got != "2178309" {
		t.Errorf("fib(32) = %s", got)
	}
	// Interpreted it is some 7 s, compiled 15 ms.
	if got := s.run("took < 2*time.Second"); got != "true" {
		t.Errorf("fib(32) took %s: it is not compiled", s.run("took"))
	}
	for _, x := range []struct{ code, want string }{
		{"f(30) + double(30)", "2496120"},
		{"func one(n int) int { return 10 * n }\nfib(10)", "550"}, // not what was compiled
		{"double(10)", "1100"},
		{"func fib(n int) int { return n }\nf(7) + double(7)", "21"},
	} {
		if got := s.run(x.code); got != x.want {
			t.Errorf("%s = %s, want %s", x.code, got, x.want)
		}
	}
}

// A cell that is in the recursion when its compiled form is ready goes on in it.
func TestPromotionWhileRunning(t *testing.T) {
	s, _ := promoting(t)
	start := time.Now()
	got := s.run("func fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfib(38)")
	if got != "39088169" {
		t.Errorf("fib(38) = %s", got)
	}
	// Interpreted it is two minutes, compiled a third of a second after a build of one.
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("fib(38) took %s: it stayed interpreted", took)
	}
}

// A promoted function is interrupted and panics like an interpreted one.
func TestPromotionStops(t *testing.T) {
	s, done := promoting(t)
	s.run("func slow(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn slow(n-1) + slow(n-2)\n}\nfunc at(s string, n int) int {\n\tif n > 0 {\n\t\treturn at(s, n-1)\n\t}\n\treturn int(s[9])\n}")
	compiled(t, done)
	s.run("1")
	time.AfterFunc(300*time.Millisecond, s.Interrupt)
	start := time.Now()
	if _, err := s.try("slow(60)"); !errors.Is(err, interp.ErrInterrupted) || time.Since(start) > 5*time.Second {
		t.Errorf("slow(60) ended after %s with %v, want ErrInterrupted", time.Since(start), err)
	}
	_, err := s.try("at(\"abc\", 3)")
	var p *interp.Panic
	if !errors.As(err, &p) || len(p.Frames) == 0 || p.Frames[0].Line != 11 || p.Frames[0].Cell.N != 1 {
		t.Errorf("at = %+v, want a panic in cell 1, line 11", err)
	}
	if want := "index out of range [9] with length 3"; p != nil && !strings.Contains(p.Text, want) {
		t.Errorf("panic %q, want %q", p.Text, want)
	}
	s.run("func endless(n int) int {\n\treturn endless(n+1) + 1\n}")
	compiled(t, done)
	_, err = s.try("endless(0)")
	if !errors.As(err, &p) || !strings.Contains(p.Text, "stack overflow") || len(p.Frames) == 0 || p.Frames[0].Func != "endless" || p.Frames[0].Line != 2 && p.Frames[0].Line != 1 {
		t.Errorf("endless(0) = %v, want a panic of a stack overflow in endless", err)
	}
	if got := s.run("slow(20)"); got != "6765" {
		t.Errorf("slow(20) = %s after the interrupt", got)
	}
}

// What does more than compute, or is not recursive, stays interpreted.
func TestNotPromoted(t *testing.T) {
	s, done := promoting(t)
	s.run("var seen int\ntype num int")
	for _, code := range []string{
		"func a(n int) int { if n == 0 { return 0 }; seen++; return a(n-1) }",
		"func b(n int) { if n > 0 { fmt.Println(n); b(n-1) } }",
		"func c(n int) int { return n + 1 }",
		"func d(n num) num { if n == 0 { return 0 }; return d(n-1) }",
		"func e(xs []any) int { if len(xs) == 0 { return 0 }; return e(xs[1:]) }",
		"func f(n int) int { defer func() {}(); if n == 0 { return 0 }; return f(n-1) }",
		"func j(int) int { return j(1) }",
		"func k(n int) int { l := k; if n == 0 { return 0 }; return l(n-1) }",
		"func m(a, b int) (int, int) { if a == 0 { return a, b }; return m(m(a-1, b)) }",
		"func g[T any](n int) int { if n == 0 { return 0 }; return g[T](n-1) }",
		"func h(n int) int { if n == 0 { return 0 }; return i(n-1) }\nfunc i(n int) int { println(n); return h(n) }",
	} {
		s.run(code)
	}
	select {
	case p := <-done:
		t.Errorf("%s was compiled", p)
	case <-time.After(300 * time.Millisecond):
	}
}
