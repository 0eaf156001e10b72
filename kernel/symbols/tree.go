package symbols

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode"
)

// Text returns the Go files of a package (by name, without tests) for people to
// read: those that the binary carries, or else, where a Go toolchain of the
// same version or the module cache is on this machine, those that lie there. It
// is nil where neither is; nothing is fetched.
func (p *Packages) Text(path string) map[string][]byte {
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	if last.path == path {
		return last.files
	}
	files := p.readText(path)
	p.mu.Lock()
	p.last = text{path, files}
	p.mu.Unlock()
	return files
}

// text is the files of the package that was read last: who looks at one name
// looks at others of it.
type text struct {
	path  string
	files map[string][]byte
}

func (p *Packages) readText(path string) map[string][]byte {
	if files, ok := p.Source(path); ok {
		return files
	}
	if _, ok := p.at[path]; !ok {
		return nil
	}
	dir := standardDir(path)
	if dir == "" {
		dir = moduleDir(path)
	}
	if dir == "" {
		return nil
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil
	}
	files := map[string][]byte{}
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, "_test.go") {
			files[filepath.Base(name)] = text
		}
	}
	return files
}

// standardDir is where a toolchain of this binary's version has a package of
// the standard library.
func standardDir(path string) string {
	if strings.Contains(strings.SplitN(path, "/", 2)[0], ".") {
		return ""
	}
	root := os.Getenv("GOROOT")
	if root == "" {
		tool, err := exec.LookPath("go")
		if err != nil {
			return ""
		}
		if tool, err = filepath.EvalSymlinks(tool); err != nil {
			return ""
		}
		root = filepath.Dir(filepath.Dir(tool))
	}
	version, err := os.ReadFile(filepath.Join(root, "VERSION"))
	if first, _, _ := strings.Cut(string(version), "\n"); err != nil || first != runtime.Version() {
		return ""
	}
	return filepath.Join(root, "src", filepath.FromSlash(path))
}

// moduleDir is where the module cache has a package of a module that is linked
// into this binary.
func moduleDir(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var best *debug.Module
	for _, m := range info.Deps {
		if (path == m.Path || strings.HasPrefix(path, m.Path+"/")) && (best == nil || len(m.Path) > len(best.Path)) {
			best = m
		}
	}
	cache := moduleCache()
	if best == nil || cache == "" {
		return ""
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(path, best.Path), "/")
	return filepath.Join(cache, escaped(best.Path)+"@"+escaped(best.Version), filepath.FromSlash(rest))
}

func moduleCache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	if dir := os.Getenv("GOPATH"); dir != "" {
		return filepath.Join(filepath.SplitList(dir)[0], "pkg", "mod")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "go", "pkg", "mod")
}

// escaped is a module's path or version as the cache has it: capitals as ! and
// the small letter.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}
