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

// A Piece is a place in a program's text: [from, to).
type Piece [2]int

// Pieces are the statements and declarations of a program, and halves of lists
// of them, the largest first.
func Pieces(text string) []Piece {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	ps := piecesOf(fset, f)
	slices.SortStableFunc(ps, func(a, b Piece) int { return cmp.Compare(b[1]-b[0], a[1]-a[0]) })
	return ps
}

// piecesOf are the places of what can be left out.
func piecesOf(fset *token.FileSet, f *ast.File) (ps []Piece) {
	add := func(from, to token.Pos) {
		ps = append(ps, Piece{fset.Position(from).Offset, fset.Position(to).Offset})
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

// Without cuts pieces out of a program, and the imports that only they needed.
// Of pieces that overlap the first in the text is cut, and what goes on from its end.
func Without(text string, ps ...Piece) string {
	ps = slices.Clone(ps)
	slices.SortFunc(ps, func(a, b Piece) int { return cmp.Compare(a[0], b[0]) })
	var out strings.Builder
	at := 0
	for _, p := range ps {
		if p[0] >= at {
			out.WriteString(text[at:p[0]])
		}
		at = max(at, p[1])
	}
	out.WriteString(text[at:])
	text = out.String()
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
