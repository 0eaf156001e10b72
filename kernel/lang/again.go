package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// again is a declaration of an earlier cell that is checked, and lowered, once
// more because the cell changes what it mentions.
type again struct {
	old  *Entry
	decl ast.Decl
}

// include finds the earlier declarations that the cell may change the meaning
// of. It says whether there are any.
func (c *checker) include() bool {
	changed := c.changed()
	if len(changed) == 0 {
		return false
	}
	have := map[*Entry]bool{}
	for _, a := range c.again {
		have[a.old] = true
	}
	replaced := c.replacedMethods()
	for _, e := range c.s.dependants(changed, c.own) {
		if e.recv != nil && (replaced(e) || c.isGiven(e.recv.Name)) || e.broken != "" || e.pending != "" || have[e] {
			continue
		}
		c.again = append(c.again, &again{old: e, decl: declOf(e)})
	}
	return len(c.again) > 0
}

// declOf is an entry's declaration as a declaration of a file of its own.
func declOf(e *Entry) ast.Decl {
	switch d := e.decl.(type) {
	case *ast.FuncDecl:
		return d
	case *ast.TypeSpec:
		return &ast.GenDecl{Tok: token.TYPE, TokPos: d.Pos(), Specs: []ast.Spec{d}}
	case *ast.GenDecl:
		return d
	}
	return nil
}

// changed lists the session's entries that the cell declares with another
// meaning: types, constants, and functions and variables of another type.
func (c *checker) changed() map[*Entry]bool {
	changed := map[*Entry]bool{}
	decls := map[string]ast.Decl{}
	if c.u.src.decls != nil {
		for _, d := range c.u.src.decls.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil {
				decls[fd.Name.Name] = fd
			}
		}
	}
	for name := range c.own {
		old, ok := c.s.names[name]
		if !ok {
			continue
		}
		if fd, isFunc := decls[name].(*ast.FuncDecl); isFunc {
			if prev, wasFunc := old.decl.(*ast.FuncDecl); wasFunc && old.native == nil && c.headText(fd) == headTextOf(old) && prev.Type.TypeParams == nil && !c.headMentionsOwn(fd) {
				continue // callers are forwarded to it
			}
		}
		old.mark(changed)
	}
	for name := range c.extended {
		c.s.names[name].mark(changed)
	}
	for _, id := range topIdents(c.u.src) {
		if old, ok := c.s.names[id.Name]; ok && !isVar(old.Obj) {
			old.mark(changed)
		}
	}
	for name, t := range c.varTypes {
		if old, ok := c.s.names[name]; ok && isVar(old.Obj) && !types.Identical(old.Obj.Type(), t) {
			old.mark(changed)
		}
	}
	return changed
}

// mark adds e and the generations that it took over from.
func (e *Entry) mark(changed map[*Entry]bool) {
	for ; e != nil && !changed[e]; e = e.older {
		changed[e] = true
	}
}

// headMentionsOwn says whether a function's signature mentions what the cell
// declares anew.
func (c *checker) headMentionsOwn(fd *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fd.Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && c.own[id.Name] && c.s.names[id.Name] != nil {
			found = true
		}
		return !found
	})
	return found
}

// replacedMethods says which methods of a type that is declared anew do not go
// over to it: those that the cell declares, and, when it declares any, those
// that stood beside the old type.
func (c *checker) replacedMethods() func(*Entry) bool {
	now := map[string]map[string]bool{}
	if c.u.src.decls != nil {
		for _, d := range c.u.src.decls.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv != nil {
				base := recvBase(fd)
				if now[base] == nil {
					now[base] = map[string]bool{}
				}
				now[base][fd.Name.Name] = true
			}
		}
	}
	return func(m *Entry) bool {
		ms := now[m.recv.Name]
		return ms[m.Name] || len(ms) > 0 && m.Cell == m.recv.Cell && !c.extended[m.recv.Name]
	}
}

// settle drops the earlier declarations that do not check any more, and says so.
// It returns true when the check must be made again without them.
func (c *checker) settle() bool {
	dropped := false
	for _, d := range c.diags {
		a := c.againAt(d)
		if a == nil {
			continue // the next pass finds it again
		}
		if a.old.pending == "" {
			a.old.pending = d.Message
			what := a.old.Name
			if a.old.recv != nil {
				what = a.old.recv.Name + "." + what
			}
			d.Suggestion = fmt.Sprintf("%s does not fit any more since this cell; calling it panics until it is declared again", what)
			c.u.Warnings = append(c.u.Warnings, d)
			c.u.broken = append(c.u.broken, a.old)
		}
		dropped = true
	}
	if !dropped {
		return false
	}
	var keep []*again
	for _, a := range c.again {
		if a.old.pending == "" {
			keep = append(keep, a)
		}
	}
	c.again = keep
	c.diags = nil
	return true
}

