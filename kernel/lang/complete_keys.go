package lang

import (
	"go/ast"
	"go/types"
)

// keys adds the fields that a struct literal around the name has not set yet.
// Only says that nothing else may stand there: another element has a key.
func (c *checked) keys(l *matchList) (only bool) {
	lit, ok := c.parent(1).(*ast.CompositeLit)
	if kv, isKey := c.parent(1).(*ast.KeyValueExpr); isKey && kv.Key == c.name() {
		lit, ok = c.parent(2).(*ast.CompositeLit)
	}
	if !ok || lit.Type == c.name() {
		return false
	}
	s, ok := under(c.literalType(len(c.path) - 1)).(*types.Struct)
	if !ok {
		return false
	}
	set := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key != c.name() {
			only = true
			if id, ok := kv.Key.(*ast.Ident); ok {
				set[id.Name] = true
			}
		}
	}
	for f := range s.Fields() {
		if c.visible(f) && !set[f.Name()] {
			l.object(f, rankField)
		}
	}
	return only
}

// literalType is the type of the innermost composite literal above the node at
// index i of the path, also where the literal leaves it out.
func (c *checked) literalType(i int) types.Type {
	for i--; i >= 0; i-- {
		lit, ok := c.path[i].(*ast.CompositeLit)
		if !ok {
			continue
		}
		if lit.Type != nil {
			return c.info.Types[lit.Type].Type
		}
		outer := c.literalType(i)
		if kv, ok := c.path[i-1].(*ast.KeyValueExpr); ok && kv.Key == ast.Expr(lit) {
			if m, ok := under(outer).(*types.Map); ok {
				return m.Key()
			}
		}
		t := elem(outer)
		if p, ok := under(t).(*types.Pointer); ok {
			return p.Elem()
		}
		return t
	}
	return nil
}

// elem is the type of the elements of t; nil where it has none.
func elem(t types.Type) types.Type {
	switch u := under(t).(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}
