package lang

import (
	"go/ast"
	"go/types"
)

// whole is the index in the path of the operand that the name stands in: the
// name itself, or the selector that it ends.
func (c *checked) whole() int {
	i := len(c.path) - 1
	if sel, ok := c.parent(1).(*ast.SelectorExpr); ok && sel.Sel == c.name() {
		i--
	}
	return i
}

// takesType reports whether only a type may stand at the name.
func (c *checked) takesType() bool {
	i := c.whole()
	x, ok := c.path[i].(ast.Expr)
	for ; ok && i > 0; i-- {
		switch p := c.path[i-1].(type) {
		case *ast.Field:
			return p.Type == x
		case *ast.ValueSpec:
			return p.Type == x
		case *ast.TypeSpec:
			return p.Type == x
		case *ast.ArrayType:
			return p.Elt == x
		case *ast.MapType, *ast.ChanType, *ast.Ellipsis:
			return true
		case *ast.TypeAssertExpr:
			return p.Type == x
		case *ast.CallExpr:
			return c.makes(p, x)
		case *ast.CaseClause:
			return c.inTypeSwitch(i - 1)
		case *ast.StarExpr:
			x = p
		default:
			return false
		}
	}
	return false
}

// makes reports whether x is the type of a make or new.
func (c *checked) makes(call *ast.CallExpr, x ast.Expr) bool {
	id, ok := call.Fun.(*ast.Ident)
	return ok && (id.Name == "make" || id.Name == "new") && len(call.Args) > 0 && call.Args[0] == x
}

func (c *checked) inTypeSwitch(clause int) bool {
	if clause < 2 {
		return false
	}
	_, ok := c.path[clause-2].(*ast.TypeSwitchStmt)
	return ok
}

// expected is the type of what the name's place takes; nil where it is unknown
// or anything.
func (c *checked) expected() types.Type {
	i := c.whole()
	x, ok := c.path[i].(ast.Expr)
	if !ok || i == 0 {
		return nil
	}
	var t types.Type
	switch p := c.path[i-1].(type) {
	case *ast.CallExpr:
		t = c.parameter(p, x)
	case *ast.AssignStmt:
		for j, r := range p.Rhs {
			if r == x && len(p.Lhs) == len(p.Rhs) {
				t = c.info.TypeOf(p.Lhs[j])
			}
		}
	case *ast.BinaryExpr:
		if p.Y == x {
			t = c.info.TypeOf(p.X)
		}
	case *ast.KeyValueExpr:
		if p.Value == x {
			t = c.valueOf(p, i)
		}
	case *ast.ReturnStmt:
		for j, r := range p.Results {
			if sig := c.signature(i); r == x && sig != nil && j < sig.Results().Len() {
				t = sig.Results().At(j).Type()
			}
		}
	}
	if t == nil || t == types.Typ[types.Invalid] || types.IsInterface(t) && t.Underlying().(*types.Interface).Empty() {
		return nil
	}
	return t
}

// parameter is the type that a call takes at x.
func (c *checked) parameter(call *ast.CallExpr, x ast.Expr) types.Type {
	sig, ok := under(c.info.TypeOf(call.Fun)).(*types.Signature)
	if !ok {
		return nil
	}
	for j, a := range call.Args {
		last := sig.Params().Len() - 1
		switch {
		case a != x || last < 0:
		case sig.Variadic() && j >= last:
			return elem(sig.Params().At(last).Type())
		case j <= last:
			return sig.Params().At(j).Type()
		}
	}
	return nil
}

// valueOf is the type of the value of kv, an element of the literal around it.
func (c *checked) valueOf(kv *ast.KeyValueExpr, i int) types.Type {
	t := c.literalType(i)
	id, ok := kv.Key.(*ast.Ident)
	if s, isStruct := under(t).(*types.Struct); isStruct && ok {
		for f := range s.Fields() {
			if f.Name() == id.Name {
				return f.Type()
			}
		}
		return nil
	}
	return elem(t)
}

// signature is that of the function around the node at index i of the path.
func (c *checked) signature(i int) *types.Signature {
	for i--; i >= 0; i-- {
		switch f := c.path[i].(type) {
		case *ast.FuncLit:
			sig, _ := c.info.TypeOf(f).(*types.Signature)
			return sig
		case *ast.FuncDecl:
			if o := c.info.Defs[f.Name]; o != nil {
				sig, _ := o.Type().(*types.Signature)
				return sig
			}
			return nil
		}
	}
	return nil
}
