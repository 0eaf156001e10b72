package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// shared lists the variables that the cell's statements declare and the
// functions of the same cell mention: their types must be known before the
// functions can be checked, and they are package variables to them.
func (c *checker) shared() map[string]bool {
	src := c.u.src
	if src.decls == nil && c.againF == nil || src.stmts == nil {
		return nil
	}
	vars := map[string]bool{}
	for _, id := range topIdents(src) {
		vars[id.Name] = true
	}
	names := map[string]bool{}
	for _, f := range []*ast.File{src.decls, c.againF} {
		if f == nil {
			continue
		}
		for _, id := range mentioned(f) {
			if vars[id.Name] {
				names[id.Name] = true
			}
		}
	}
	return names
}

// infer finds the types of the shared variables: the cell is checked once
// without the bodies of its functions.
func (c *checker) infer(shared map[string]bool) map[string]types.Type {
	bodies := c.stripBodies()
	info := c.s.unit(c.u.src).info
	c.populate()
	c.files(info)
	c.restoreBodies(bodies)
	found := map[string]types.Type{}
	for _, id := range topIdents(c.u.src) {
		if obj := info.Defs[id]; obj != nil && shared[id.Name] {
			found[id.Name] = obj.Type()
		}
	}
	return found
}

// share declares the shared variables, with the types found, in the cell's
// package, where the functions see them.
func (c *checker) share(found map[string]types.Type) {
	own := typeSpecs(c.u.src.decls)
	for _, a := range c.again {
		own[a.old.Name] = true
	}
	for name, t := range found {
		if !mentions(t, own) {
			c.u.pkg.Scope().Insert(types.NewVar(0, c.u.pkg, name, t))
			continue
		}
		c.declare(name, t)
	}
}

// early reports statements that use a shared variable before they declare it.
func (c *checker) early(found map[string]types.Type) {
	for id, obj := range c.u.info.Uses {
		if v, ok := obj.(*types.Var); ok && found[id.Name] != nil && v.Parent() == c.u.pkg.Scope() && c.inStmts(id.Pos()) {
			if old, ok := c.s.names[id.Name]; ok && types.Identical(old.Obj.Type(), v.Type()) {
				continue
			}
			c.diags = append(c.diags, c.s.diag(id.Pos(), "undefined: "+id.Name))
		}
	}
}

func (c *checker) inStmts(pos token.Pos) bool {
	f := c.u.src.stmts
	return f.FileStart <= pos && pos < f.FileEnd
}

// declare adds "var name T" to the cell's declarations, for a T that mentions
// types of the same cell.
func (c *checker) declare(name string, t types.Type) {
	names := map[*types.Package]string{}
	text := types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" {
			return ""
		}
		if names[p] == "" {
			names[p] = p.Name() + "ǃ" + name
			c.u.pkg.Scope().Insert(types.NewPkgName(0, c.u.pkg, names[p], p))
		}
		return names[p]
	})
	f := c.s.parseFile(c.u.src, "package main; var "+name+" "+text, 0)
	c.addDecls(f)
}

func typeSpecs(f *ast.File) map[string]bool {
	names := map[string]bool{}
	if f == nil {
		return names
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, sp := range g.Specs {
				if ts, ok := sp.(*ast.TypeSpec); ok {
					names[ts.Name.Name] = true
				}
			}
		}
	}
	return names
}

// mentions says whether t is built from a type of package main in names.
func mentions(t types.Type, names map[string]bool) bool {
	found := false
	walkNamed(t, func(n *types.TypeName) {
		if n.Pkg() != nil && n.Pkg().Path() == "main" && names[n.Name()] {
			found = true
		}
	})
	return found
}

// walkNamed calls f for every named type that t's expression mentions.
func walkNamed(t types.Type, f func(*types.TypeName)) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		f(t.Origin().Obj())
		for i := range t.TypeArgs().Len() {
			walkNamed(t.TypeArgs().At(i), f)
		}
	case *types.Pointer:
		walkNamed(t.Elem(), f)
	case *types.Slice:
		walkNamed(t.Elem(), f)
	case *types.Array:
		walkNamed(t.Elem(), f)
	case *types.Chan:
		walkNamed(t.Elem(), f)
	case *types.Map:
		walkNamed(t.Key(), f)
		walkNamed(t.Elem(), f)
	case *types.Signature:
		walkNamed(t.Params(), f)
		walkNamed(t.Results(), f)
	case *types.Tuple:
		for v := range t.Variables() {
			walkNamed(v.Type(), f)
		}
	case *types.Struct:
		for v := range t.Fields() {
			walkNamed(v.Type(), f)
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			walkNamed(m.Type(), f)
		}
		for e := range t.EmbeddedTypes() {
			walkNamed(e, f)
		}
	case *types.Union:
		for term := range t.Terms() {
			walkNamed(term.Type(), f)
		}
	}
}

// selfMention declares, in the cell's package, the variables of a known type
// whose function literal mentions them: var f func(int) int = func(n int) int {
// ... f(n-1) ... } is right at the top level of a package.
func (c *checker) selfMention() {
	body := c.u.src.body()
	if body == nil {
		return
	}
	for _, st := range body.List {
		d, ok := st.(*ast.DeclStmt)
		if !ok {
			continue
		}
		for _, sp := range d.Decl.(*ast.GenDecl).Specs {
			v, ok := sp.(*ast.ValueSpec)
			if !ok || v.Type == nil || len(v.Values) != 1 || len(v.Names) != 1 || !literalMentions(v.Values[0], v.Names[0].Name) {
				continue
			}
			if c.s.names[v.Names[0].Name] != nil || c.own[v.Names[0].Name] || c.selves[v.Names[0].Name] {
				continue
			}
			c.selves[v.Names[0].Name] = true
			f := c.s.parseFile(c.u.src, "package main; var "+v.Names[0].Name+" "+c.u.text(v.Type), 0)
			c.addDecls(f)
		}
	}
}

func literalMentions(x ast.Expr, name string) bool {
	lit, ok := x.(*ast.FuncLit)
	found := false
	if ok {
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && id.Name == name {
				found = true
			}
			return !found
		})
	}
	return found
}

func (c *checker) addDecls(f *ast.File) {
	switch {
	case f == nil:
	case c.u.src.decls == nil:
		c.u.src.decls = f
	default:
		c.u.src.decls.Decls = append(c.u.src.decls.Decls, f.Decls...)
	}
}
