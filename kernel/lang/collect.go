package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

var marks = regexp.MustCompile(`ǃ[\pL\pN_]*`)

// plain removes the marks of lowered names from a text.
func plain(text string) string { return marks.ReplaceAllString(text, "") }

// Plain is a message of the lowered program with names as cells have them.
func Plain(text string) string {
	return strings.ReplaceAll(plain(text), "main.", "")
}

// collect finds what a checked cell declares.
func (u *Unit) collect() {
	if u.src.decls != nil {
		u.collectDecls(u.src.decls)
	}
	u.collectVars()
	u.result = u.src.lastExpr()
	if u.src.muted || u.result != nil && u.isMagic(u.result) {
		u.result = nil
	}
}

func (u *Unit) isMagic(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := call.Fun.(*ast.Ident)
	return ok && strings.HasPrefix(id.Name, "magicǃ")
}

func (u *Unit) collectDecls(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			obj := u.info.Defs[d.Name]
			if d.Recv == nil && obj != nil && d.Name.Name != "_" && d.Name.Name != "init" && !strings.Contains(d.Name.Name, "ǃ") {
				u.add(d.Name.Name, obj, d)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				u.collectSpec(sp, d)
			}
		}
	}
	for _, d := range f.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil {
			u.collectMethod(fd)
		}
	}
}

func (u *Unit) collectSpec(sp ast.Spec, d *ast.GenDecl) {
	switch sp := sp.(type) {
	case *ast.TypeSpec:
		if obj := u.info.Defs[sp.Name]; obj != nil && sp.Name.Name != "_" {
			u.add(sp.Name.Name, obj, sp)
		}
	case *ast.ValueSpec:
		if d.Tok == token.VAR {
			for _, n := range sp.Names {
				if obj := u.info.Defs[n]; obj != nil && n.Name != "_" {
					u.add(n.Name, obj, nil).Text = "var " + u.text(sp)
				}
			}
			return
		}
		for _, n := range sp.Names {
			if obj := u.info.Defs[n]; obj != nil && n.Name != "_" {
				u.add(n.Name, obj, d)
			}
		}
	}
}

func (u *Unit) collectMethod(d *ast.FuncDecl) {
	obj, ok := u.info.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	recv := receiverName(obj)
	if recv == nil {
		return
	}
	t := u.entryOf(recv)
	if t == nil {
		return
	}
	e := &Entry{Name: d.Name.Name, Obj: obj, Cell: u.src.cell.N, Text: u.text(d), unit: u, decl: d, recv: t}
	u.entries = append(u.entries, e)
	u.objs[obj] = e
}

// receiverName is the type that a method belongs to.
func receiverName(f *types.Func) *types.TypeName {
	t := types.Unalias(f.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return n.Origin().Obj()
	}
	return nil
}

func (u *Unit) entryOf(obj types.Object) *Entry {
	if e := u.objs[obj]; e != nil {
		return e
	}
	return u.s.objs[obj]
}

func (u *Unit) add(name string, obj types.Object, decl ast.Node) *Entry {
	e := &Entry{Name: name, Obj: obj, Cell: u.src.cell.N, Text: u.text(decl), unit: u, decl: decl, methods: map[string]*Entry{}}
	u.entries = append(u.entries, e)
	u.objs[obj] = e
	return e
}

// collectVars makes session variables of what the statements declare: one of
// the same name and type keeps its storage.
func (u *Unit) collectVars() {
	stmts := u.stmtTexts()
	for _, id := range topIdents(u.src) {
		obj := u.info.Defs[id]
		if obj == nil || id.Name == "_" {
			continue
		}
		text := stmts[id.Pos()]
		old := u.s.names[id.Name]
		if old != nil && isVar(old.Obj) && types.Identical(old.Obj.Type(), obj.Type()) {
			u.objs[obj] = old
			u.reused = append(u.reused, reuse{old, obj, text})
		} else {
			e := u.add(id.Name, obj, nil)
			e.Text = text
		}
		if v := u.pkg.Scope().Lookup(id.Name); v != nil && isVar(v) {
			u.objs[v] = u.objs[obj]
		}
	}
}

func isVar(obj types.Object) bool {
	_, ok := obj.(*types.Var)
	return ok
}

// stmtTexts maps the identifiers that statements declare to the statement.
func (u *Unit) stmtTexts() map[token.Pos]string {
	m := map[token.Pos]string{}
	ids := topIdents(u.src) // in the order of the statements
	if len(ids) == 0 {
		return m
	}
	for _, st := range u.src.body().List {
		text := ""
		for len(ids) > 0 && ids[0].Pos() < st.End() {
			if text == "" {
				text = u.text(st)
			}
			m[ids[0].Pos()] = text
			ids = ids[1:]
		}
	}
	return m
}

// text is a node as the cell has it.
func (u *Unit) text(n ast.Node) string {
	if n == nil {
		return ""
	}
	f := u.s.fset.File(n.Pos())
	from, to := f.Position(n.Pos()), f.Position(n.End())
	lines := u.src.lines
	a, b := from.Line-2, to.Line-2
	if a < 0 || b >= len(lines) {
		return ""
	}
	prefix := ""
	if _, ok := n.(*ast.TypeSpec); ok {
		prefix = "type "
	}
	if a == b {
		return prefix + cut(lines[a], from.Column-1, to.Column-1)
	}
	parts := slices.Clone(lines[a : b+1])
	parts[0] = prefix + cut(lines[a], from.Column-1, len(lines[a]))
	parts[b-a] = cut(lines[b], 0, to.Column-1)
	return strings.Join(parts, "\n")
}

func cut(s string, a, b int) string {
	a, b = max(0, min(a, len(s))), max(0, min(b, len(s)))
	return s[a:max(a, b)]
}

// localType is a type that a function declares.
type localType struct {
	spec *ast.TypeSpec
	info *types.Info
}

// collectLocal finds the types that functions of the unit declare.
func (u *Unit) collectLocal(again *ast.File) {
	u.specs = map[types.Object]localType{}
	for _, f := range []*ast.File{u.src.decls, u.src.stmts, again} {
		if f == nil {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if ts, ok := n.(*ast.TypeSpec); ok {
				if obj := u.info.Defs[ts.Name]; obj != nil && obj.Parent() != u.pkg.Scope() {
					u.specs[obj] = localType{ts, u.info}
				}
			}
			return true
		})
	}
}

// declared lists the names that a file of declarations declares.
func declared(f *ast.File) map[string]bool {
	names := map[string]bool{}
	if f == nil {
		return names
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					names[sp.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range sp.Names {
						names[n.Name] = true
					}
				}
			}
		}
	}
	return names
}
