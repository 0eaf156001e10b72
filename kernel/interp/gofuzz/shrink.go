package gofuzz

import (
	"cmp"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// Smaller returns programs that are text without some of its statements and
// declarations, the smallest first. Not all of them compile. Pieces of more
// than most bytes stay.
func Smaller(text string, most int) (out []string) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	pieces := piecesOf(fset, f)
	slices.SortStableFunc(pieces, func(a, b [2]int) int { return cmp.Compare(b[1]-b[0], a[1]-a[0]) })
	for _, p := range pieces {
		if p[1]-p[0] <= most {
			out = append(out, without(text, p))
		}
	}
	return out
}

// piecesOf are the places of what can be left out.
func piecesOf(fset *token.FileSet, f *ast.File) (ps [][2]int) {
	add := func(from, to token.Pos) {
		ps = append(ps, [2]int{fset.Position(from).Offset, fset.Position(to).Offset})
	}
	list := func(ss []ast.Stmt) {
		for i, s := range ss {
			add(s.Pos(), s.End())
			if n := len(ss); i == n/2 && n > 3 {
				add(ss[0].Pos(), ss[i-1].End())
				add(s.Pos(), ss[n-1].End())
			}
			if _, ok := s.(*ast.AssignStmt); ok && i+1 < len(ss) {
				add(s.Pos(), ss[i+1].End()) // with the "_ = x" that follows
			}
		}
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			add(d.Pos(), d.End())
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			list(n.List)
		case *ast.CaseClause:
			add(n.Pos(), n.End())
			list(n.Body)
		case *ast.CommClause:
			list(n.Body)
		}
		return true
	})
	return ps
}

// without cuts a piece out of a program, and the imports that it needed.
func without(text string, p [2]int) string {
	text = text[:p[0]] + text[p[1]:]
	body := text[strings.Index(text, ")")+1:]
	for _, name := range []string{"runtime", "slices", "maps", "strings", "sync", "errors", "fmt"} {
		if !strings.Contains(body, name+".") {
			text = strings.Replace(text, "\""+name+"\"\n", "\n", 1)
		}
	}
	if b, err := format.Source([]byte(text)); err == nil {
		return string(b)
	}
	return text
}
