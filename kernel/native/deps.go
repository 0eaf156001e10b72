package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// isStandard says whether an import path is of the standard library.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func (b *Builder) isMain(path string) bool {
	return b.host.main != "" && (path == b.host.main || strings.HasPrefix(path, b.host.main+"/"))
}

// deps lists the archives of packages and of all that they import, compiled for
// plugins. Those of the standard library are remembered in the cache.
func (b *Builder) deps(ctx context.Context, t *toolchain, imports []string) (map[string]string, error) {
	standard := true
	for _, p := range imports {
		standard = standard && isStandard(p)
	}
	if !standard {
		dir, flags, err := b.place(imports)
		if err != nil {
			return nil, err
		}
		return b.list(ctx, t, dir, flags, imports)
	}
	h := b.hash()
	fmt.Fprintf(h, "importcfg\n%s\n%s\n%s", t.dir, strings.Join(t.host.flags(), " "), strings.Join(imports, "\n"))
	file, err := b.folder("importcfg-" + sum(h))
	if err != nil {
		return nil, err
	}
	if m, ok := readImportcfg(file); ok {
		return m, nil
	}
	dir, err := b.emptyModule()
	if err != nil {
		return nil, err
	}
	m, err := b.list(ctx, t, dir, nil, imports)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, p := range sortedKeys(m) {
		fmt.Fprintf(&text, "packagefile %s=%s\n", p, m[p])
	}
	return m, replaceFile(file, text.Bytes())
}

// list asks the go command, which compiles what is not compiled yet.
func (b *Builder) list(ctx context.Context, t *toolchain, dir string, flags, imports []string) (map[string]string, error) {
	defer b.say("compiling packages for native code: once for each on this machine ...")()
	args := append([]string{"list", "-export", "-deps", "-buildmode=plugin", "-f", "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"}, t.host.flags()...)
	out, err := t.run(ctx, dir, append(append(args, flags...), imports...)...)
	if err != nil {
		return nil, fmt.Errorf("compile the packages that are imported: %w", err)
	}
	m := map[string]string{}
	for _, line := range strings.Split(string(out), "\n") {
		if p, file, ok := strings.Cut(line, "="); ok {
			m[p] = file
		}
	}
	return m, nil
}

// readImportcfg reads what deps wrote; false when a file in it is gone, as those
// in Go's own cache go after days without use.
func readImportcfg(file string) (map[string]string, bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	m := map[string]string{}
	for _, line := range strings.Split(string(data), "\n") {
		p, archive, ok := strings.Cut(strings.TrimPrefix(line, "packagefile "), "=")
		if !ok {
			continue
		}
		if !exists(archive) {
			return nil, false
		}
		m[p] = archive
	}
	return m, len(m) > 0
}

// emptyModule is a folder where the go command sees no module but an empty one.
func (b *Builder) emptyModule() (string, error) {
	dir, err := b.folder("empty")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("native cache: %w", err)
	}
	file := filepath.Join(dir, "go.mod")
	if exists(file) {
		return dir, nil
	}
	return dir, replaceFile(file, []byte("module cellar/empty\n\ngo "+strings.TrimPrefix(langVersion(), "go")+"\n"))
}

// replaceFile writes a file beside its place and moves it there.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new")
	if err != nil {
		return fmt.Errorf("native cache: %w", err)
	}
	defer os.Remove(f.Name()) // gone already where the move succeeded
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("native cache: %w", err)
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return fmt.Errorf("native cache: %w", err)
	}
	return os.Rename(f.Name(), name)
}

// place is where the go command must run to find packages as this binary has
// them: in its own source for its own, which must be the main module, and in a
// module with the same versions for others.
func (b *Builder) place(imports []string) (dir string, flags []string, err error) {
	var own []string
	for _, p := range imports {
		if b.isMain(p) {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		dir, err := b.modules()
		return dir, []string{"-mod=mod"}, err
	}
	sort.Strings(own)
	root := b.opt.Checkout
	if mod, err := os.ReadFile(filepath.Join(root, "go.mod")); root == "" || err != nil || !bytes.Contains(mod, []byte("module "+b.host.main+"\n")) {
		return "", nil, hint.New(fmt.Errorf("compile: %s is imported, and the source of this cellar is not at hand (looked in %q)", own[0], root),
			"set CELLAR_CHECKOUT to the checkout that this cellar was installed from")
	}
	if !b.fetched() {
		return root, nil, nil
	}
	file, err := b.checkoutModfile()
	return root, []string{"-mod=mod", "-modfile=" + file}, err
}
