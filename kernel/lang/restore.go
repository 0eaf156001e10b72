package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Restored is what Restoring finds in a cell whose declarations came back.
type Restored struct {
	Code string   // the statements that can run again: they only compute
	Back []string // the variables that they set
	Lost []string // the other variables of the cell
}

// Restoring says what of a committed cell can run again, given all cells that
// ran: variables that hold no references, that only constants and literals were
// assigned to, and that nothing changed later.
func (s *Session) Restoring(u *Unit, changed map[string]bool) Restored {
	var r Restored
	body := u.src.body()
	if body == nil {
		return r
	}
	back := map[string]bool{}
	var code []string
	for _, st := range body.List {
		names, values := declares(st)
		pure := len(names) > 0
		for _, v := range values {
			pure = pure && s.computes(u, v)
		}
		for _, id := range names {
			obj := u.info.Defs[id]
			pure = pure && !changed[id.Name] && obj != nil && plainValue(obj.Type())
		}
		if pure {
			code = append(code, u.text(st))
		}
		for _, id := range names {
			back[id.Name] = pure
		}
	}
	for _, id := range topIdents(u.src) {
		switch {
		case id.Name == "_":
		case back[id.Name]:
			r.Back = append(r.Back, id.Name)
		default:
			r.Lost = append(r.Lost, id.Name)
		}
	}
	r.Code = strings.Join(code, "\n")
	return r
}

// declares lists the names that a statement declares, and their values.
func declares(st ast.Stmt) (names []*ast.Ident, values []ast.Expr) {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if st.Tok != token.DEFINE || len(st.Lhs) != len(st.Rhs) {
			return nil, nil
		}
		for _, l := range st.Lhs {
			names = append(names, l.(*ast.Ident))
		}
		return names, st.Rhs
	case *ast.DeclStmt:
		for _, sp := range st.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); ok && (len(v.Values) == 0 || len(v.Values) == len(v.Names)) {
				names, values = append(names, v.Names...), append(values, v.Values...)
			}
		}
	}
	return names, values
}

// computes says whether x is built from literals and constants alone.
func (s *Session) computes(u *Unit, x ast.Expr) bool {
	if u.info.Types[x].Value != nil {
		return true
	}
	switch x := x.(type) {
	case *ast.FuncLit:
		return false
	case *ast.CompositeLit:
		for _, el := range x.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				el = kv.Value
			}
			if !s.computes(u, el) {
				return false
			}
		}
		return true
	case *ast.ParenExpr:
		return s.computes(u, x.X)
	case *ast.CallExpr:
		return u.info.Types[x.Fun].IsType() && s.computes(u, x.Args[0])
	}
	return false
}

// plainValue says whether a value of type t shares nothing with another.
func plainValue(t types.Type) bool {
	switch t := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer
	case *types.Array:
		return plainValue(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if !plainValue(f.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// Changed lists the variables that a cell assigns to, or takes the address of,
// other than by declaring them.
func (u *Unit) Changed() map[string]bool {
	names := map[string]bool{}
	root := func(x ast.Expr) {
		if id := rootIdent(x); id != nil {
			names[id.Name] = true
		}
	}
	for _, f := range []*ast.File{u.src.decls, u.src.stmts} {
		if f == nil {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if n.Tok != token.DEFINE {
						root(l)
					}
				}
			case *ast.IncDecStmt:
				root(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					root(n.X)
				}
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					root(n.Key)
					if n.Value != nil {
						root(n.Value)
					}
				}
			case *ast.SelectorExpr: // a method may take the variable's address
				if sel := u.info.Selections[n]; sel != nil && sel.Kind() == types.MethodVal {
					root(n.X)
				}
			}
			return true
		})
	}
	return names
}

// rootIdent is the variable that x is a part of.
func rootIdent(x ast.Expr) *ast.Ident {
	for {
		switch y := x.(type) {
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.ParenExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.Ident:
			return y
		default:
			return nil
		}
	}
}
