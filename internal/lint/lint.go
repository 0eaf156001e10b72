// Package lint holds the house rules as functions over the tree's Go files; its
// test runs them over the checkout. It knows no part of Cellar but their names.
package lint

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Module is the path that the checkout's packages begin with.
const Module = "github.com/cellar-ml/cellar"

// A File is one Go file that a person wrote.
type File struct {
	Path  string // from the root, with slashes
	Dir   string // "." for the root
	Test  bool   // its name ends in _test.go
	Src   []byte
	Lines int
	*ast.File
}

// A Tree is every Go file of a checkout but the generated ones, and the pages
// of its docs.
type Tree struct {
	Fset  *token.FileSet
	Files []*File
	Docs  []Page
}

// A Page is one Markdown file below docs.
type Page struct {
	Path  string
	Lines int
}

// A Rule looks at the tree and says what breaks it.
type Rule struct {
	Name  string
	Check func(t *Tree) []Finding
}

// A Finding is one place that breaks a rule, and what to write instead.
type Finding struct {
	Path string
	Line int
	Text string
}

// String is path:line: text.
func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Text) }

// Rules are the house rules.
func Rules() []Rule {
	return []Rule{
		{"imports", imports},
		{"owners", owners},
		{"packagedoc", packageDoc},
		{"doc", docComments},
		{"filesize", fileSize},
		{"funcsize", funcSize},
		{"calls", calls},
		{"init", inits},
		{"names", names},
		{"errors", errorTexts},
		{"todo", todos},
		{"machine", machine},
		{"documents", documents},
		{"gofmt", formatted},
	}
}

// skipped folders hold no source of ours.
var skipped = []string{".git", ".build", "build", "testdata", "node_modules", ".cellar", ".ipynb_checkpoints", "out"}

// Load parses the tree below root.
func Load(root fs.FS) (*Tree, error) {
	t := &Tree{Fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(skipped, d.Name()) {
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		switch {
		case path.Ext(p) == ".go":
			return t.add(root, p)
		case path.Ext(p) == ".md" && under(p, "docs"):
			src, err := fs.ReadFile(root, p)
			t.Docs = append(t.Docs, Page{p, strings.Count(string(src), "\n")})
			return err
		}
		return nil
	})
	return t, err
}

func (t *Tree) add(root fs.FS, p string) error {
	src, err := fs.ReadFile(root, p)
	if err != nil {
		return err
	}
	if generated(src) {
		return nil
	}
	f, err := parser.ParseFile(t.Fset, p, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parse %s: %w", p, err)
	}
	t.Files = append(t.Files, &File{
		Path: p, Dir: path.Dir(p), Test: strings.HasSuffix(p, "_test.go"),
		Src: src, Lines: strings.Count(string(src), "\n"), File: f,
	})
	return nil
}

// generated looks for the line that Go's tools agree on, before the package
// clause.
func generated(src []byte) bool {
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "// Code generated ") && strings.HasSuffix(line, " DO NOT EDIT.") {
			return true
		}
		if strings.HasPrefix(line, "package ") {
			return false
		}
	}
	return false
}

// testing reports whether f is read by tests only: a test, or a package of
// help for tests, whose name ends in test.
func (f *File) testing() bool { return f.Test || strings.HasSuffix(f.Dir, "test") }

// at is a finding at a node of f.
func (t *Tree) at(f *File, pos token.Pos, format string, args ...any) Finding {
	return Finding{f.Path, t.Fset.Position(pos).Line, fmt.Sprintf(format, args...)}
}

// under reports whether dir is the folder root or lies below it.
func under(dir, root string) bool {
	return dir == root || strings.HasPrefix(dir, root+"/")
}

// each collects what check finds in every file.
func (t *Tree) each(check func(f *File) []Finding) []Finding {
	var out []Finding
	for _, f := range t.Files {
		out = append(out, check(f)...)
	}
	return out
}
