package interp_test

import (
	"strings"
	"testing"
	"time"
)

// bad is what a cell should not be, and what is said of it; "" for what runs.
var bad = []struct{ name, code, says string }{
	{"open brace", "func f() { if true {", "syntax error: unexpected EOF"},
	{"stray brace", "}", "syntax error: unexpected }"},
	{"open bracket", "a := []int{1,2", "unexpected newline in composite literal"},
	{"extra parenthesis", "fmt.Println(1))", "syntax error: unexpected )"},
	{"10 MB string", "s := \"" + strings.Repeat("a", 10<<20) + "\"\nlen(s)", ""},
	{"10 MB raw string", "s := `" + strings.Repeat("a\n", 5<<20) + "`\nlen(s)", ""},
	{"10 MB comment", "/*" + strings.Repeat("x", 10<<20) + "*/\n1", ""},
	{"10 MB of statements", "n := 0\n" + strings.Repeat("n = n + 1\n", 1<<20) + "n", "this cell is too large to be compiled"},
	{"many statements", "n := 0\n" + strings.Repeat("n = n + 1\n", 10_000) + "n", ""},
	{"long sum", "x" + strings.Repeat(" + x", 20_000), "this cell is nested too deeply to be compiled"},
	{"10,000 parentheses", strings.Repeat("(", 10_000) + "1" + strings.Repeat(")", 10_000), ""},
	{"a million parentheses", strings.Repeat("(", 1_000_000) + "1" + strings.Repeat(")", 1_000_000), "this is nested too deeply to be compiled"},
	{"5,000 blocks", strings.Repeat("{", 5000) + "_ = x" + strings.Repeat("}", 5000), "this is nested too deeply to be compiled"},
	{"2,000 function literals", strings.Repeat("func() int { return ", 2000) + "1" + strings.Repeat(" }()", 2000), "this is nested too deeply to be compiled"},
	{"200 function literals", "y := " + strings.Repeat("func() int { return ", 200) + "1" + strings.Repeat(" }()", 200), ""},
	{"invalid UTF-8", "s := \"a\xffb\"", "illegal UTF-8 encoding"},
	{"invalid UTF-8 in a name", "a\xff := 1", "illegal UTF-8 encoding"},
	{"NUL", "w := 1\x00", "illegal character NUL"},
	{"NUL in a string", "w := \"a\x00b\"", "illegal character NUL"},
	{"byte order mark", "\ufeffw := 1\nw", ""},
	{"byte order mark inside", "w := 1\ufeff", "illegal byte order mark"},
	{"type of itself", "type T struct { a int; t T }", "invalid recursive type: T refers to itself"},
	{"types of each other", "type A struct{ b B }\ntype B struct{ a A }", "invalid recursive type A"},
	{"array of itself", "type U [2]U", "invalid recursive type: U refers to itself"},
	{"alias of itself", "type L = L", "invalid recursive type: L refers to itself"},
	{"function instances without end", "func F[T any](n int, v T) { if n > 0 { F(n-1, []T{v}) } }\nF(3, 1)", "instantiation cycle"},
	{"the same, with a value shown", "func G[T any](n int, v T) { if n > 0 { G(n-1, []T{v}) } }\nG(3, 1)\nx", "instantiation cycle"},
	{"type instances without end", "type N[T any] struct { next *N[[]T] }\nvar nn N[int]\nnn", "instantiation cycle"},
	{"the same, without a value shown", "type NQ[T any] struct { next *NQ[[]T] }\nvar nq NQ[int]", "instantiation cycle"},
	{"the same, in a method", "type NM[T any] struct { v T }\nfunc (n NM[T]) More() *NM[[]T] { return nil }\nvar nm NM[int]", "instantiation cycle"},
	{"method instances without end", "type Q[T any] struct{ v T }\nfunc (q Q[T]) Up(n int) { if n > 0 { Q[Q[T]]{q}.Up(n-1) } }\nQ[int]{1}.Up(3)", "instantiation cycle"},
	{"constant shift", "const c = 1 << 1000000", "shift"},
	{"constant products", "const p0 = 1 << 500\nconst p1 = p0 * p0 * p0 * p0", "overflow"},
	{"constants of each other", "const c1 = c2 + 1\nconst c2 = c1 + 1", "initialization cycle"},
	{"array larger than memory", "type Big [1 << 62]int\nvar b Big", "cannot run a type as large as"},
	{"array larger than the process", "var arr [1 << 40]byte\nlen(arr)", "cannot run a type as large as"},
	{"unsafe not asked for", "unsafe.Sizeof(x)", "undefined: unsafe"},
	{"no such package", "import \"no/such/pkg\"", "no/such/pkg"},
	{"function without a body", "func noBody()", "cannot run a function without a body"},
	{"jump to nowhere", "goto nowhere", "label nowhere not"},
	{"nothing", "", ""},
	{"blanks", "  \n\t ", ""},
	{"unsafe asked for", "import \"unsafe\"\nunsafe.Sizeof(x)", ""},
}

func TestBadInputLeavesTheSessionWhole(t *testing.T) {
	b := newBench(t)
	b.run(1, "x := 41")
	for i, tc := range bad {
		t.Run(tc.name, func(t *testing.T) {
			began := time.Now()
			got := b.run(i+2, tc.code)["error"]
			t.Logf("%v", time.Since(began))
			switch {
			case tc.says == "" && got != "":
				t.Errorf("error %.300q, want none", got)
			case !strings.Contains(got, tc.says):
				t.Errorf("error %.300q, want %q in it", got, tc.says)
			case len(got) > 2000:
				t.Errorf("the error has %d bytes: %.300q", len(got), got)
			}
			if v := b.run(1000, "x")["value"]; !strings.Contains(v, "41") {
				t.Errorf("x afterwards is %q", v)
			}
		})
	}
}
