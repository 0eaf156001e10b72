package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

var packages = symbols.New()

// view is a session that has run the declarations in src.
func view(t testing.TB, src string) lang.View {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", "package main\n"+src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := (&types.Config{Importer: packages}).Check("main", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := lang.View{Packages: packages, Objects: map[string]types.Object{}, Imports: map[string]string{}}
	for _, name := range pkg.Scope().Names() {
		v.Objects[name] = pkg.Scope().Lookup(name)
	}
	return v
}

const sessionSource = `
type wine struct { Name string; year int; base }
type base struct { Cellar string }
func (w *wine) Drink(n int) error { return nil }
func (b base) Cool() {}
func taste(w wine, n int) (string, error) { return "", nil }
var red = &wine{}
var reds []*wine
const vat = 0.2
func must[T any](v T, err error) T { return v }
type list[T any] struct { items []T }
func (l *list[T]) First() T { return l.items[0] }
var cellar = map[string]*wine{}
var taps = make(chan wine)
`

// cut splits code at ¦, which marks the cursor.
func cut(t testing.TB, code string) (string, int) {
	before, after, ok := strings.Cut(code, "¦")
	if !ok {
		t.Fatalf("no cursor in %q", code)
	}
	return before + after, len([]rune(before))
}

// completions mark the cursor with ¦.
var completions = []struct {
	name, code string
	want       []string // among the matches, in this order
	not        []string
}{
	{"package member", "fmt.Printl¦", []string{"Println"}, []string{"Printf"}},
	{"package member in code", "x := 1\nfmt.Pri¦\ny := 2", []string{"Print", "Printf", "Println"}, nil},
	{"not imported", "strings.ToU¦", []string{"ToUpper", "ToUpperSpecial"}, nil},
	{"not imported, deeper", "strings.NewReplacer(\"a\").¦", []string{"Replace", "WriteString"}, nil},
	{"import of the cell", "import m \"math\"\nm.Sq¦", []string{"Sqrt", "SqrtPi"}, nil},
	{"other case", "fmt.printl¦", []string{"Println"}, nil},
	{"fields and methods", "red.¦", []string{"Name", "base", "year", "Drink", "Cellar", "Cool"}, nil},
	{"session names", "ta¦", []string{"taste"}, []string{"red"}},
	{"sent code follows", "red.¦\nfmt.Println()", []string{"Name", "Drink"}, nil},
	{"unclosed block", "for _, w := range reds {\n\tfmt.Println(w.¦", []string{"Name", "Drink"}, nil},
	{"unclosed block, empty name", "for _, w := range reds {\n\tif w.Drink(3) == nil {\n¦", []string{"w", "red"}, nil},
	{"head of a statement", "if red.Na¦", []string{"Name"}, nil},
	{"defined in the cell", "s := strings.Fields(\"a\")\nvar b strings.Builder\nb.WriteS¦", []string{"WriteString"}, nil},
	{"definition of its own name", "red := red\nred.Dr¦", []string{"Drink"}, nil},
	{"call in a call", "fmt.Println(taste(*re¦))", []string{"red", "reds"}, nil},
	{"keys", "w := wine{Na¦}", []string{"Name"}, nil},
	{"keys left", "w := wine{Name: \"x\", ¦}", []string{"base", "year"}, []string{"Name"}},
	{"value of a key", "w := wine{Name: red.Na¦}", []string{"Name"}, nil},
	{"locals", "func f(count int) int {\n\tcounter := 2\n\treturn cou¦\n}", []string{"count", "counter"}, nil},
	{"parameter's fields", "func f(w wine) {\n\tw.¦\n}", []string{"Name", "Drink"}, nil},
	{"not yet declared", "func f() {\n\tco¦\n\tcounter := 2\n}", []string{"copy"}, []string{"counter"}},
	{"result", "import \"os\"\nf, err := os.Open(\"x\")\nerr.¦", []string{"Error"}, nil},
	{"type members", "time.Now().¦", []string{"Add", "Format"}, []string{"wall"}},
	{"keyword", "retu¦", []string{"return"}, nil},
	{"builtin", "appen¦", []string{"append"}, nil},
	{"package name", "strco¦", []string{"strconv"}, nil},
	{"package not in scope before session", "re¦", []string{"red", "reds", "real", "recover", "return", "reflect", "regexp"}, nil},
	{"generic", "type list[T any] struct{ items []T }\nfunc (l *list[T]) Push(v T) {}\nvar l list[int]\nl.¦", []string{"items", "Push"}, nil},
	{"import path", "import \"net/ht¦", []string{"net/http", "net/http/httptest"}, nil},
	{"import path, closed", "import (\n\t\"encoding/js¦\"\n)", []string{"encoding/json"}, nil},
	{"string", "x := \"fm¦\"", nil, []string{"fmt"}},
	{"comment", "// fm¦", nil, []string{"fmt"}},
	{"magic above", "%train mlp\nred.Na¦", []string{"Name"}, nil},
	{"wide characters", "s := \"𝛼β\"; fmt.Printl¦", []string{"Println"}, nil},
	{"empty", "¦", []string{"red", "taste", "fmt", "append", "for"}, []string{"zip"}},
	{"method on a new type", "type box struct{ W int }\nfunc (b box) Area() int { return b.¦ }", []string{"W", "Area"}, nil},
	{"interface", "var r io.Reader\nr.¦", []string{"Read"}, nil},
	{"closure", "f := func(w wine) string { return w.Na¦ }", []string{"Name"}, nil},
	{"element", "reds[0].Na¦", []string{"Name"}, nil},
	{"value of a map", "cellar[\"x\"].Dr¦", []string{"Drink"}, nil},
	{"conversion", "time.Duration(3).Sec¦", []string{"Seconds"}, nil},
	{"pointer conversion", "(*wine)(nil).Dr¦", []string{"Drink"}, nil},
	{"literal", "wine{}.Co¦", []string{"Cool"}, nil},
	{"assertion", "any(red).(*wine).Dr¦", []string{"Drink"}, nil},
	{"generic call", "must(os.Open(\"x\")).Rea¦", []string{"Read", "ReadAt"}, nil},
	{"instantiated call", "must[*wine](nil, nil).Na¦", []string{"Name"}, nil},
	{"generic type of the session", "(&list[wine]{}).First().Na¦", []string{"Name"}, nil},
	{"received", "(<-taps).Na¦", []string{"Name"}, nil},
	{"several results", "os.Open(\"x\").¦", nil, []string{"Read", "fmt"}},
	{"nothing known before the dot", "nosuch.¦", nil, []string{"fmt", "red"}},
	{"range over a channel", "for w := range taps {\n\tw.Na¦", []string{"Name"}, nil},
	{"type switch", "switch v := any(red).(type) {\ncase *wine:\n\tv.Dr¦", []string{"Drink"}, nil},
	{"select", "select {\ncase w := <-taps:\n\tw.Na¦", []string{"Name"}, nil},
	{"if with a statement", "if err := red.Drink(1); err != nil {\n\terr.¦", []string{"Error"}, []string{"red"}},
	{"condition after a statement", "if w := red; w.Na¦", []string{"Name"}, nil},
	{"go", "go red.Dr¦", []string{"Drink"}, nil},
	{"case", "switch red.year {\ncase red.ye¦", []string{"year"}, nil},
	{"receiver of an earlier type", "func (w *wine) Pour(amount int) { w.Na¦ }", []string{"Name"}, nil},
	{"parameter of a method of an earlier type", "func (w *wine) Pour(amount int) { am¦ }", []string{"amount"}, nil},
	{"receiver of a generic type", "func (l *list[T]) Last() T { return l.it¦", []string{"items"}, nil},
	{"unclosed closure", "f := func(w wine) {\n\tlocal := w\n\tlocal.Na¦", []string{"Name"}, nil},
	{"key of an element", "[]wine{{Na¦}}", []string{"Name"}, nil},
	{"key of a pointer's element", "[]*wine{{Na¦}}", []string{"Name"}, nil},
	{"key of a value", "map[string]wine{\"a\": {Na¦", []string{"Name"}, nil},
	{"only keys after keys", "wine{Name: \"x\", ¦}", []string{"base", "year"}, []string{"red", "Name", "fmt"}},
	{"only types", "var x ¦", []string{"base", "list", "wine", "fmt", "int", "map"}, []string{"red", "taste", "vat", "append", "for"}},
	{"only types of a package", "var c http.Cl¦", []string{"Client", "CloseNotifier"}, nil},
	{"no functions where a type stands", "func f(s strings.¦", []string{"Builder", "Reader"}, []string{"ToUpper"}},
	{"type of make", "make(wi¦", []string{"wine"}, nil},
	{"what fits an argument first", "taste(*red, ¦)", []string{"vat", "red"}, nil},
	{"favourite of two packages", "rand.IntN¦", []string{"IntN"}, nil},
	{"the other of two packages", "rand.Reade¦", []string{"Reader"}, nil},
	{"template", "template.HTMLE¦", []string{"HTMLEscape"}, nil},
	{"import path by a later element", "import \"httpte¦", []string{"net/http/httptest"}, nil},
	{"case of an empty switch", "switch 1 {\n¦", []string{"case", "default"}, []string{"for", "break"}},
	{"break in a loop", "for {\n\tbre¦", []string{"break"}, nil},
	{"no break outside", "bre¦", nil, []string{"break"}},
	{"continue in a switch in a loop", "for {\n\tswitch x {\n\tcase 1:\n\t\tcont¦", []string{"continue"}, nil},
	{"else", "if vat > 1 {\n} el¦", []string{"else"}, nil},
	{"range", "for _, w := ran¦", []string{"range"}, nil},
	{"no statements in an expression", "x := f¦", []string{"func"}, []string{"for", "fallthrough"}},
	{"label", "outer:\nfor {\n\tbreak ou¦", []string{"outer"}, nil},
	{"second dot", "red..¦", nil, []string{"red", "Name"}},
	{"nearer before exact", "func f(Reduce int) { re¦ }", []string{"Reduce", "red", "reds", "real", "recover"}, nil},
	{"unclosed call then code", "fmt.Println(red.¦\nx := 3", []string{"Name", "Drink"}, nil},
}

