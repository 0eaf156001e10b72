package native

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"plugin"
	"slices"
	"strconv"

	"github.com/cellar-ml/cellar/internal/hint"
)

// mainHook lets the host call a program's main.
const mainHook = "package main\n\nvar ꞋMain = main\n"

// Program compiles a whole Go program of one file, or finds it compiled, and
// loads it; init functions have run when it returns, and main runs the rest. It
// is run in this process: its os.Exit, or a panic that nothing recovers, ends
// that, and os.Args are the caller's to set. name is what errors and traces show.
func (b *Builder) Program(ctx context.Context, name string, source []byte) (main func(), err error) {
	imports, err := programImports(name, source)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.hash()
	fmt.Fprintf(h, "program\n%s\n%s\n%s", name, b.moduleText(), source)
	key := sum(h)
	dir, err := b.folder(key)
	if err != nil {
		return nil, err
	}
	if !exists(filepath.Join(dir, pluginFile)) {
		if err := b.buildProgram(ctx, dir, name, source, imports); err != nil {
			return nil, err
		}
	}
	b.touch(dir)
	p, err := plugin.Open(filepath.Join(dir, pluginFile))
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	sym, err := p.Lookup("ꞋMain")
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	f, ok := sym.(*func())
	if !ok {
		return nil, fmt.Errorf("load %s: its main is no func()", name)
	}
	return *f, nil
}

func (b *Builder) buildProgram(ctx context.Context, dir, name string, source []byte, imports []string) error {
	t, err := b.toolchain(ctx)
	if err != nil {
		return err
	}
	outside, _ := b.closure(imports)
	deps, err := b.deps(ctx, t, outside)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build")
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	defer os.RemoveAll(tmp)
	w := work{b: b, t: t, dir: tmp, deps: deps}
	path := "cellar/program/" + filepath.Base(dir)
	line := []byte("//line " + filepath.Base(name) + ":1:1\n")
	files := map[string][]byte{"main.go": append(line, source...), "hook.go": []byte(mainHook)}
	if err := w.compile(ctx, path, archiveFile, files); err != nil {
		return err
	}
	if err := w.link(ctx, path, archiveFile); err != nil {
		return err
	}
	return w.keep(dir, pluginFile)
}

// programImports are the imports of a program; every syntax error is in the error.
func programImports(name string, source []byte) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, source, parser.AllErrors)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		err = nil
		for _, e := range list {
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return nil, err
	}
	isMain := func(d ast.Decl) bool {
		fd, ok := d.(*ast.FuncDecl)
		return ok && fd.Recv == nil && fd.Name.Name == "main"
	}
	if f.Name.Name != "main" || !slices.ContainsFunc(f.Decls, isMain) {
		return nil, hint.New(fmt.Errorf("%s: it is no program", name), "give it package main and a func main")
	}
	var imports []string
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil && path == "C" {
			return nil, hint.New(fmt.Errorf("%s: it imports C", name), "run it with go run")
		}
		imports = append(imports, path)
	}
	slices.Sort(imports)
	return slices.Compact(imports), nil
}

// everyday are packages of the standard library that cells use most; with what
// they import they are half of it.
var everyday = []string{
	"bufio", "bytes", "cmp", "container/heap", "context", "encoding/csv", "encoding/json", "errors", "fmt", "io", "iter", "log",
	"maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2", "os", "path/filepath", "reflect", "regexp",
	"runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "text/tabwriter", "text/template", "time", "unicode", "unicode/utf8",
}

// Prepare compiles what the first native cell would have to wait for: the
// packages of the standard library that cells use most, in the form that plugins
// need. Where they are compiled already it takes a fraction of a second.
func (b *Builder) Prepare(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	t, err := b.toolchain(ctx)
	if err != nil {
		return err
	}
	outside, _ := b.closure(everyday)
	if _, err = b.deps(ctx, t, outside); err != nil {
		return err
	}
	name, err := b.prepared()
	if err != nil {
		return err
	}
	return replaceFile(name, nil)
}

// prepared is the file that says that Prepare was here with this binary.
func (b *Builder) prepared() (string, error) { return b.folder("prepared-" + sum(b.hash())) }
