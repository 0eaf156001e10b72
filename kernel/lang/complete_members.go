package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// candidates are all that may stand for the name that begins at from.
func (q *query) candidates(from int) []candidate {
	c := q.check(from, q.at)
	if c == nil {
		return q.bare(nil, from)
	}
	if len(c.path) > 1 {
		if sel, ok := c.path[len(c.path)-2].(*ast.SelectorExpr); ok && sel.Sel == c.path[len(c.path)-1] {
			return q.members(c, sel)
		}
	}
	return append(c.keys(), q.bare(c, from)...)
}

// members are what may follow the dot of sel.
func (q *query) members(c *checked, sel *ast.SelectorExpr) []candidate {
	if id, ok := sel.X.(*ast.Ident); ok {
		if name, ok := c.info.Uses[id].(*types.PkgName); ok {
			return packageMembers(name.Imported())
		}
	}
	tv, ok := c.info.Types[sel.X]
	if !ok || tv.Type == nil {
		return nil
	}
	if tv.IsType() {
		return c.methods(tv.Type, nil)
	}
	return c.methods(tv.Type, c.fields(tv.Type, map[types.Type]bool{}, 0, nil))
}

func packageMembers(pkg *types.Package) []candidate {
	var out []candidate
	for _, name := range pkg.Scope().Names() {
		if o := pkg.Scope().Lookup(name); o.Exported() {
			out = append(out, candidate{describe(o, nil), rankSession})
		}
	}
	return out
}

// methods appends the methods of t, and of *t when t is a value's type.
func (c *checked) methods(t types.Type, out []candidate) []candidate {
	set := types.NewMethodSet(t)
	if _, isPtr := t.Underlying().(*types.Pointer); !isPtr && !types.IsInterface(t) {
		set = types.NewMethodSet(types.NewPointer(t))
	}
	for m := range set.Methods() {
		if o := m.Obj(); c.visible(o) {
			match := describe(o, c.pkg)
			match.Kind = "method"
			if sig, ok := m.Type().(*types.Signature); ok {
				match.Signature = o.Name() + strings.TrimPrefix(types.TypeString(sig, c.qualify), "func")
			}
			out = append(out, candidate{match, 2*len(m.Index()) - 1})
		}
	}
	return out
}

// fields appends the fields of t, through pointers and embedded structs.
func (c *checked) fields(t types.Type, seen map[types.Type]bool, depth int, out []candidate) []candidate {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || seen[t] {
		return out
	}
	seen[t] = true
	for f := range s.Fields() {
		if c.visible(f) {
			out = append(out, candidate{describe(f, c.pkg), 2 * depth})
		}
		if f.Embedded() {
			out = c.fields(f.Type(), seen, depth+1, out)
		}
	}
	return out
}

func (c *checked) visible(o types.Object) bool {
	return o.Exported() || o.Pkg() == nil || o.Pkg().Path() == c.pkg.Path()
}

func (c *checked) qualify(p *types.Package) string { return qualifier(c.pkg)(p) }

// keys are the fields that a struct literal around the name has not set yet.
func (c *checked) keys() []candidate {
	n := len(c.path)
	var lit *ast.CompositeLit
	for i := n - 2; i >= max(0, n-3) && lit == nil; i-- {
		switch p := c.path[i].(type) {
		case *ast.CompositeLit:
			lit = p
		case *ast.KeyValueExpr:
			if p.Key != c.path[n-1] {
				return nil
			}
		default:
			return nil
		}
	}
	if lit == nil || lit.Type == c.path[n-1] {
		return nil
	}
	t := c.info.Types[lit].Type
	if t == nil {
		return nil
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	set := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key != c.path[n-1] {
			if id, ok := kv.Key.(*ast.Ident); ok {
				set[id.Name] = true
			}
		}
	}
	var out []candidate
	for f := range s.Fields() {
		if c.visible(f) && !set[f.Name()] {
			out = append(out, candidate{describe(f, c.pkg), rankField})
		}
	}
	return out
}

// bare are the names in scope, the keywords, and, once a name is begun at from,
// the packages by name.
func (q *query) bare(c *checked, from int) []candidate {
	var out []candidate
	if c != nil {
		out = c.scope()
	} else {
		for name, o := range q.view.Objects {
			out = append(out, candidate{describe(renamed(o, name), o.Pkg()), rankSession})
		}
	}
	for name, p := range q.view.Imports {
		out = append(out, candidate{Match{name, "package", p}, rankPackage})
	}
	for _, name := range types.Universe.Names() {
		out = append(out, candidate{describe(types.Universe.Lookup(name), nil), rankUniverse})
	}
	for t := token.BREAK; t <= token.VAR; t++ {
		out = append(out, candidate{Match{t.String(), "keyword", ""}, rankKeyword})
	}
	if from == q.at {
		return out // every package there is would hide what is near
	}
	for _, p := range q.view.Packages.Paths() {
		name := path.Base(p)
		if version(name) {
			name = path.Base(path.Dir(p))
		}
		out = append(out, candidate{Match{name, "package", p}, rankUnimported})
	}
	return out
}

// scope lists what the scopes around the name hold, the innermost first.
func (c *checked) scope() []candidate {
	var out []candidate
	inner := c.pkg.Scope().Innermost(c.pos)
	if inner == nil {
		inner = c.pkg.Scope()
	}
	for s := inner; s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			if name == placeholder {
				continue
			}
			if _, o := s.LookupParent(name, c.pos); o != nil && o == s.Lookup(name) {
				rank := rankLocal
				if _, ok := o.(*types.PkgName); ok {
					rank = rankPackage
				} else if s == c.pkg.Scope() {
					rank = rankSession
				}
				out = append(out, candidate{describe(o, c.pkg), rank})
			}
		}
	}
	return out
}
