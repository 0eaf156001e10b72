package native

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols/gen/extract"
	"github.com/cellar-ml/cellar/kernel/symbols/table"
)

// The files of a fetched entry of the cache, beside its plugin.
const (
	archiveZip = "packages.zip" // types and docs
	pathsFile  = "packages.txt" // import paths
)

// serve compiles the packages at f.roots, or finds them in the cache, and makes
// them importable. It returns their paths, less those that do not compile here.
func (f *fetch) serve() ([]string, error) {
	dir, err := f.b.fetchedFolder(f.pins, f.roots)
	if err != nil {
		return nil, err
	}
	if !exists(filepath.Join(dir, pluginFile)) {
		if err := f.build(dir); err != nil {
			return nil, err
		}
	}
	// Opened at once: what is in its way must be known before it is pinned.
	if _, err := openPlugin(filepath.Join(dir, pluginFile)); err != nil {
		return nil, err
	}
	f.b.touch(dir)
	e, err := f.b.add(dir)
	if err != nil {
		return nil, err
	}
	e.load()
	return e.paths, nil
}

// An entry is a plugin of fetched packages. It is opened when the first of them
// is used; until then another version can take its place.
type entry struct {
	paths  []string
	opened atomic.Bool
	load   func() tables
}

// fetchedFolder is the place in the cache for packages of pinned modules.
func (b *Builder) fetchedFolder(pins []pin, roots []string) (string, error) {
	text, err := b.goMod(sessionModule, pins)
	if err != nil {
		return "", err
	}
	h := b.hash()
	fmt.Fprintf(h, "get\n%s\n%s", text, strings.Join(roots, "\n"))
	return b.folder(sum(h))
}

func (f *fetch) build(dir string) error {
	done := f.b.say("compiling " + f.what + " and what it needs ...")
	defer done()
	imports, _ := f.b.closure(f.roots)
	args := append([]string{"list", "-mod=mod", "-e", "-export", "-deps", "-buildmode=plugin", "-json=" + extract.ListFields}, f.t.host.flags()...)
	list, err := f.t.run(f.ctx, f.dir, append(args, imports...)...)
	if err != nil {
		return err
	}
	files, data, served, err := extract.Plugin(list, f.roots, lang.NativeMark, true)
	if err != nil {
		return err
	}
	if len(served) == 0 {
		return fmt.Errorf("none of its packages compiles here: %s", strings.Join(f.roots, ", "))
	}
	deps, err := extract.Exports(list)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	w := work{b: f.b, t: f.t, dir: tmp, deps: deps}
	text := map[string][]byte{}
	for _, file := range files {
		text[file.Name] = file.Data
	}
	name := "cellar/plugin/" + filepath.Base(dir)
	if err := w.compile(f.ctx, name, archiveFile, text); err != nil {
		return err
	}
	if err := w.link(f.ctx, name, archiveFile); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, archiveZip), data, 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(tmp, pathsFile), []byte(strings.Join(served, "\n")), 0o666); err != nil {
		return err
	}
	return w.keep(dir, pluginFile, archiveZip, pathsFile)
}

// add makes the packages of an entry importable. Its plugin is loaded when the
// first of them is.
func (b *Builder) add(dir string) (*entry, error) {
	paths, err := os.ReadFile(filepath.Join(dir, pathsFile))
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, archiveZip))
	if err != nil {
		return nil, err
	}
	e := &entry{paths: strings.Fields(string(paths))}
	e.load = sync.OnceValue(func() tables {
		e.opened.Store(true)
		t, _ := openPlugin(filepath.Join(dir, pluginFile)) // what has no tables has no compiled form, which the cell is told
		return t
	})
	var list []table.Package
	for _, path := range e.paths {
		if old := b.served[path]; b.opt.Packages.Has(path) && (old == nil || old.opened.Load()) {
			continue
		}
		b.served[path] = e
		list = append(list, table.Package{
			Path:    path,
			Symbols: func() map[string]reflect.Value { return call(e.load()[path]) },
		})
	}
	b.opt.Packages.Add(string(data), list)
	return e, nil
}

func call(f func() map[string]reflect.Value) map[string]reflect.Value {
	if f == nil {
		return map[string]reflect.Value{}
	}
	return f()
}

// Restore makes importable what an earlier session fetched here, as far as it is
// in the cache: no compiler runs. missing says that Fetch with no module is
// needed for the rest.
func (b *Builder) Restore(context.Context) (missing bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	pins, err := b.pins()
	if err != nil || len(pins) == 0 {
		return false, err
	}
	roots, err := b.allChosen(pins)
	if err != nil {
		return false, err
	}
	dir, err := b.fetchedFolder(pins, roots)
	if err != nil {
		return false, err
	}
	if !exists(filepath.Join(dir, pathsFile)) {
		return true, nil
	}
	_, err = b.add(dir)
	return false, err
}
