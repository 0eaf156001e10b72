package extract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// listed is what the go command says of a package.
type listed struct {
	ImportPath string
	Dir        string
	Export     string
	GoFiles    []string
	CgoFiles   []string
	Standard   bool
	Error      *struct{ Err string }
}

// Root is the folder of the main module.
func Root() (string, error) {
	out, err := goList("-m", "-f", "{{.Dir}}")
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

func goList(args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w: %s", strings.Join(args, " "), err, stderr.String())
	}
	return out, nil
}

// paths expands a set to the import paths that exist.
func paths(set Set) ([]string, error) {
	if set.Std {
		out, err := goList("std")
		if err != nil {
			return nil, err
		}
		all := strings.Fields(string(out))
		return slices.DeleteFunc(all, func(p string) bool {
			return hidden(p) || slices.Contains(set.Packages, p)
		}), nil
	}
	if !set.Optional {
		return set.Packages, nil
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	var have []string
	for _, p := range set.Packages {
		dir := filepath.Join(root, strings.TrimPrefix(p, "github.com/cellar-ml/cellar/"))
		if files, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(files) > 0 {
			have = append(have, p)
		}
	}
	return have, nil
}

// hidden reports whether no cell can import path by Go's own rules.
func hidden(path string) bool {
	return slices.Contains(strings.Split(path, "/"), "internal") || strings.HasPrefix(path, "vendor/")
}

// A loader reads compiled packages; types are identical across packages.
type loader struct {
	fset    *token.FileSet
	imports map[string]*types.Package
	byPath  map[string]listed
}

// load compiles what is not compiled yet. When broken is true a package that
// does not compile is left without export data instead of failing the rest.
func load(paths []string, broken bool) (*loader, error) {
	args := append([]string{fmt.Sprintf("-e=%t", broken), "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,CgoFiles,Standard,Error"}, paths...)
	out, err := goList(args...)
	if err != nil {
		return nil, err
	}
	return decode(out, broken)
}

// decode reads what "go list -json" prints.
func decode(out []byte, broken bool) (*loader, error) {
	l := &loader{token.NewFileSet(), map[string]*types.Package{}, map[string]listed{}}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return l, nil
		} else if err != nil {
			return nil, err
		}
		if p.Error != nil && !broken {
			return nil, fmt.Errorf("load %s: %s", p.ImportPath, p.Error.Err)
		}
		l.byPath[p.ImportPath] = p
	}
}

func (l *loader) types(path string) (*types.Package, error) {
	if p := l.imports[path]; p != nil && p.Complete() {
		return p, nil
	}
	f, err := os.Open(l.byPath[path].Export)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	defer f.Close()
	//lint:ignore SA1019 what this toolchain lists is an archive; Read alone cannot find the types in it
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	return gcexportdata.Read(r, l.fset, l.imports, path)
}
