package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/cellar-ml/cellar/internal/hint"
)

// most is how many packages of a module are compiled when none is named.
const most = 80

// Fetched is what can be imported after a Fetch.
type Fetched struct {
	Modules []string // path@version, of all that is pinned here
	Paths   []string // import paths of the module, or of all of them, that can be imported
}

// Fetch gets a module, written path@version, or path for its newest version, and
// makes its packages importable: those named, by their path in the module, or
// all that are no commands and not internal. It is then pinned in
// Options.Module. With no module it does the same for what is pinned already.
// Nothing is pinned when it fails; errors have hints.
func (b *Builder) Fetch(ctx context.Context, mod string, packages []string) (Fetched, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	pins, err := b.pins()
	if err != nil {
		return Fetched{}, err
	}
	if mod == "" && len(pins) == 0 {
		return Fetched{}, nil
	}
	if b.opt.Module == "" {
		return Fetched{}, hint.New(errors.New("get: there is no folder to pin a module in"), "work in a folder that can be written")
	}
	t, err := b.toolchain(ctx)
	if err != nil {
		return Fetched{}, err
	}
	dir, err := b.modules()
	if err != nil {
		return Fetched{}, err
	}
	f := fetch{b: b, t: t, ctx: ctx, before: pins, what: "what is pinned here"}
	if mod != "" {
		work, err := os.MkdirTemp(filepath.Dir(dir), ".get")
		if err != nil {
			return Fetched{}, fmt.Errorf("get: %w", err)
		}
		defer os.RemoveAll(work)
		if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
			return Fetched{}, fmt.Errorf("get: %w", err)
		}
		dir = work
	}
	f.dir = dir
	return f.run(mod, packages)
}

// fetch is one %get.
type fetch struct {
	b      *Builder
	t      *toolchain
	ctx    context.Context
	dir    string // of the module that has everything
	before []pin
	pins   []pin
	what   string   // is being fetched, in words
	roots  []string // import paths to be served, of all pins
}

func (f *fetch) run(mod string, packages []string) (Fetched, error) {
	f.pins = f.before
	if mod != "" {
		f.what = mod
		path, err := f.get(mod)
		if err != nil {
			return Fetched{}, err
		}
		mod = path
	}
	if err := f.choose(mod, packages); err != nil {
		return Fetched{}, err
	}
	served, err := f.serve()
	if err != nil {
		return Fetched{}, f.explain(mod, err)
	}
	if err := f.pin(); err != nil {
		return Fetched{}, err
	}
	out := Fetched{}
	for _, p := range served {
		if mod == "" || p == mod || strings.HasPrefix(p, mod+"/") {
			out.Paths = append(out.Paths, p)
		}
	}
	for _, p := range f.pins {
		out.Modules = append(out.Modules, p.path+"@"+p.version)
	}
	return out, nil
}

// get lets the go command choose the version and fetch it.
func (f *fetch) get(mod string) (path string, err error) {
	path, want, hasVersion := strings.Cut(mod, "@")
	if err := module.CheckPath(path); err != nil || hasVersion && want == "" {
		return "", hint.New(fmt.Errorf("get %s: not a module path with a version", mod), "write it as %get github.com/google/uuid@v1.6.0")
	}
	if have := f.b.host.versions[path]; have != "" {
		if hasVersion && want != have {
			return "", f.linked(path, want)
		}
		mod = path + "@" + have
	}
	done := f.b.say("fetching " + mod + " ...")
	_, err = f.t.run(f.ctx, f.dir, "get", mod)
	done()
	if err != nil {
		return "", hint.New(fmt.Errorf("get %s: %w", mod, err), "is the module's path right, has it that version, and can this machine reach the module proxy (go env GOPROXY)?")
	}
	out, err := f.t.run(f.ctx, f.dir, "list", "-mod=mod", "-m", "-f", "{{.Path}} {{.Version}}", path)
	if err != nil {
		return "", fmt.Errorf("get %s: %w", mod, err)
	}
	got := strings.Fields(string(out))
	if len(got) != 2 {
		return "", hint.New(fmt.Errorf("get %s: it is no module", mod), "name the module, and the packages after it")
	}
	f.pins = slices.DeleteFunc(slices.Clone(f.pins), func(p pin) bool { return p.path == got[0] })
	f.pins = append(f.pins, pin{got[0], got[1]})
	sort.Slice(f.pins, func(i, j int) bool { return f.pins[i].path < f.pins[j].path })
	return got[0], nil
}

// linked says that a module is a part of this binary, in another version.
func (f *fetch) linked(path, want string) error {
	have := f.b.host.versions[path]
	return hint.New(fmt.Errorf("get %s@%s: this cellar has %s %s linked in, and a process holds one version of a module", path, want, path, have),
		fmt.Sprintf("use %s, or change it in the source of cellar: go get %s@%s && ./install.sh", have, path, want))
}

