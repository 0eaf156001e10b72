package lang_test

import (
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
)

func TestInspect(t *testing.T) {
	v := view(t, sessionSource)
	v.Imports["fmt"] = "fmt"
	v.Preview = func(name string) string { return "value of " + name }
	v.Source = func(name string) (text, doc string) { return "source of " + name, "" }
	for _, c := range []struct {
		name, code   string
		sig, doc     string // beginnings
		preview, src string
	}{
		{"function", "fmt.Print¦ln(1)", "func fmt.Println(a ...any) (n int, err error)", "Println formats using the default formats", "", ""},
		{"after the name", "fmt.Println¦(1)", "func fmt.Println(", "Println formats", "", ""},
		{"inside the call", "fmt.Println(1, ¦", "func fmt.Println(", "Println formats", "", ""},
		{"inside the call, after an argument", "strings.Repeat(\"x\", ¦2)", "func strings.Repeat(s string, count int) string", "Repeat returns", "", ""},
		{"nested call closed", "strings.Repeat(fmt.Sprint(1), ¦)", "func strings.Repeat(", "Repeat returns", "", ""},
		{"package", "str¦ings.ToUpper", "package strings // import \"strings\"", "Package strings implements", "", ""},
		{"variable", "re¦d", "var red *wine", "", "value of red", "source of red"},
		{"session function", "taste(¦", "func taste(w wine, n int) (string, error)", "", "", "source of taste"},
		{"field", "red.Nam¦e", "field Name string", "", "", ""},
		{"method", "red.Drink(¦", "func (*wine).Drink(n int) error", "", "", "source of wine.Drink"},
		{"type", "var x win¦e", "type wine struct {\n\tName string\n\tyear int\n\tbase\n}\nfunc (*wine) Drink(n int) error", "", "", "source of wine"},
		{"library method", "var b strings.Builder\nb.WriteStrin¦g(\"\")", "func (*strings.Builder).WriteString(s string) (int, error)", "WriteString appends", "", ""},
		{"library field", "var r http.Request\nr.Bod¦y", "field Body io.ReadCloser", "Body is the request's body.", "", ""},
		{"key of a literal", "http.Server{Add¦r: \"\"}", "field Addr string", "Addr optionally specifies", "", ""},
		{"interface", "io.Read¦er", "type io.Reader interface {\n\tRead(p []byte) (n int, err error)\n}", "Reader is the interface", "", ""},
		{"constant", "math.P¦i", "const math.Pi untyped float = 3.14159", "https://oeis.org/A000796\n\nMathematical constants.", "", ""},
		{"builtin", "appen¦d(x, 1)", "func append(slice []Type, elems ...Type) []Type", "The append built-in function", "", ""},
		{"local", "func f(n int) { _ = n¦ }", "var n int", "", "", ""},
		{"import", "import \"net/htt¦p\"", "package http // import \"net/http\"", "Package http provides", "", ""},
		{"generic", "slices.Sor¦t", "func slices.Sort[S ~[]E, E cmp.Ordered](x S)", "Sort sorts a slice", "", "func Sort[S ~[]E, E cmp.Ordered](x S) {"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, cursor := cut(t, c.code)
			in, ok := lang.Inspect(v, code, cursor, 1)
			if !ok {
				t.Fatalf("Inspect(%q) found nothing", c.code)
			}
			if !strings.HasPrefix(in.Signature, c.sig) || !strings.HasPrefix(in.Doc, c.doc) || in.Preview != c.preview || !strings.HasPrefix(in.Source, c.src) || c.src == "" && in.Source != "" {
				t.Errorf("Inspect(%q) = %+v, want signature %q, doc %q, preview %q, source %q", c.code, in, c.sig, c.doc, c.preview, c.src)
			}
		})
	}
}

func TestInspectNothing(t *testing.T) {
	v := view(t, sessionSource)
	for _, c := range []string{"¦", "1 + ¦2", "red.nothin¦g", "nosuc¦h", "\"re¦d\"", "// re¦d", "fmt.NoSuch(¦"} {
		code, cursor := cut(t, c)
		if in, ok := lang.Inspect(v, code, cursor, 1); ok {
			t.Errorf("Inspect(%q) = %+v, want nothing", c, in)
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	v := view(b, sessionSource)
	code, cursor := cut(b, "import \"net/http\"\nfunc f(r *http.Request) {\n r.Bod¦y")
	for b.Loop() {
		lang.Inspect(v, code, cursor, 1)
	}
}