// againAt is the earlier declaration that a diagnostic lies in.
func (c *checker) againAt(d Diagnostic) *again {
	for _, a := range c.again {
		cell, from, _ := c.s.Position(a.decl.Pos())
		_, to, _ := c.s.Position(a.decl.End())
		if cell.N != d.Cell || d.Line < from || to < d.Line {
			continue
		}
		if lines := strings.Split(cell.Code, "\n"); d.Line <= len(lines) && lines[d.Line-1] == d.Source {
			return a
		}
	}
	return nil
}

// collectAgain makes new generations of the earlier declarations, methods aside.
func (u *Unit) collectAgain(list []*again) {
	for _, a := range list {
		if a.old.recv != nil {
			continue
		}
		obj := u.info.Defs[declName(a.old.decl)]
		if obj == nil {
			continue
		}
		e := &Entry{Name: a.old.Name, Obj: obj, Cell: a.old.Cell, Text: a.old.Text, unit: u, decl: a.old.decl, methods: map[string]*Entry{}, replaces: a.old}
		u.entries = append(u.entries, e)
		u.objs[obj] = e
	}
}

// collectAgainMethods makes new generations of earlier methods, whose types have
// been collected.
func (u *Unit) collectAgainMethods(list []*again) {
	for _, a := range list {
		if a.old.recv == nil {
			continue
		}
		fd := a.old.decl.(*ast.FuncDecl)
		obj, ok := u.info.Defs[fd.Name].(*types.Func)
		if !ok {
			continue
		}
		recv := u.entryOf(receiverName(obj))
		if recv == nil {
			continue
		}
		e := &Entry{Name: a.old.Name, Obj: obj, Cell: a.old.Cell, Text: a.old.Text, unit: u, decl: fd, recv: recv}
		u.entries = append(u.entries, e)
		u.objs[obj] = e
	}
}

func declName(n ast.Node) *ast.Ident {
	switch d := n.(type) {
	case *ast.FuncDecl:
		return d.Name
	case *ast.TypeSpec:
		return d.Name
	}
	return nil
}

// againFile is the earlier declarations as a file.
func (c *checker) againFile() *ast.File {
	if len(c.again) == 0 {
		return nil
	}
	f := &ast.File{Name: ast.NewIdent("main")}
	for _, a := range c.again {
		f.Decls = append(f.Decls, a.decl)
	}
	f.Package = c.again[0].decl.Pos()
	f.FileStart, f.FileEnd = f.Package, f.Package
	return f
}

// lowerForwards lets what is declared anew take over the callers of the old.
func (e *emitter) lowerForwards() {
	var sets []string
	set := func(old *Entry, target string) {
		sets = append(sets, fmt.Sprintf("%s = %s; %s = true", old.forward, target, old.passes))
	}
	for _, en := range e.u.entries {
		if old := e.before(en); old != nil && en.Emit != "" {
			set(old, en.Emit)
			e.prog.Forget = append(e.prog.Forget, old.passes)
			if old.recv == nil || old.replaces != nil { // a method's first form stands for its type's
				e.prog.Forget = append(e.prog.Forget, old.Emit)
			}
		}
	}
	for _, old := range e.u.broken {
		if old.forward != "" {
			set(old, e.brokenStub(old))
		}
	}
	e.setup = append(e.setup, sets...)
}

// before is the generation whose callers a function or method takes over; nil
// when there is none, or none with this signature.
func (e *emitter) before(en *Entry) *Entry {
	old := en.replaces
	if old == nil && en.recv == nil {
		old = e.s.names[en.Name]
	}
	if old == nil || old == en || old.forward == "" {
		return nil
	}
	if f, ok := en.Obj.(*types.Func); ok && types.Identical(f.Signature(), old.Obj.Type()) && f.Signature().TypeParams() == nil {
		return old
	}
	return nil
}

// brokenStub is a function that says why it cannot be called any more.
func (e *emitter) brokenStub(old *Entry) string {
	name := e.fresh(old.Name + "ǃbroken")
	sig := old.Obj.(*types.Func).Signature()
	var ps []string
	if old.recv != nil {
		ps = append(ps, "recvǃ "+e.typ(sig.Recv().Type()))
	}
	params, _ := e.paramList(sig, "p")
	if params != "" {
		ps = append(ps, params)
	}
	rs := ""
	for i := range sig.Results().Len() {
		rs += fmt.Sprintf("rǃ%d %s, ", i, e.typ(sig.Results().At(i).Type()))
	}
	if rs != "" {
		rs = " (" + strings.TrimSuffix(rs, ", ") + ")"
	}
	text := fmt.Sprintf("%s does not fit since cell [%d]: %s", old.Name, e.u.src.cell.N, old.pending)
	e.decl(fmt.Sprintf("func %s(%s)%s {\nrtǃ.Panic(%q)\nreturn\n}", name, strings.Join(ps, ", "), rs, text))
	return name
}
