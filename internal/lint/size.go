package lint

import (
	"go/ast"
	"strings"
)

// Lines past which a comment that begins with "Long:" says why, and lines that
// are refused.
const (
	fileWants, fileMost = 400, 600
	funcWants, funcMost = 50, 80
)

func fileSize(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		switch {
		case f.Lines > fileMost:
			return []Finding{t.at(f, f.Package, "%d lines, more than %d: split the file by what its parts are about", f.Lines, fileMost)}
		case f.Lines > fileWants && !explained(f.Comments...):
			return []Finding{t.at(f, f.Package, "%d lines, more than %d: split the file, or say why not in a comment that begins with \"Long:\"", f.Lines, fileWants)}
		}
		return nil
	})
}

func funcSize(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := t.Fset.Position(fn.End()).Line - t.Fset.Position(fn.Pos()).Line + 1
			switch {
			case n > funcMost:
				out = append(out, t.at(f, fn.Pos(), "func %s has %d lines, more than %d: split it", fn.Name.Name, n, funcMost))
			case n > funcWants && !explained(within(f, fn)...):
				out = append(out, t.at(f, fn.Pos(), "func %s has %d lines, more than %d: split it, or say why not in a comment that begins with \"Long:\"", fn.Name.Name, n, funcWants))
			}
		}
		return out
	})
}

// within are the comments of a function, its doc among them.
func within(f *File, fn *ast.FuncDecl) []*ast.CommentGroup {
	from := fn.Pos()
	if fn.Doc != nil {
		from = fn.Doc.Pos()
	}
	var out []*ast.CommentGroup
	for _, c := range f.Comments {
		if c.Pos() >= from && c.End() <= fn.End() {
			out = append(out, c)
		}
	}
	return out
}

// explained reports whether a comment line begins with "Long:" and a reason.
func explained(comments ...*ast.CommentGroup) bool {
	for _, c := range comments {
		for line := range strings.Lines(c.Text()) {
			if why, ok := strings.CutPrefix(line, "Long:"); ok && strings.TrimSpace(why) != "" {
				return true
			}
		}
	}
	return false
}
