package native

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// sessionModule is the name of the module that .cellar/go.mod is.
const sessionModule = "cellar/session"

// pins are the modules that %get has fetched here, with their versions, as
// .cellar/go.mod has them.
func (b *Builder) pins() ([]pin, error) {
	if b.opt.Module == "" {
		return nil, nil
	}
	name := filepath.Join(b.opt.Module, "go.mod")
	data, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what %%get has fetched: %w", err)
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, fmt.Errorf("read what %%get has fetched: %w", err)
	}
	var list []pin
	for _, r := range f.Require {
		list = append(list, pin{r.Mod.Path, r.Mod.Version})
	}
	return list, nil
}

// A pin is a module and its version.
type pin struct{ path, version string }

func (b *Builder) fetched() bool {
	list, err := b.pins()
	return err == nil && len(list) > 0
}

// goMod is a go.mod that has this binary's versions and the pins.
func (b *Builder) goMod(module string, pins []pin) ([]byte, error) {
	f := &modfile.File{}
	if err := f.AddModuleStmt(module); err != nil {
		return nil, err
	}
	if err := f.AddGoStmt(strings.TrimPrefix(langVersion(), "go") + ".0"); err != nil {
		return nil, err
	}
	for _, path := range sortedKeys(b.host.versions) {
		if v := b.host.versions[path]; v != "" && v != "(devel)" && path != module {
			f.AddNewRequire(path, v, false)
		}
	}
	for _, p := range pins {
		if b.host.versions[p.path] == "" {
			f.AddNewRequire(p.path, p.version, false)
		}
	}
	f.Cleanup()
	return f.Format()
}

// goSum has the sums that are known: of the pins, and of this binary's modules.
func (b *Builder) goSum() []byte {
	var out bytes.Buffer
	if b.opt.Module != "" {
		data, err := os.ReadFile(filepath.Join(b.opt.Module, "go.sum"))
		if err == nil {
			out.Write(data)
		}
	}
	if data, err := os.ReadFile(filepath.Join(b.opt.Checkout, "go.sum")); err == nil && b.opt.Checkout != "" {
		out.Write(data)
		return out.Bytes()
	}
	for _, path := range sortedKeys(b.host.sums) {
		if s := b.host.sums[path]; s != "" {
			fmt.Fprintf(&out, "%s %s %s\n", path, b.host.versions[path], s)
		}
	}
	return out.Bytes()
}

// moduleText is all that the versions of packages depend on.
func (b *Builder) moduleText() string {
	pins, err := b.pins()
	if err != nil {
		return err.Error()
	}
	text, err := b.goMod(sessionModule, pins)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// modules is a folder with a module that has this binary's versions and the pins.
func (b *Builder) modules() (string, error) {
	pins, err := b.pins()
	if err != nil {
		return "", err
	}
	return b.moduleFolder(sessionModule, pins)
}

func (b *Builder) moduleFolder(module string, pins []pin) (string, error) {
	text, err := b.goMod(module, pins)
	if err != nil {
		return "", fmt.Errorf("versions of modules: %w", err)
	}
	h := b.hash()
	fmt.Fprintf(h, "module\n%s", text)
	dir, err := b.folder("module-" + sum(h))
	if err != nil {
		return "", err
	}
	if exists(filepath.Join(dir, "go.mod")) {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("native cache: %w", err)
	}
	if err := replaceFile(filepath.Join(dir, "go.sum"), b.goSum()); err != nil {
		return "", err
	}
	return dir, replaceFile(filepath.Join(dir, "go.mod"), text)
}

// checkoutModfile is a go.mod for the checkout that has the pins too.
func (b *Builder) checkoutModfile() (string, error) {
	pins, err := b.pins()
	if err != nil {
		return "", err
	}
	dir, err := b.moduleFolder(b.host.main, pins)
	return filepath.Join(dir, "go.mod"), err
}
