package lang

import (
	"go/ast"
	"go/types"
	"strings"
)

// declaration writes o as its source might, with the fields and methods of a
// type one to a line.
func (c *checked) declaration(o types.Object) string {
	if k, ok := o.(*types.Const); ok {
		return types.ObjectString(o, c.qualify) + " = " + k.Val().String()
	}
	t, ok := o.(*types.TypeName)
	if !ok {
		return types.ObjectString(o, c.qualify)
	}
	var b strings.Builder
	b.WriteString("type " + types.TypeString(t.Type(), c.qualify))
	switch u := t.Type().Underlying().(type) {
	case *types.Struct:
		b.WriteString(" struct {\n")
		for f := range u.Fields() {
			if !c.visible(f) {
				continue
			}
			if f.Embedded() {
				b.WriteString("\t" + types.TypeString(f.Type(), c.qualify) + "\n")
				continue
			}
			b.WriteString("\t" + f.Name() + " " + types.TypeString(f.Type(), c.qualify) + "\n")
		}
		b.WriteString("}")
	case *types.Interface:
		b.WriteString(" interface {\n")
		for m := range u.Methods() {
			b.WriteString("\t" + c.method(m) + "\n")
		}
		b.WriteString("}")
		return b.String()
	default:
		b.WriteString(" " + types.TypeString(u, c.qualify))
	}
	if n, ok := types.Unalias(t.Type()).(*types.Named); ok {
		for m := range n.Methods() {
			if c.visible(m) {
				recv := types.TypeString(m.Signature().Recv().Type(), c.qualify)
				b.WriteString("\nfunc (" + recv + ") " + c.method(m))
			}
		}
	}
	return b.String()
}

func (c *checked) method(m *types.Func) string {
	return m.Name() + strings.TrimPrefix(types.TypeString(m.Signature(), c.qualify), "func")
}

// docName is the name of o in the documentation of its package: a method and a
// field carry their type's.
func (c *checked) docName(o types.Object) string {
	switch o := o.(type) {
	case *types.Func:
		if recv := o.Signature().Recv(); recv != nil {
			return typeName(recv.Type()) + o.Name()
		}
	case *types.Var:
		if o.IsField() {
			return c.owner() + o.Name()
		}
	}
	return o.Name()
}

// owner is the type through which the field in question is reached.
func (c *checked) owner() string {
	for i := len(c.path) - 2; i >= max(0, len(c.path)-4); i-- {
		switch p := c.path[i].(type) {
		case *ast.SelectorExpr:
			t := c.info.TypeOf(p.X)
			if t == nil {
				return ""
			}
			_, index, _ := types.LookupFieldOrMethod(t, true, c.pkg, p.Sel.Name)
			// A promoted field belongs to the embedded struct it comes through.
			for _, at := range index[:max(0, len(index)-1)] {
				if p, ok := t.Underlying().(*types.Pointer); ok {
					t = p.Elem()
				}
				t = t.Underlying().(*types.Struct).Field(at).Type()
			}
			return typeName(t)
		case *ast.CompositeLit:
			return typeName(c.info.Types[p].Type)
		}
	}
	return ""
}

// typeName is "T." for T and *T, and "" for a type without a name.
func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Name() + "."
	}
	return ""
}
