package extract

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"go/format"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// A File is one file of a generated set, by its name in the set's folder.
type File struct {
	Name string
	Data []byte
}

// Generate makes the files of a set: one Go file per package, data.zip with
// types/PATH, doc/PATH and src/PATH/*.go, and table.go, which lists them.
func Generate(set Set) ([]File, error) {
	ps, err := paths(set)
	if err != nil {
		return nil, err
	}
	slices.Sort(ps)
	l, err := load(ps, set.Optional)
	if err != nil {
		return nil, err
	}
	ps = slices.DeleteFunc(ps, func(p string) bool { return set.Optional && l.byPath[p].Export == "" })
	var files []File
	z := newArchive()
	for _, path := range ps {
		pkg, err := l.types(path)
		if err != nil {
			return nil, err
		}
		src, err := source(set.Name, path, "", pkg)
		if err != nil {
			return nil, err
		}
		files = append(files, tableFiles(set.Name, path, src)...)
		if err := z.pack(l.byPath[path], pkg); err != nil {
			return nil, err
		}
	}
	if set.Std {
		text, err := builtinDocs(filepath.Join(filepath.Dir(l.byPath["fmt"].Dir), "builtin"))
		if err != nil {
			return nil, err
		}
		if err := z.add("doc/builtin", []byte(text)); err != nil {
			return nil, err
		}
	}
	data, err := z.close()
	if err != nil {
		return nil, err
	}
	index, err := indexFile(set, ps)
	if err != nil {
		return nil, err
	}
	return append(files, File{"data.zip", data}, File{"table.go", index}), nil
}

// tableFiles is the file of one table, and of its empty form where the names
// are this platform's.
func tableFiles(set, path string, src []byte) []File {
	name := "sym_" + short(path)
	if !slices.Contains(platform, path) {
		return []File{{name + ".go", src}}
	}
	tag := runtime.GOOS + " && " + runtime.GOARCH
	pkg := []byte("package " + set + "\n")
	src = bytes.Replace(src, pkg, append([]byte("//go:build "+tag+"\n\n"), pkg...), 1)
	empty := fmt.Sprintf(header+"//go:build !(%s)\n\npackage %s\n\nimport \"reflect\"\n\n"+
		"func sym_%[3]s() map[string]reflect.Value { return map[string]reflect.Value{} }\n", tag, set, short(path))
	return []File{{name + ".go", src}, {name + "_other.go", []byte(empty)}}
}

// Write replaces the generated files of dir by files.
func Write(dir string, files []File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "sym_*.go"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if !slices.ContainsFunc(files, func(f File) bool { return f.Name == filepath.Base(name) }) {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func indexFile(set Set, paths []string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, "// Package %s has the generated tables of one set of importable packages.\n", set.Name)
	b.WriteString("// It knows only what the toolchain knew when it was generated.\n")
	fmt.Fprintf(&b, "package %s\n\nimport (\n_ \"embed\"\n\n\"github.com/cellar-ml/cellar/kernel/symbols/table\"\n)\n\n", set.Name)
	fmt.Fprintf(&b, "// Toolchain is the version of Go that the tables were made with.\nconst Toolchain = %q\n\n", runtime.Version())
	b.WriteString("// Archive has the types, docs and sources of the packages.\n//\n//go:embed data.zip\nvar Archive string\n\n")
	b.WriteString("// Packages lists the tables, by import path.\nvar Packages = []table.Package{\n")
	for _, p := range paths {
		fmt.Fprintf(&b, "{Path: %q, Symbols: sym_%s},\n", p, short(p))
	}
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}

type archive struct {
	buf bytes.Buffer
	zip *zip.Writer
}

func newArchive() *archive {
	a := &archive{}
	a.zip = zip.NewWriter(&a.buf)
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	return a
}

func (a *archive) add(name string, data []byte) error {
	w, err := a.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// pack adds types, docs and, where a cell must instantiate them, sources. The
// empty file set leaves positions, which name this machine's folders, out.
func (a *archive) pack(p listed, pkg *types.Package) error {
	var b bytes.Buffer
	if err := gcexportdata.Write(&b, token.NewFileSet(), pkg); err != nil {
		return fmt.Errorf("types of %s: %w", p.ImportPath, err)
	}
	if err := a.add("types/"+p.ImportPath, b.Bytes()); err != nil {
		return err
	}
	text, err := docText(p)
	if err != nil {
		return fmt.Errorf("docs of %s: %w", p.ImportPath, err)
	}
	if err := a.add("doc/"+p.ImportPath, []byte(text)); err != nil {
		return err
	}
	if !p.Standard || !hasGenerics(pkg) {
		return nil
	}
	for _, name := range p.GoFiles {
		src, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		if err := a.add("src/"+p.ImportPath+"/"+name, src); err != nil {
			return err
		}
	}
	return nil
}

// hasGenerics reports whether pkg exports what has no compiled form.
func hasGenerics(pkg *types.Package) bool {
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() && !strings.HasPrefix(name, "_") {
			if f, ok := obj.(*types.Func); ok && f.Signature().TypeParams().Len() > 0 {
				return true
			}
			if t, ok := obj.(*types.TypeName); ok && generic(t.Type()) {
				return true
			}
		}
	}
	return false
}

func (a *archive) close() ([]byte, error) {
	if err := a.zip.Close(); err != nil {
		return nil, err
	}
	return a.buf.Bytes(), nil
}
