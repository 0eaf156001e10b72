package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"strings"
)

// dropUnchanged leaves out types that the cell declares as the session has them:
// running a cell again keeps the values of its types. A type whose methods have
// other signatures than before is a new one.
func (c *checker) dropUnchanged() {
	src := c.u.src
	if src.decls == nil {
		return
	}
	var decls []ast.Decl
	for _, d := range src.decls.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			decls = append(decls, d)
			continue
		}
		var specs []ast.Spec
		for _, sp := range g.Specs {
			if ts, ok := sp.(*ast.TypeSpec); ok && c.unchanged(ts) {
				delete(c.own, ts.Name.Name)
				c.u.same = append(c.u.same, c.s.names[ts.Name.Name])
				src.decls.Unresolved = append(src.decls.Unresolved, ts.Name)
				continue
			}
			specs = append(specs, sp)
		}
		if g.Specs = specs; len(specs) > 0 { // without any, it has no end
			decls = append(decls, g)
		}
	}
	src.decls.Decls = decls
}

func (c *checker) unchanged(ts *ast.TypeSpec) bool {
	old, ok := c.s.names[ts.Name.Name]
	if !ok || old.native != nil || ts.TypeParams != nil || ts.Assign.IsValid() || old.decl == nil || c.u.text(ts) != old.Text {
		return false
	}
	if _, ok := old.Obj.(*types.TypeName); !ok {
		return false
	}
	same := true
	ast.Inspect(ts.Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && c.own[id.Name] && id.Name != ts.Name.Name {
			same = false // it mentions what the cell declares anew
		}
		return same
	})
	for _, d := range c.u.src.decls.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil && recvBase(fd) == ts.Name.Name && same {
			m := old.methods[fd.Name.Name]
			same = m == nil || c.headText(fd) == headTextOf(m)
		}
	}
	return same
}

// headText is a method's declaration up to its body.
func (c *checker) headText(d *ast.FuncDecl) string {
	return strings.SplitN(c.u.text(d), "{", 2)[0]
}

func headTextOf(m *Entry) string { return strings.SplitN(m.Text, "{", 2)[0] }

// A lateMethod is a method whose type an earlier cell declared. It is checked
// as a function whose first parameter is the receiver.
type lateMethod struct {
	decl   *ast.FuncDecl // as written
	asFunc *ast.FuncDecl
	recv   *Entry
	obj    *types.Func
}

// lateMethods takes the methods of earlier cells' types out of the declarations.
func (c *checker) lateMethods() {
	src := c.u.src
	if src.decls == nil {
		return
	}
	var rest []ast.Decl
	for _, d := range src.decls.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Recv == nil || len(fd.Recv.List) != 1 || c.own[recvBase(fd)] {
			rest = append(rest, d)
			continue
		}
		recv, ok := c.s.names[recvBase(fd)]
		if !ok {
			rest = append(rest, d)
			continue
		}
		tn, isType := recv.Obj.(*types.TypeName)
		if !isType {
			c.diags = append(c.diags, c.s.diag(fd.Pos(), "cannot add a method to "+recvBase(fd)+": it is no type"))
			continue
		}
		if isGeneric(tn) {
			c.extend(recv)
			rest = append(rest, d)
			continue
		}
		if recv.native != nil {
			c.diags = append(c.diags, c.s.diag(fd.Pos(), "cannot add a method to "+recvBase(fd)+" here: it is compiled; declare it in the native cell of its type"))
			continue
		}
		c.late = append(c.late, &lateMethod{decl: fd, asFunc: methodAsFunc(fd), recv: recv})
	}
	src.decls.Decls = rest
	for _, m := range c.late {
		src.decls.Decls = append(src.decls.Decls, m.asFunc)
	}
}

// extend declares a generic type once more, since instances of the one that is
// there have no more methods than they were made with.
func (c *checker) extend(e *Entry) {
	if c.extended[e.Name] {
		return
	}
	c.extended[e.Name] = true
	c.again = append(c.again, &again{old: e, decl: declOf(e)})
}

func isGeneric(tn *types.TypeName) bool {
	n, ok := tn.Type().(*types.Named)
	return ok && n.TypeParams().Len() > 0
}

func methodAsFunc(fd *ast.FuncDecl) *ast.FuncDecl {
	params := &ast.FieldList{List: append([]*ast.Field{}, fd.Recv.List...)}
	if len(fd.Recv.List[0].Names) == 0 {
		f := *fd.Recv.List[0]
		f.Names = []*ast.Ident{{Name: "_", NamePos: fd.Recv.Pos()}}
		params.List[0] = &f
	}
	for _, f := range fd.Type.Params.List {
		if len(f.Names) == 0 {
			g := *f
			g.Names = []*ast.Ident{{Name: "_", NamePos: f.Pos()}}
			f = &g
		}
		params.List = append(params.List, f)
	}
	name := &ast.Ident{Name: recvBase(fd) + "ǃ" + fd.Name.Name, NamePos: fd.Name.NamePos}
	t := &ast.FuncType{Func: fd.Type.Func, Params: params, Results: fd.Type.Results}
	return &ast.FuncDecl{Name: name, Type: t, Body: fd.Body, Doc: fd.Doc}
}

