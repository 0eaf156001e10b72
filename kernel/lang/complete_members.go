package lang

import (
	"go/ast"
	"go/types"
	"strings"
)

// members are what may follow the dot of sel.
func (q *query) members(l *matchList, c *checked, sel *ast.SelectorExpr) {
	if id, ok := sel.X.(*ast.Ident); ok {
		if name, ok := c.info.Uses[id].(*types.PkgName); ok {
			packageMembers(l, name.Imported(), c)
			return
		}
	}
	tv, ok := c.info.Types[sel.X]
	if !ok || tv.Type == nil {
		return
	}
	if tv.IsType() {
		c.methods(l, tv.Type)
		return
	}
	l.want = c.expected()
	c.fields(l, tv.Type, map[types.Type]bool{}, 0)
	c.methods(l, tv.Type)
}

func packageMembers(l *matchList, pkg *types.Package, c *checked) {
	l.here, l.typesOnly, l.want = nil, c.takesType(), c.expected()
	for _, name := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(name); o.Exported() {
			l.object(o, rankSession)
		}
	}
}

// methods adds the methods of t, and of *t when t is a value's type.
func (c *checked) methods(l *matchList, t types.Type) {
	set := types.NewMethodSet(t)
	if _, isPtr := t.Underlying().(*types.Pointer); !isPtr && !types.IsInterface(t) {
		set = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range set.Methods() {
		o := m.Obj()
		if !c.visible(o) || !l.fits(o.Name()) {
			continue
		}
		match := Match{Text: o.Name(), Kind: "method"}
		if sig, ok := m.Type().(*types.Signature); ok {
			match.Signature = o.Name() + strings.TrimPrefix(types.TypeString(sig, c.qualify), "func")
		}
		l.add(match, 2*len(m.Index())-1, false)
	}
}

// fields adds the fields of t, through pointers and embedded structs.
func (c *checked) fields(l *matchList, t types.Type, seen map[types.Type]bool, depth int) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] {
		return
	}
	seen[t] = true
	for f := range s.Fields() {
		if c.visible(f) {
			l.object(f, 2*depth)
		}
		if f.Embedded() {
			c.fields(l, f.Type(), seen, depth+1)
		}
	}
}

func (c *checked) visible(o types.Object) bool {
	return o.Exported() || o.Pkg() == nil || o.Pkg().Path() == c.pkg.Path()
}

func (c *checked) qualify(p *types.Package) string { return qualifier(c.pkg)(p) }
