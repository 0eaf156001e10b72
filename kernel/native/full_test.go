package native_test

import (
	"testing"

	"github.com/cellar-ml/cellar/kernel/native"
)

// TestAllOfGo has what the interpreter finds hard, and what crosses between the
// two kinds of cells.
func TestAllOfGo(t *testing.T) {
	s := newSession(t, native.Options{})
	for _, x := range []struct{ code, want string }{
		{"import str \"strings\"\nimport . \"math\"\nvar seed = 7", ""},
		{"%%native\nvar table = map[string]int{}\nfunc init() { table[\"a\"] = 1 }\nvar _ = fmt.Sprint\nfunc up(s string) string { return str.ToUpper(s) + fmt.Sprint(Floor(2.5)) }", ""},
		{"up(\"x\")", "X2"},
		{"table[\"b\"] = 2\nlen(table)", "2"},
		{"%%native\ntype level int\nconst (\n\tlow level = iota\n\thigh\n)\nfunc (l level) String() string { return [...]string{\"low\", \"high\"}[l] }\nconst big = 1 << 40\nconst name = \"n\"\nvar ErrOdd = errors.New(\"odd\")", ""},
		{"high", "high"},
		{"fmt.Sprintf(\"%v %d\", low, high)", "low 1"},
		{"big / 2", "549755813888"},
		{"errors.Is(fmt.Errorf(\"x: %w\", ErrOdd), ErrOdd)", "true"},
		{"%%native\ntype visitor interface{ visit(n int) int }\ntype adder struct{ by int }\nfunc (a adder) visit(n int) int { return n + a.by }\nfunc walk(v visitor, n int) int { return v.visit(n) }\nfunc New(by int) adder { return adder{by} }", ""},
		{"walk(New(3), 4)", "7"},
		{"%%native\nfunc gen(n int) iter.Seq[int] {\n\treturn func(yield func(int) bool) {\n\t\tfor i := range n {\n\t\t\tif !yield(i * i) { return }\n\t\t}\n\t}\n}\nfunc sumCh(n int) int {\n\tc := make(chan int)\n\tvar wg sync.WaitGroup\n\tfor i := range n { wg.Go(func() { c <- i }) }\n\tgo func() { wg.Wait(); close(c) }()\n\tt := 0\n\tfor v := range c { t += v }\n\treturn t\n}", ""},
		{"total := 0\nfor v := range gen(4) { total += v }\ntotal", "14"},
		{"sumCh(100)", "4950"},
		{"%%native\nfunc safe(f func()) (err error) {\n\tdefer func() {\n\t\tif r := recover(); r != nil { err = fmt.Errorf(\"caught %v\", r) }\n\t}()\n\tf()\n\treturn nil\n}", ""},
		{"safe(func() { var m map[string]int; m[\"a\"] = 1 }) != nil", "true"},
		{"%%native\ntype tree[K cmp.Ordered] struct {\n\tl, r *tree[K]\n\tk K\n}\nfunc (t *tree[K]) Put(k K) *tree[K] {\n\tif t == nil { return &tree[K]{k: k} }\n\tif k < t.k { t.l = t.l.Put(k) } else { t.r = t.r.Put(k) }\n\treturn t\n}\nfunc (t *tree[K]) Depth() int {\n\tif t == nil { return 0 }\n\treturn 1 + max(t.l.Depth(), t.r.Depth())\n}\ntype Words = tree[string]\nfunc Sorted[T any, K cmp.Ordered](xs []T, key func(T) K) []T {\n\tout := slices.Clone(xs)\n\tslices.SortFunc(out, func(a, b T) int { return cmp.Compare(key(a), key(b)) })\n\treturn out\n}\nvar _ = Sorted[string, int]", ""},
		{"var w *Words\nfor _, x := range []string{\"m\", \"c\", \"a\"} { w = w.Put(x) }\nw.Depth()", "3"},
		{"Sorted([]string{\"ccc\", \"a\", \"bb\"}, func(s string) int { return len(s) })", "[a bb ccc]"},
		// A later native cell instantiates earlier generics, embeds and shadows.
		{"%%native\ntype counted struct {\n\tadder\n\t*tree[int]\n\tn int\n}\nfunc depth(xs ...int) int {\n\tvar c counted\n\tfor _, x := range xs { c.tree = c.tree.Put(x) }\n\tadder := 3\n\treturn c.Depth() + adder\n}\nfunc lookup(k string) int { table[k]++; return table[k] }", ""},
		{"depth(1, 2, 3) + lookup(\"b\")", "9"},
		{"table[\"b\"]", "3"},
		// The same cell again, after a Go cell has taken its name.
		{"func up(s string) string { return \"go\" }\nup(\"\")", "go"},
		{"%%native\nvar table = map[string]int{}\nfunc init() { table[\"a\"] = 1 }\nvar _ = fmt.Sprint\nfunc up(s string) string { return str.ToUpper(s) + fmt.Sprint(Floor(2.5)) }", ""},
		{"up(\"y\")", "Y2"},
		{"type level string\nlevel(\"now a string\")", "now a string"},
		{"//go:noinline\nfunc odd(n int) bool { return n%2 == 1 }\nodd(3)", "true"},
		{"%%native\n//go:noinline\nfunc odds(ns ...int) (k int) {\n\tfor _, n := range ns { if odd(n) { k++ } }\n\treturn\n}", ""},
		{"odds(1, 2, 3)", "2"},
	} {
		if got := s.run(x.code); got != x.want {
			t.Errorf("%s\n = %q, want %q", x.code, got, x.want)
		}
	}
}