// choose finds the packages to be served: of the module, those named, or all;
// of the other pins, those that they were fetched with.
func (f *fetch) choose(mod string, packages []string) error {
	for _, p := range f.pins {
		list, err := f.b.chosen(p.path)
		if err != nil {
			return err
		}
		if p.path == mod {
			for _, name := range packages {
				name = strings.TrimPrefix(strings.TrimPrefix(name, mod), "/")
				list = append(list, strings.TrimSuffix(mod+"/"+name, "/"))
			}
			if len(packages) == 0 {
				list = nil
			}
		}
		if len(list) == 0 {
			if list, err = f.all(p.path); err != nil {
				return err
			}
		}
		f.roots = append(f.roots, list...)
	}
	sort.Strings(f.roots)
	f.roots = slices.Compact(f.roots)
	return nil
}

// all lists the packages of a module that other code may import.
func (f *fetch) all(mod string) ([]string, error) {
	out, err := f.t.run(f.ctx, f.dir, "list", "-mod=mod", "-e", "-f", "{{if not .Error}}{{.Name}} {{.ImportPath}}{{end}}", mod+"/...")
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", mod, err)
	}
	var list []string
	for _, line := range strings.Split(string(out), "\n") {
		name, path, ok := strings.Cut(line, " ")
		if !ok || name == "main" || slices.ContainsFunc(strings.Split(path, "/"), private) {
			continue
		}
		list = append(list, path)
	}
	switch {
	case len(list) == 0:
		return nil, hint.New(fmt.Errorf("get %s: it has no package that can be imported", mod), "a command is installed with !go install "+mod+"@latest")
	case len(list) > most:
		return nil, hint.New(fmt.Errorf("get %s: it has %d packages", mod, len(list)), "name those that you want: %get "+mod+"@version PACKAGE...")
	}
	return list, nil
}

func private(part string) bool {
	return part == "internal" || part == "vendor" || part == "testdata" || part == "testing" || strings.HasPrefix(part, "_")
}

// explain says what is in the way of loading a module: most often another
// version of something that is in the process already.
func (f *fetch) explain(mod string, err error) error {
	var v *versionError
	if !errors.As(err, &v) {
		return fmt.Errorf("get %s: %w", mod, err)
	}
	out, listErr := f.t.run(f.ctx, f.dir, "list", "-mod=mod", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", v.pkg)
	need := strings.Fields(string(out))
	if listErr != nil || len(need) != 2 {
		return fmt.Errorf("get %s: %w", mod, err)
	}
	have := f.b.host.versions[need[0]]
	if have == "" || have == need[1] {
		return hint.New(fmt.Errorf("get %s: it needs %s %s, and this session has loaded another version of %s", mod, need[0], need[1], v.pkg),
			"restart the kernel and run %get first")
	}
	return hint.New(fmt.Errorf("get %s: it needs %s %s, and this cellar has %s linked in: a process holds one version of a package (%s)", mod, need[0], need[1], have, v.pkg),
		fmt.Sprintf("get an older version of %s, which is content with %s; or change it in the source of cellar: go get %s@%s && ./install.sh", mod, have, need[0], need[1]))
}

// pin writes .cellar/go.mod and go.sum.
func (f *fetch) pin() error {
	file := &modfile.File{}
	if err := file.AddModuleStmt(sessionModule); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	if err := file.AddGoStmt(strings.TrimPrefix(langVersion(), "go")); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	for _, p := range f.pins {
		file.AddNewRequire(p.path, p.version, false)
	}
	block := &modfile.CommentBlock{}
	for _, r := range f.roots {
		block.Before = append(block.Before, modfile.Comment{Token: chosenMark + r})
	}
	file.Syntax.Stmt = append(file.Syntax.Stmt, block)
	text := modfile.Format(file.Syntax)
	err := os.MkdirAll(f.b.opt.Module, 0o777)
	if ignore := filepath.Join(f.b.opt.Module, ".gitignore"); err == nil && !exists(ignore) {
		err = os.WriteFile(ignore, []byte("*\n"), 0o666) // as the store does
	}
	if err != nil {
		return hint.New(fmt.Errorf("pin a module: %w", err), "work in a folder that can be written")
	}
	sums, err := os.ReadFile(filepath.Join(f.dir, "go.sum"))
	if err != nil {
		return fmt.Errorf("pin a module: %w", err)
	}
	if err := replaceFile(filepath.Join(f.b.opt.Module, "go.sum"), sums); err != nil {
		return err
	}
	return replaceFile(filepath.Join(f.b.opt.Module, "go.mod"), text)
}

// chosenMark opens a comment of .cellar/go.mod with a package that is served.
const chosenMark = "// package "

// allChosen are the packages that are served of all pins, sorted.
func (b *Builder) allChosen(pins []pin) ([]string, error) {
	var roots []string
	for _, p := range pins {
		list, err := b.chosen(p.path)
		if err != nil {
			return nil, err
		}
		roots = append(roots, list...)
	}
	sort.Strings(roots)
	return slices.Compact(roots), nil
}

// chosen are the packages of a pinned module that were asked for.
func (b *Builder) chosen(mod string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(b.opt.Module, "go.mod"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what %%get has fetched: %w", err)
	}
	var list []string
	for _, line := range strings.Split(string(data), "\n") {
		if p, ok := strings.CutPrefix(line, chosenMark); ok && (p == mod || strings.HasPrefix(p, mod+"/")) {
			list = append(list, p)
		}
	}
	return list, nil
}
