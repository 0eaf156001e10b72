package symbols_test

import (
	"go/types"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/traefik/yaegi/interp"

	"github.com/cellar-ml/cellar/kernel/symbols"
)

func TestEveryPackageLoads(t *testing.T) {
	p := symbols.New()
	for _, path := range p.Paths() {
		pkg, err := p.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		values := p.Symbols(path)
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if obj.Exported() && hasValue(obj) && !values[name].IsValid() {
				t.Errorf("Symbols(%q) has no %s", path, obj)
			}
		}
	}
}

// hasValue leaves out what has no compiled form: generic names, constraints.
func hasValue(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Builtin:
		return false // the interpreter has them itself, or not at all
	case *types.Func:
		return obj.Signature().TypeParams().Len() == 0
	case *types.TypeName:
		if t, ok := obj.Type().(interface{ TypeParams() *types.TypeParamList }); ok && t.TypeParams().Len() > 0 {
			return false
		}
		i, ok := obj.Type().Underlying().(*types.Interface)
		return !ok || i.IsMethodSet()
	}
	return true
}

func TestOneUniverse(t *testing.T) {
	p := symbols.New()
	http, err := p.Import("net/http")
	if err != nil {
		t.Fatal(err)
	}
	io, err := p.Import("io")
	if err != nil {
		t.Fatal(err)
	}
	body := types.NewPointer(http.Scope().Lookup("Request").Type())
	field, _, _ := types.LookupFieldOrMethod(body, true, nil, "Body")
	if want, got := io.Scope().Lookup("ReadCloser").Type(), field.Type(); !types.Identical(want, got) {
		t.Errorf("type of Request.Body = %v, want %v of the same universe", got, want)
	}
}

func TestImportUnknown(t *testing.T) {
	_, err := symbols.New().Import("no/such")
	if err == nil || err.Error() != `import "no/such": no such package in this kernel` {
		t.Errorf("Import(no/such) = %v", err)
	}
}

func TestDoc(t *testing.T) {
	p := symbols.New()
	for _, c := range []struct{ path, name, want string }{
		{"strings", "Builder.WriteString", "WriteString appends the contents of s to b's buffer.\nIt returns the length of s and a nil error."},
		{"net/http", "StatusOK", "RFC 9110, 15.3.1"},
		{"io", "EOF", "EOF is the error returned by Read when no more input is available."},
		{"strings", "NoSuch", ""},
		{"no/such", "X", ""},
	} {
		got := p.Doc(c.path, c.name)
		if len(got) < len(c.want) || got[:len(c.want)] != c.want || c.want == "" && got != "" {
			t.Errorf("Doc(%q, %q) = %q, want it to begin with %q", c.path, c.name, got, c.want)
		}
	}
}

func TestSource(t *testing.T) {
	p := symbols.New()
	for _, path := range []string{"slices", "maps", "cmp", "iter", "sync", "sync/atomic", "math/rand/v2", "errors"} {
		if files, ok := p.Source(path); !ok || len(files) == 0 {
			t.Errorf("Source(%q) has no files", path)
		}
	}
	if _, ok := p.Source("os"); ok {
		t.Error("Source(os) has files; it has no generic names")
	}
}

// TestTablesFitInterpreter evaluates through the tables alone.
func TestTablesFitInterpreter(t *testing.T) {
	p := symbols.New()
	i := interp.New(interp.Options{Unrestricted: true})
	exports := interp.Exports{}
	for path, name := range map[string]string{"fmt": "fmt", "math": "math", "strings": "strings", "sort": "sort",
		"net/http": "http", "time": "time", "math/rand/v2": "rand", "unicode/utf8": "utf8"} {
		exports[path+"//"+name] = p.Symbols(path)
	}
	if err := i.Use(exports); err != nil {
		t.Fatal(err)
	}
	_, err := i.Eval(`import ("fmt"; "math"; "strings"; "sort"; "net/http"; "time"; "unicode/utf8")
func all() string {
	s := sort.IntSlice{3, 1, 2}
	sort.Sort(s)
	var r float32 = math.Pi
	return fmt.Sprint(s, strings.ToUpper("x"), http.StatusOK, time.Second, r, uint8(math.MaxUint8), uint64(math.MaxUint64), utf8.RuneError)
}`)
	if err != nil {
		t.Fatal(err)
	}
	v, err := i.Eval("all()")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("[1 2 3]X200 1s 3.1415927 255 18446744073709551615 65533", v.String()); diff != "" {
		t.Errorf("all() mismatch (-want +got):\n%s", diff)
	}
}

func BenchmarkImportFmt(b *testing.B) {
	for b.Loop() {
		if _, err := symbols.New().Import("fmt"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkImportHTTP(b *testing.B) {
	for b.Loop() {
		if _, err := symbols.New().Import("net/http"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSymbolsHTTP(b *testing.B) {
	p := symbols.New()
	for b.Loop() {
		p.Symbols("net/http")
	}
}

func TestText(t *testing.T) {
	p := symbols.New()
	for path, want := range map[string]string{"slices": "func Sort[", "strings": "func Repeat(", "github.com/gomlx/gomlx/pkg/ml/layers": "func Dense("} {
		files := p.Text(path)
		if len(files) == 0 && path != "slices" {
			t.Logf("no source of %s on this machine", path)
			continue
		}
		found := false
		for _, text := range files {
			found = found || strings.Contains(string(text), want)
		}
		if !found {
			t.Errorf("Text(%s) has no %s in %d files", path, want, len(files))
		}
	}
	if files := p.Text("no/such"); files != nil {
		t.Errorf("Text(no/such) = %d files, want none", len(files))
	}
}
