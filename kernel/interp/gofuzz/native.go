package gofuzz

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A Checker tells whether programs compile. It reads the standard library's
// source once. It is for one goroutine.
type Checker struct {
	fset *token.FileSet
	conf types.Config
}

// NewChecker returns a Checker; it needs the source of the Go distribution,
// where the go command says that it lies.
func NewChecker() *Checker {
	if root, err := exec.Command("go", "env", "GOROOT").Output(); err == nil {
		build.Default.GOROOT = strings.TrimSpace(string(root))
	}
	fset := token.NewFileSet()
	return &Checker{fset, types.Config{Importer: importer.ForCompiler(fset, "source", nil), GoVersion: "go1.26"}}
}

// Check returns the first error that the compiler would report.
func (c *Checker) Check(text string) error {
	f, err := parser.ParseFile(c.fset, "main.go", text, 0)
	if err != nil {
		return err
	}
	_, err = c.conf.Check("main", c.fset, []*ast.File{f}, nil)
	return err
}

// Native is where programs are built by the Go toolchain.
type Native struct {
	Go    string        // the go command; "" means "go"
	Cache string        // a build cache of its own; "" means the person's
	Limit time.Duration // for a program to end
}

// Outputs builds the programs as one binary in dir and returns what each printed.
// ok is false for one that did not end by itself, and well.
func (n Native) Outputs(ctx context.Context, dir string, programs []string) (out []string, ok []bool, err error) {
	binary, err := n.build(ctx, dir, programs)
	if err != nil {
		return nil, nil, err
	}
	for i := range programs {
		ctx, cancel := context.WithTimeout(ctx, n.Limit)
		cmd := exec.CommandContext(ctx, binary, fmt.Sprint(i))
		text, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && ctx.Err() == nil && !errors.As(err, &exit) {
			cancel()
			return nil, nil, fmt.Errorf("run program %d: %w", i, err)
		}
		cancel()
		out, ok = append(out, Plain(string(text))), append(ok, err == nil && len(text) < 1<<20)
	}
	return out, ok, nil
}

// build links the programs, each a package of its own: a package main cannot be
// imported, so it is named mian, of the same length.
func (n Native) build(ctx context.Context, dir string, programs []string) (string, error) {
	var imports, cases strings.Builder
	files := map[string]string{"go.mod": "module gofuzz\n\ngo 1.26\n"}
	for i, text := range programs {
		text = strings.Replace(text, "package main\n", "package mian\n", 1)
		files[fmt.Sprintf("p%d/main.go", i)] = text + "\nfunc GoMain() { main() }\n"
		fmt.Fprintf(&imports, "import p%d \"gofuzz/p%d\"\n", i, i)
		fmt.Fprintf(&cases, "\tcase \"%d\":\n\t\tp%d.GoMain()\n", i, i)
	}
	files["main.go"] = "package main\n\nimport \"os\"\n" + imports.String() + "\nfunc main() {\n\tswitch os.Args[1] {\n" + cases.String() + "\t}\n}\n"
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", err
		}
	}
	binary := filepath.Join(dir, "programs.exe")
	command := n.Go
	if command == "" {
		command = "go"
	}
	cmd := exec.CommandContext(ctx, command, "build", "-p", "1", "-gcflags=gofuzz/...=-N -l", "-ldflags=-s -w", "-o", binary, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off")
	if n.Cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+n.Cache)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}

var (
	address = regexp.MustCompile(`0x[0-9a-f]{5,}`)
	indexes = regexp.MustCompile(`(index out of range|slice bounds out of range) \[[^\]\n]*\]( with (length|capacity) \d+)?`)
	pkgName = regexp.MustCompile(`gofuzz/p\d+\.|mian\.`) // an instance's name holds the paths of its arguments
)

// Plain takes out of a program's output what differs from run to run, or with
// the name of its package.
func Plain(out string) string {
	out = indexes.ReplaceAllString(out, "$1") // which the interpreter does not name
	return address.ReplaceAllString(pkgName.ReplaceAllString(out, "main."), "0xPTR")
}
