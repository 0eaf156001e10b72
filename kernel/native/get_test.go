package native_test

import (
	"archive/zip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/native"
)

// proxy serves the modules of testdata/modules.txtar, whose files are named
// MODULE@VERSION/PATH, from a folder.
func proxy(t *testing.T) {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/modules.txtar")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	zips := map[string]*zip.Writer{}
	for _, f := range ar.Files {
		at, _, _ := strings.Cut(f.Name[strings.Index(f.Name, "@"):], "/")
		mod := f.Name[:strings.Index(f.Name, "@")]
		dir, version := filepath.Join(root, mod, "@v"), at[1:]
		z := zips[mod+at]
		if z == nil {
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			file, err := os.Create(filepath.Join(dir, version+".zip"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			z = zip.NewWriter(file)
			defer z.Close()
			zips[mod+at] = z
			write(t, filepath.Join(dir, version+".info"), `{"Version":"`+version+`","Time":"2026-01-02T03:04:05Z"}`)
			list, _ := os.ReadFile(filepath.Join(dir, "list"))
			write(t, filepath.Join(dir, "list"), string(list)+version+"\n")
		}
		if strings.HasSuffix(f.Name, at+"/go.mod") {
			write(t, filepath.Join(dir, version+".mod"), string(f.Data))
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOPROXY", "file://"+root)
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOSUMDB", "off")
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestGet(t *testing.T) {
	proxy(t)
	opt := native.Options{Cache: t.TempDir(), Module: t.TempDir()}
	s := newSession(t, opt)
	got, err := s.b.Fetch(context.Background(), "example.test/shapes@v1.0.0", nil)
	if err != nil {
		t.Fatalf("%v\nhint: %s", err, hint.Of(err))
	}
	want := native.Fetched{Modules: []string{"example.test/shapes@v1.0.0"}, Paths: []string{"example.test/shapes", "example.test/shapes/solid"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Fetch mismatch (-want +got):\n%s", diff)
	}
	for _, x := range []struct{ code, want string }{
		{"import \"example.test/shapes\"\nshapes.Square{Side: 3}.Area()", "9"},
		{"type mine struct{}\nfunc (mine) Area() float64 { return 2 }\nshapes.Sum(shapes.Square{Side: 1}, mine{})", "3"},
		{"shapes.Count = 5\nshapes.Bump()", "6"},
		{"import \"example.test/shapes/solid\"\nsolid.Cube(2) + solid.Sides", "14"},
		{"%%native\nimport \"example.test/shapes\"\nfunc twice(s shapes.Shape) float64 { return 2 * shapes.Sum(s, shapes.Largest([]shapes.Square{{Side: 1}, {Side: 2}})) }", ""},
		{"twice(shapes.Square{Side: 2})", "16"},
	} {
		if got := s.run(x.code); got != x.want {
			t.Errorf("%s = %q, want %q", x.code, got, x.want)
		}
	}
	if doc := s.Lang().Packages().Doc("example.test/shapes", "Square"); doc != "A Square has four sides." {
		t.Errorf("doc of Square = %q", doc)
	}
	// A later session has it again, and nothing is compiled.
	later := newSession(t, native.Options{Cache: opt.Cache, Module: opt.Module, Go: "no-such-go"})
	if missing, err := later.b.Restore(context.Background()); missing || err != nil {
		t.Fatalf("Restore = %v, %v", missing, err)
	}
	if got := later.run("import \"example.test/shapes/solid\"\nsolid.Cube(3)"); got != "27" {
		t.Errorf("in a later session solid.Cube(3) = %s, want 27", got)
	}
}

// Another version can take the place of one that was pinned, until that is used.
func TestGetAnotherVersion(t *testing.T) {
	proxy(t)
	opt := native.Options{Cache: t.TempDir(), Module: t.TempDir()}
	get := func(s *session, module string) error {
		_, err := s.b.Fetch(context.Background(), module, nil)
		return err
	}
	s := newSession(t, opt)
	if err := get(s, "example.test/twice@v1.0.0"); err != nil {
		t.Fatal(err)
	}
	s.run("import \"example.test/twice\"\ntwice.Version()")
	err := get(s, "example.test/twice@v1.1.0")
	if err == nil || !strings.Contains(err.Error(), "this session has loaded another version") || !strings.Contains(hint.Of(err), "restart") {
		t.Errorf("another version in one session: %v, hint %q", err, hint.Of(err))
	}
}

func TestGetRefuses(t *testing.T) {
	proxy(t)
	dir := t.TempDir()
	s := newSession(t, native.Options{Module: dir, Versions: map[string]string{"github.com/google/go-cmp": "v0.7.0"}})
	for _, x := range []struct{ module, want, hint string }{
		{"example.test/none@v1.0.0", "get example.test/none", "GOPROXY"},
		{"not a module", "not a module path", "%get github.com"},
		{"github.com/google/go-cmp@v0.5.0", "this cellar has github.com/google/go-cmp v0.7.0 linked in", "./install.sh"},
		{"example.test/command@v1.0.0", "no package that can be imported", "go install"},
		{"example.test/newer@v1.0.0", "it needs github.com/google/go-cmp v0.9.0, and this cellar has v0.7.0 linked in", "get an older version of example.test/newer"},
	} {
		_, err := s.b.Fetch(context.Background(), x.module, nil)
		if err == nil || !strings.Contains(err.Error(), x.want) || !strings.Contains(hint.Of(err), x.hint) {
			t.Errorf("Fetch(%s): %v, hint %q; want %q and %q", x.module, err, hint.Of(err), x.want, x.hint)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		t.Error("a module that was refused is pinned")
	}
}