func TestComplete(t *testing.T) {
	v := view(t, sessionSource)
	v.Imports["fmt"] = "fmt"
	for _, c := range completions {
		t.Run(c.name, func(t *testing.T) {
			code, cursor := cut(t, c.code)
			matches, _, end := lang.Complete(v, code, cursor)
			var got []string
			for _, m := range matches {
				got = append(got, m.Text)
			}
			at := 0
			for _, w := range c.want {
				i := slices.Index(got, w)
				if i < 0 {
					t.Fatalf("Complete(%q) = %v, want %s in it", c.code, got, w)
				}
				if i < at {
					t.Errorf("Complete(%q) = %v, want %v in this order", c.code, got, c.want)
				}
				at = i
			}
			for _, n := range c.not {
				if slices.Contains(got, n) {
					t.Errorf("Complete(%q) = %v, want no %s", c.code, got, n)
				}
			}
			if len(got) > 0 && c.name != "import path, closed" && end != cursor {
				t.Errorf("Complete(%q) ends at %d, want the cursor %d", c.code, end, cursor)
			}
		})
	}
}

func TestCompleteKinds(t *testing.T) {
	v := view(t, sessionSource)
	for _, c := range []struct {
		code string
		want lang.Match
	}{
		{"strings.ToUpp¦", lang.Match{Text: "ToUpper", Kind: "function", Signature: "ToUpper(s string) string"}},
		{"red.Dri¦", lang.Match{Text: "Drink", Kind: "method", Signature: "Drink(n int) error"}},
		{"red.Na¦", lang.Match{Text: "Name", Kind: "field", Signature: "string"}},
		{"appen¦", lang.Match{Text: "append", Kind: "function", Signature: "append(slice []Type, elems ...Type) []Type"}},
		{"tast¦", lang.Match{Text: "taste", Kind: "function", Signature: "taste(w wine, n int) (string, error)"}},
		{"va¦", lang.Match{Text: "vat", Kind: "const", Signature: "untyped float = 0.2"}},
		{"win¦", lang.Match{Text: "wine", Kind: "type", Signature: "struct"}},
		{"http.StatusTeap¦", lang.Match{Text: "StatusTeapot", Kind: "const", Signature: "untyped int = 418"}},
		{"unico¦", lang.Match{Text: "unicode", Kind: "package", Signature: "unicode"}},
	} {
		code, cursor := cut(t, c.code)
		matches, start, _ := lang.Complete(v, code, cursor)
		if len(matches) == 0 {
			t.Errorf("Complete(%q) has no matches", c.code)
			continue
		}
		if diff := cmp.Diff(c.want, matches[0]); diff != "" {
			t.Errorf("Complete(%q) first match mismatch (-want +got):\n%s", c.code, diff)
		}
		if want := strings.LastIndexByte(code, '.') + 1; start != want {
			t.Errorf("Complete(%q) starts at %d, want %d", c.code, start, want)
		}
	}
}

