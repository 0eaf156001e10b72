package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A checked is the cell as a file that go/types has seen, errors ignored.
type checked struct {
	fset *token.FileSet
	file *ast.File
	pkg  *types.Package
	info *types.Info
	pos  token.Pos // of the name in question
	path []ast.Node
	own  map[string]bool // what the cell declares
}

// name is the name in question.
func (c *checked) name() *ast.Ident { return c.path[len(c.path)-1].(*ast.Ident) }

// parent is the node n levels above the name; nil above the file.
func (c *checked) parent(n int) ast.Node {
	if i := len(c.path) - 1 - n; i >= 0 {
		return c.path[i]
	}
	return nil
}

// check reads the cell with name in [from, to), in the first form that parses:
// whole, cut after the name with its brackets closed, or the same with what
// go and defer, a head, a for's condition and a case want after it.
func (q *query) check(from, to int) *checked {
	name := q.code[from:to]
	if name == "" || token.IsKeyword(name) {
		name = placeholder
	}
	head := q.code[:from] + name
	closing := closers(lex(head))
	var best *checked
	for _, code := range []string{head + q.code[to:], head + closing, head + "()" + closing, head + " {}" + closing, head + "; {}" + closing, head + ":" + closing} {
		c, err := q.parse(code, from)
		if c.path != nil && (best == nil || err == nil) {
			best = c
			if err == nil {
				break
			}
		}
	}
	if best != nil {
		q.types(best)
	}
	return best
}

// parse lays the pieces of code out as a file and finds the name at offset at.
func (q *query) parse(code string, at int) (*checked, error) {
	var b strings.Builder
	b.WriteString("package cell\n")
	cs := pieces(lex(code))
	q.writeImports(&b, cs)
	offset := -1
	for _, c := range cs {
		text := code[c.pos():c.end()]
		kind := c.kind()
		if kind == definition && c.usesItself() && q.view.Objects[c.toks[0].text] != nil {
			kind = statement
		}
		before, after := "", "\n"
		switch kind {
		case importing, clause:
			continue
		case definition:
			op := c.toks[c.define()].pos - c.pos()
			before, text = "var ", text[:op]+" ="+text[op+2:]
		case statement:
			before, after = "func _() {\n", "\n}\n"
		}
		b.WriteString(before)
		if c.pos() <= at && at <= c.end() {
			offset = b.Len() + at - c.pos()
		}
		b.WriteString(text + after)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", b.String(), parser.SkipObjectResolution)
	c := &checked{fset: fset, file: file}
	if file == nil || offset < 0 {
		return c, err
	}
	c.pos = token.Pos(fset.File(file.FileStart).Base() + offset)
	c.path = enclosing(file, c.pos)
	return c, err
}

// enclosing is the chain of nodes from the file to the name at pos, or nil.
func enclosing(file *ast.File, pos token.Pos) []ast.Node {
	var path, found []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		if id, ok := n.(*ast.Ident); ok && id.Pos() == pos {
			found = slices.Clone(path)
		}
		return true
	})
	return found
}

// types checks the file in a package that holds the session's objects that the
// cell mentions, less those that it declares anew.
func (q *query) types(c *checked) {
	c.own = map[string]bool{}
	for _, d := range c.file.Decls {
		for _, name := range declaredNames(d) {
			c.own[name] = true
		}
	}
	for _, d := range c.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && !c.own[recvBase(f)] {
			q.unbind(f)
		}
	}
	setApart(c.file)
	pkgPath := "cell"
	for _, o := range q.view.Objects {
		if o.Pkg() != nil {
			pkgPath = o.Pkg().Path()
			break
		}
	}
	c.pkg = types.NewPackage(pkgPath, "cell")
	for _, t := range q.toks {
		if o := q.outer(t.text); t.tok == token.IDENT && o != nil && !c.own[t.text] {
			c.pkg.Scope().Insert(o)
		}
	}
	c.info = newInfo()
	conf := types.Config{Importer: importer{q.view.Packages}, Error: func(error) {}}
	_ = types.NewChecker(&conf, c.fset, c.pkg, c.info).Files([]*ast.File{c.file}) // unfinished code has errors
}

// outer is what a name means outside the cell, packages aside; nil: nothing.
func (q *query) outer(name string) types.Object {
	if o := q.view.Objects[name]; o != nil {
		return renamed(o, name)
	}
	for _, p := range q.view.Dots {
		if o := p.Scope().Lookup(name); o != nil && o.Exported() {
			return renamed(o, name)
		}
	}
	return nil
}

// unbind makes a method of an earlier cell's type a function that takes the
// receiver first, which a package without the type may declare.
func (q *query) unbind(f *ast.FuncDecl) {
	if o, ok := q.view.Objects[recvBase(f)].(*types.TypeName); ok && len(f.Recv.List) == 1 {
		f.Type.TypeParams = receiverParams(f.Recv.List[0].Type, o.Type())
	}
	params := &ast.FieldList{Opening: f.Recv.Opening, List: slices.Clone(f.Recv.List)}
	if f.Type.Params != nil {
		params.List = append(params.List, f.Type.Params.List...)
	}
	f.Type.Params, f.Recv = params, nil
	f.Name = &ast.Ident{NamePos: f.Name.NamePos, Name: "_"}
}

// receiverParams declares the type parameters that a receiver names, with the
// constraints that t has.
func receiverParams(recv ast.Expr, t types.Type) *ast.FieldList {
	if p, ok := recv.(*ast.StarExpr); ok {
		recv = p.X
	}
	var names []ast.Expr
	switch x := recv.(type) {
	case *ast.IndexExpr:
		names = []ast.Expr{x.Index}
	case *ast.IndexListExpr:
		names = x.Indices
	}
	named, ok := t.(*types.Named)
	if !ok || len(names) != named.TypeParams().Len() {
		return nil
	}
	list := &ast.FieldList{}
	for i, n := range names {
		id, ok := n.(*ast.Ident)
		constraint, err := parser.ParseExpr(types.TypeString(named.TypeParams().At(i).Constraint(), qualifier(named.Obj().Pkg())))
		if !ok || err != nil {
			return nil
		}
		list.List = append(list.List, &ast.Field{Names: []*ast.Ident{{NamePos: id.NamePos, Name: id.Name}}, Type: constraint})
	}
	return list
}

// renamed is o under the name that the cells gave it.
func renamed(o types.Object, name string) types.Object {
	if o.Name() == name {
		return o
	}
	switch o := o.(type) {
	case *types.Var:
		return types.NewVar(token.NoPos, o.Pkg(), name, o.Type())
	case *types.Const:
		return types.NewConst(token.NoPos, o.Pkg(), name, o.Type(), o.Val())
	case *types.Func:
		return types.NewFunc(token.NoPos, o.Pkg(), name, o.Signature())
	case *types.TypeName:
		t := types.NewTypeName(token.NoPos, o.Pkg(), name, nil)
		types.NewAlias(t, o.Type())
		return t
	}
	return o
}

func declaredNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// importer lets the checker import what cells may.
type importer struct{ packages Packages }

func (i importer) Import(path string) (*types.Package, error) { return i.packages.Import(path) }
