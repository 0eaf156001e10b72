package lang_test

import (
	"errors"
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// Whatever stands in a cell, checking and lowering it ends with a program or
// with diagnostics, and leaves the session usable.
func FuzzCheck(f *testing.F) {
	for _, code := range []string{
		"1+1", "x := 1\nx", "func f() int { return 1 }\nf()", "type T struct{ a int }\nfunc (t T) M() {}\nT{}.M()",
		"import \"fmt\"\nfmt.Println(1)", "for i := range 3 {\n}", "%magic x\ny := %m", "%%bash\nls", "a, b := 1",
		"func (", "type T[P any] struct{ p P }\nT[int]{1}", "var v = v", "goto x\nx:", "func(){}()", "}", "x.y.z", "switch {", "`", "/*",
		"for x := range func(yield func(int) bool) {} { if x > 1 { break } }", "defer recover()", "min(1, 2)", "_ = 1", "var _ int",
		"type A = B\ntype B = A", "type R struct{ R }", "const c = iota\nc", "func init() {}", "import . \"math\"\nSqrt(4)", "package main\nfunc main() {}",
	} {
		f.Add(code)
	}
	pkgs := symbols.New()
	f.Fuzz(func(t *testing.T, code string) {
		s := lang.NewSession(lang.Options{Packages: pkgs})
		for range 2 { // the second time everything is declared again
			u, err := s.Check(lang.Cell{N: 1, Code: code})
			var diags lang.Diagnostics
			if err != nil {
				if !errors.As(err, &diags) || len(diags) == 0 || diags.Draw() == "" {
					t.Fatalf("Check(%q) = %v, want diagnostics", code, err)
				}
				break
			}
			if _, err := s.Lower(u); err != nil {
				if !errors.As(err, &diags) || len(diags) == 0 {
					t.Fatalf("Lower(%q) = %v, want diagnostics", code, err)
				}
				break
			}
			s.Begin(u.Cell())
			s.Commit(u)
			s.End()
		}
		if _, err := s.Check(lang.Cell{N: 2, Code: "1 + 1"}); err != nil {
			t.Fatalf("after %q: %v", code, err)
		}
	})
}