// TestCompleteAnywhere holds every cut of a cell against a crash.
func TestCompleteAnywhere(t *testing.T) {
	v := view(t, sessionSource)
	code := "import \"os\"\n%time x\nfor i, w := range reds {\n\tif s, err := taste(*w, i); err != nil {\n\t\tfmt.Println(s, `raw\n`, []int{1, 2}[0], func() int { return 1 }())\n\t}\n}\ntype t[T any] struct{ a T }\n"
	for cursor := range []rune(code) {
		lang.Complete(v, code, cursor)
		lang.Complete(v, string([]rune(code)[:cursor]), cursor)
	}
}

func BenchmarkComplete(b *testing.B) {
	v := view(b, sessionSource)
	code, cursor := cut(b, "for _, w := range reds {\n\tfmt.Println(w.¦")
	for b.Loop() {
		lang.Complete(v, code, cursor)
	}
}

func FuzzComplete(f *testing.F) {
	v := view(f, sessionSource)
	for _, c := range completions {
		f.Add(c.code, 3)
	}
	f.Fuzz(func(t *testing.T, code string, cursor int) {
		n := len([]rune(code))
		_, start, end := lang.Complete(v, code, cursor)
		if start > end || end > max(n, cursor) {
			t.Errorf("Complete(%q, %d) spans %d to %d", code, cursor, start, end)
		}
		lang.Inspect(v, code, cursor, 1)
		lang.Status(code)
	})
}
