package native

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// The files of one entry of the cache.
const (
	pluginFile  = "plugin.so"
	archiveFile = "package.a"
)

// A unit is one package to be compiled, with a table of its own.
type unit struct {
	path    string
	files   map[string][]byte
	imports []string
}

// pluginMain hands a package's table to the host.
const pluginMain = `package main

import (
	native %q
	"reflect"
)

var Symbols = map[string]func() map[string]reflect.Value{%[1]q: native.ꞋSymbols}

func main() {}
`

// build compiles a unit into dir, which is whole once it is there. The compiler
// and the linker are called as the go command would, which leaves out the half
// second that it thinks.
func (b *Builder) build(ctx context.Context, u unit, dir string) error {
	t, err := b.toolchain(ctx)
	if err != nil {
		return err
	}
	imports, natives := b.closure(u.imports)
	deps, err := b.deps(ctx, t, imports)
	if err != nil {
		return err
	}
	for _, path := range natives {
		deps[path] = b.loaded[path].archive
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".build")
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	defer os.RemoveAll(tmp)
	w := work{b: b, t: t, dir: tmp, deps: deps}
	if err := w.compile(ctx, u.path, archiveFile, u.files); err != nil {
		return err
	}
	deps[u.path] = filepath.Join(tmp, archiveFile)
	name := "cellar/plugin/" + filepath.Base(dir)
	if err := w.compile(ctx, name, "main.a", map[string][]byte{"main.go": fmt.Appendf(nil, pluginMain, u.path)}); err != nil {
		return err
	}
	if err := w.link(ctx, name, "main.a"); err != nil {
		return err
	}
	return w.keep(dir, pluginFile, archiveFile)
}

// closure is what imports needs outside the cache, and the native cells that it
// comes to.
func (b *Builder) closure(imports []string) (outside, natives []string) {
	seen := map[string]bool{}
	var visit func(list []string)
	visit = func(list []string) {
		for _, p := range list {
			if seen[p] {
				continue
			}
			seen[p] = true
			if lang.IsNative(p) && b.loaded[p] != nil {
				natives = append(natives, p)
				visit(b.loaded[p].imports)
			} else if p != "unsafe" {
				outside = append(outside, p)
			}
		}
	}
	visit(imports)
	visit([]string{"reflect", "runtime", "runtime/cgo"}) // of the table and the linker
	sort.Strings(outside)
	return outside, natives
}

// work is one build in its folder.
type work struct {
	b    *Builder
	t    *toolchain
	dir  string
	deps map[string]string // import path -> archive
}

func (w *work) importcfg(name string) (string, error) {
	var b strings.Builder
	for _, p := range sortedKeys(w.deps) {
		fmt.Fprintf(&b, "packagefile %s=%s\n", p, w.deps[p])
	}
	file := filepath.Join(w.dir, name)
	return file, os.WriteFile(file, []byte(b.String()), 0o666)
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// compile makes an archive of a package's files.
func (w *work) compile(ctx context.Context, path, archive string, files map[string][]byte) error {
	cfg, err := w.importcfg("importcfg")
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	args := []string{
		"-o", archive, "-p", path, "-importcfg", cfg, "-trimpath", w.dir + "=>cellar", "-lang", langVersion(),
		"-complete", "-dynlink", "-pack", "-nolocalimports", fmt.Sprintf("-c=%d", min(4, runtime.NumCPU())),
	}
	if w.t.host.settings["-race"] == "true" {
		args = append(args, "-race")
	}
	var names []string
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(w.dir, name), text, 0o666); err != nil {
			return fmt.Errorf("compile: %w", err)
		}
		names = append(names, name)
	}
	sort.Strings(names)
	_, err = w.t.command(ctx, w.dir, filepath.Join(w.t.dir, "compile"), append(args, names...)...)
	return err
}

// langVersion is the language of this toolchain: go1.26.
func langVersion() string {
	v := strings.Fields(runtime.Version())[0]
	if parts := strings.SplitN(v, ".", 3); len(parts) == 3 {
		v = parts[0] + "." + parts[1]
	}
	return v
}

func (w *work) link(ctx context.Context, path, archive string) error {
	w.deps[path] = filepath.Join(w.dir, archive)
	cfg, err := w.importcfg("importcfg.link")
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	args := []string{"-o", pluginFile, "-importcfg", cfg, "-buildmode=plugin", "-pluginpath", path, "-s", "-w", "-extld", w.t.cc}
	if w.t.host.settings["-race"] == "true" {
		args = append(args, "-race")
	}
	_, err = w.t.command(ctx, w.dir, filepath.Join(w.t.dir, "link"), append(args, archive)...)
	return err
}

// keep moves what was built to its place. Somebody else may have been faster.
func (w *work) keep(dir string, names ...string) error {
	out := filepath.Join(w.dir, "out")
	if err := os.Mkdir(out, 0o777); err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(w.dir, name), filepath.Join(out, name)); err != nil {
			return fmt.Errorf("compile: %w", err)
		}
	}
	if err := os.Rename(out, dir); err != nil && !exists(filepath.Join(dir, pluginFile)) {
		return fmt.Errorf("compile: %w", err)
	}
	return nil
}
