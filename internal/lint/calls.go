package lint

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A ban is a call of the standard library that belongs in few places.
type ban struct {
	pkg   string
	match func(name string) bool
	dirs  []string // where it is right besides package main and tests
	value bool     // also banned as a value, not called
	say   string
}

func is(names ...string) func(string) bool {
	return func(name string) bool { return slices.Contains(names, name) }
}

var bans = []ban{
	{"fmt", func(n string) bool { return strings.HasPrefix(n, "Print") }, nil, false,
		"a library writes to the io.Writer or display.Sink it is given"},
	{"os", is("Exit"), nil, false, "return an error: only cmd ends the process"},
	{"log", func(n string) bool { return strings.HasPrefix(n, "Fatal") || strings.HasPrefix(n, "Print") }, nil, false,
		"return an error, or take a *slog.Logger as a field"},
	{"time", is("Now"), []string{"internal/clock"}, true,
		"take the clock as a field `Now func() time.Time` and resolve it with clock.Or"},
}

// calls holds that the outside world enters as a field. Tests are free.
func calls(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		for _, b := range bans {
			local, ok := importName(f, b.pkg)
			if !ok || f.testing() || f.Name.Name == "main" || slices.ContainsFunc(b.dirs, func(d string) bool { return under(f.Dir, d) }) {
				continue
			}
			ast.Inspect(f.File, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && !b.value {
					n = call.Fun
				} else if !b.value {
					return true
				}
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && b.match(sel.Sel.Name) {
					out = append(out, t.at(f, sel.Pos(), "%s.%s: %s", b.pkg, sel.Sel.Name, b.say))
				}
				return true
			})
		}
		return out
	})
}

// importName is what f calls the package at ip; false when it imports it not.
func importName(f *File, ip string) (string, bool) {
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || p != ip {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name, true
		}
		return path.Base(ip), true
	}
	return "", false
}

func inits(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				out = append(out, t.at(f, fn.Pos(), "func init: put the value in an explicit table, so that nothing is imported for its side effect"))
			}
		}
		return out
	})
}
