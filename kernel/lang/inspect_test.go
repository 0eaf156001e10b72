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
			if !strings.HasPrefix(in.Signature, c.sig) || !strings.HasPrefix(in.Doc, c.doc) || in.Preview != c.preview || !strings.HasPrefix(in.Source, c.src) || c.src == "" && in.Package == "" && in.Source != "" {
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

// cellSession is a session that has run a cell.
func cellSession(t *testing.T, code string) lang.View {
	t.Helper()
	s := lang.NewSession(lang.Options{Packages: packages})
	u, err := s.Check(lang.Cell{N: 1, Code: code})
	if err != nil {
		t.Fatal(err)
	}
	s.Commit(u)
	return s.View()
}

func TestInspectCells(t *testing.T) {
	v := cellSession(t, `import "fmt"

// A Wine is a bottle.
type Wine struct {
	Name string // what the label says
	// Year is the vintage.
	Year int
}

// Drink empties it.
func (w *Wine) Drink(n int) error { return nil }

/*
Taste says
how it is.
*/
func Taste(w Wine) string { return fmt.Sprint(w) }

// Taster tastes.
type Taster interface {
	// Sip takes a little.
	Sip() int
}

const vat = 0.2 // in the pound

// the best
var red = &Wine{}
`)
	for _, c := range ofCells {
		t.Run(c.name, func(t *testing.T) {
			code, cursor := cut(t, c.code)
			in, ok := lang.Inspect(v, code, cursor, 1)
			if !ok || !strings.HasPrefix(in.Signature, c.sig) || !strings.HasPrefix(in.Doc, c.doc) || !strings.HasPrefix(in.Source, c.src) {
				t.Errorf("Inspect(%q) = %+v, %v, want signature %q, doc %q, source %q", c.code, in, ok, c.sig, c.doc, c.src)
			}
		})
	}
}

func TestInspectExpr(t *testing.T) {
	v := view(t, sessionSource)
	v.Imports["fmt"] = "fmt"
	for _, c := range []struct{ expr, sig, doc string }{
		{"red", "var red *wine", ""},
		{"*red", "var red *wine", ""},
		{"red.Name", "field Name string", ""},
		{"wine.Drink", "func (*wine).Drink(n int) error", ""},
		{"(*wine).Drink", "func (*wine).Drink(n int) error", ""},
		{"reds[0]", "reds[0] *wine\n\ntype wine struct {", ""},
		{"taste(*red, 1)", "taste(*red, 1) (string, error)", ""},
		{"must[int]", "must[int] func(v int, err error) int", ""},
		{"time.Now()", "time.Now() time.Time\n\ntype time.Time struct", "A Time represents an instant"},
		{"1 + 2.5", "1 + 2.5 float64", ""},
		{"net/http", "package http // import \"net/http\"", "Package http provides"},
		{"\"fmt\"", "package fmt // import \"fmt\"", "Package fmt implements"},
		{"strings.ToUpper", "func strings.ToUpper(s string) string", "ToUpper returns"},
		{"select", "select { case", "Waits for one"},
	} {
		in, ok := lang.InspectExpr(v, c.expr, 0)
		if !ok || !strings.HasPrefix(in.Signature, c.sig) || !strings.HasPrefix(in.Doc, c.doc) {
			t.Errorf("InspectExpr(%q) = %+v, %v, want signature %q, doc %q", c.expr, in, ok, c.sig, c.doc)
		}
	}
	for _, expr := range []string{"nosuch", "red.Nothing", "nosuch()", "x := 3", "red)"} {
		if in, ok := lang.InspectExpr(v, expr, 0); ok {
			t.Errorf("InspectExpr(%q) = %+v, want nothing", expr, in)
		}
	}
}

// ofCells is what TestInspectCells asks of what a cell declared.
var ofCells = []struct{ name, code, sig, doc, src string }{
	{"function", "Tas¦te", "func Taste(w Wine) string", "Taste says\nhow it is.", "func Taste(w Wine) string {"},
	{"type", "Win¦e", "type Wine struct {", "A Wine is a bottle.", "type Wine struct {"},
	{"field", "red.Na¦me", "field Name string", "what the label says", ""},
	{"field, comment above", "red.Ye¦ar", "field Year int", "Year is the vintage.", ""},
	{"method", "red.Dri¦nk", "func (*Wine).Drink(n int) error", "Drink empties it.", "func (w *Wine) Drink"},
	{"method by the type", "Wine.Dri¦nk", "func (*Wine).Drink(n int) error", "Drink empties it.", "func (w *Wine) Drink"},
	{"field by the type", "Wine.Ye¦ar", "field Year int", "Year is the vintage.", ""},
	{"method of an interface", "Taster.Si¦p", "func (Taster).Sip() int", "Sip takes a little.", ""},
	{"constant", "va¦t", "const vat untyped float = 0.2", "in the pound", "const vat = 0.2"},
	{"variable", "re¦d", "var red *Wine", "the best", "var red = &Wine{}"},
	{"after the dot", "red.¦", "var red *Wine", "the best", ""},
	{"declared in the cell", "// f doubles.\nfunc f(n int) int { return 2 * n }\nf¦(1)", "func f(n int) int", "f doubles.", "func f(n int) int {"},
	{"method in the cell", "// Pour gives away.\nfunc (w *Wine) Pour() {}\nfunc (w *Wine) Fill() { w.Drin¦k(1) }", "func (*Wine).Drink(", "Drink empties it.", ""},
	{"field of a type in the cell", "type box struct {\n\tA int // first\n}\nvar b box\nb.A¦", "field A int", "first", ""},
	{"argument of a call", "red.Drink(¦", "func (*Wine).Drink(n int) error", "Drink empties it.", ""},
	{"string in a call", "Taste(\"wi¦ne\")", "func Taste(", "Taste says", ""},
	{"keyword", "fo¦r", "for { }", "Repeats a block.", ""},
	{"library method by the type", "http.Client.D¦o", "func (*http.Client).Do(", "Do sends an HTTP request", ""},
}
