package lang

import (
	"fmt"
	"go/ast"
	"strings"
)

// plainValues says whether values are variables, constants and what operators
// make of them.
func plainValues(list []ast.Expr) bool {
	plain := true
	for _, x := range list {
		ast.Inspect(x, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.CallExpr, *ast.CompositeLit, *ast.FuncLit, *ast.TypeAssertExpr:
				plain = false
			}
			return plain
		})
	}
	return plain
}

// assignKept is a, b = x, y and a, b := x, y with each value in a variable of its
// own first: the interpreter mixes up calls and literals that stand side by side.
func (e *emitter) assignKept(s *ast.AssignStmt, tok string, rhs []string) string {
	var keep strings.Builder
	var places, names []string // variables last: a place may be found through one
	for i, l := range s.Lhs {
		id, isID := l.(*ast.Ident)
		if isID && id.Name == "_" {
			fmt.Fprintf(&keep, "_ = %s; ", rhs[i])
			continue
		}
		t := e.typeOf(l)
		if isID {
			t = e.subst(e.info.ObjectOf(id).Type())
		}
		n := e.local("t")
		fmt.Fprintf(&keep, "var %s %s = %s; ", n, e.typ(t), rhs[i])
		switch set := e.expr(l) + " " + tok + " " + n; {
		case !isID:
			places = append(places, set)
		case tok == ":=" && e.info.Defs[id] == nil:
			names = append(names, e.expr(l)+" = "+n)
		default:
			names = append(names, set)
		}
	}
	return keep.String() + strings.Join(append(places, names...), "; ")
}