// addLate gives the late methods to their types, so that the cell's code may
// call them. undo takes them away again, for a cell that does not check.
func (c *checker) addLate() (undo func()) {
	if len(c.late) == 0 {
		return func() {}
	}
	saved := map[*types.Named]reflect.Value{}
	sigs := c.signatures()
	for _, m := range c.late {
		named := m.recv.Obj.Type().(*types.Named)
		if _, ok := saved[named]; !ok {
			cp := reflect.New(reflect.TypeFor[types.Named]()).Elem()
			cp.Set(reflect.ValueOf(named).Elem())
			saved[named] = cp
		}
		if sig := sigs[m.asFunc.Name.Name]; sig != nil {
			c.addMethod(m, named, sig)
		}
	}
	return func() {
		for n, v := range saved {
			reflect.ValueOf(n).Elem().Set(v)
		}
	}
}

// signatures checks the late methods without their bodies.
func (c *checker) signatures() map[string]*types.Signature {
	bodies := c.stripBodies()
	diags := c.diags
	stmts := c.u.src.stmts
	c.u.src.stmts = nil
	c.populate()
	info := newInfo()
	c.files(info)
	c.u.src.stmts = stmts
	c.diags = diags
	c.restoreBodies(bodies)
	c.u.pkg = c.s.freshPackage()
	sigs := map[string]*types.Signature{}
	for _, m := range c.late {
		if f, ok := info.Defs[m.asFunc.Name].(*types.Func); ok {
			sigs[m.asFunc.Name.Name] = f.Signature()
		}
	}
	return sigs
}

func (c *checker) stripBodies() map[*ast.FuncDecl]*ast.BlockStmt {
	c.stripped = true
	bodies := map[*ast.FuncDecl]*ast.BlockStmt{}
	for _, file := range []*ast.File{c.u.src.decls, c.againF} {
		if file == nil {
			continue
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				bodies[f], f.Body = f.Body, nil
			}
		}
	}
	return bodies
}

func (c *checker) restoreBodies(bodies map[*ast.FuncDecl]*ast.BlockStmt) {
	for f, b := range bodies {
		f.Body = b
	}
	c.stripped = false
}

// addMethod makes a method of a function that takes the receiver first.
func (c *checker) addMethod(m *lateMethod, named *types.Named, sig *types.Signature) {
	var params []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		params = append(params, sig.Params().At(i))
	}
	recv := sig.Params().At(0)
	msig := types.NewSignatureType(recv, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
	name := m.decl.Name.Name
	if obj, _, _ := types.LookupFieldOrMethod(named, true, c.u.pkg, name); obj != nil {
		old, ok := obj.(*types.Func)
		if _, mine := m.recv.methods[name]; ok && mine {
			if !types.Identical(old.Signature(), msig) {
				c.diags = append(c.diags, c.s.diag(m.decl.Name.Pos(), fmt.Sprintf("method %s.%s has another signature since cell [%d]: declare type %s again with it", m.recv.Name, name, m.recv.methods[name].Cell, m.recv.Name)))
				return
			}
			m.obj = old
			return
		}
		if v, isField := obj.(*types.Var); isField && v.IsField() && !v.Embedded() {
			c.diags = append(c.diags, c.s.diag(m.decl.Name.Pos(), fmt.Sprintf("field and method with the same name %s", name)))
			return
		}
	}
	m.obj = types.NewFunc(m.decl.Name.Pos(), c.u.pkg, name, msig)
	named.AddMethod(m.obj)
}

// collectLate makes entries of the late methods.
func (u *Unit) collectLate(late []*lateMethod) {
	for _, m := range late {
		e := &Entry{Name: m.decl.Name.Name, Obj: m.obj, Cell: u.src.cell.N, Text: u.text(m.decl), unit: u, decl: m.decl, recv: m.recv}
		if old := m.recv.methods[e.Name]; old != nil {
			e.replaces = old
		}
		u.entries = append(u.entries, e)
		u.objs[m.obj] = e
	}
}

// dependants lists the newest functions, methods and types that mention, or
// depend on what mentions, one of the changed entries; in the order of cells.
func (s *Session) dependants(changed map[*Entry]bool, own map[string]bool) []*Entry {
	var list []*Entry
	seen := map[*Entry]bool{}
	for grew := true; grew; {
		grew = false
		visit := func(e *Entry) {
			if seen[e] || e.decl == nil || e.native != nil || e.recv == nil && own[e.Name] || !s.mentions(e, changed) {
				return
			}
			seen[e], changed[e], grew = true, true, true
			list = append(list, e)
		}
		for _, e := range s.names {
			visit(e)
			for _, m := range e.methods {
				visit(m)
			}
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].decl.Pos() < list[j].decl.Pos() })
	return list
}

// mentions says whether e's declaration uses one of the entries; a method also
// depends on its type.
func (s *Session) mentions(e *Entry, changed map[*Entry]bool) bool {
	if e.recv != nil && changed[e.recv] {
		return true
	}
	if e.uses == nil {
		e.uses = map[*Entry]bool{}
		ast.Inspect(e.decl, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && e.unit != nil {
				if d := s.objs[e.unit.info.Uses[id]]; d != nil {
					e.uses[d] = true
				}
			}
			return true
		})
	}
	for d := range e.uses {
		if changed[d] {
			return true
		}
	}
	return false
}
