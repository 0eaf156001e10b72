package lint

import (
	"go/ast"
	"path"
	"slices"
	"unicode"
	"unicode/utf8"
)

var vague = []string{"util", "utils", "common", "helper", "helpers", "models", "misc", "base", "shared", "types"}

// names refuses packages whose name says nothing, Get prefixes and With chains.
func names(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		if slices.Contains(vague, path.Base(f.Dir)) || slices.Contains(vague, f.Name.Name) {
			out = append(out, t.at(f, f.Name.Pos(), "package %s says nothing: name it after what it is about", f.Name.Name))
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || f.Test {
				continue
			}
			if prefixed(fn.Name.Name, "Get") || prefixed(fn.Name.Name, "get") {
				out = append(out, t.at(f, fn.Pos(), "func %s: leave the Get out", fn.Name.Name))
			}
			if prefixed(fn.Name.Name, "With") {
				out = append(out, t.at(f, fn.Pos(), "func %s: make it a field of an options struct whose zero value is right", fn.Name.Name))
			}
		}
		return out
	})
}

// prefixed reports whether name is prefix and another capitalized word.
func prefixed(name, prefix string) bool {
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return false
	}
	r, _ := utf8.DecodeRuneInString(name[len(prefix):])
	return unicode.IsUpper(r)
}
