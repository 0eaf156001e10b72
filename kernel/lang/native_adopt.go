package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// Adopt makes names of the session of what n declares. Its package must be one
// that can be imported by then. Declarations of other cells that mention what
// the cell replaces are checked anew; the unit holds them, to be lowered and
// committed like a cell's.
func (s *Session) Adopt(n *Native) *Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.unit(&source{cell: n.u.src.cell, lines: n.u.src.lines})
	entries := n.entries()
	c := &checker{s: s, u: u, own: map[string]bool{}, selves: map[string]bool{}}
	for _, e := range entries {
		if e.recv == nil {
			c.own[e.Name] = true
			c.given = append(c.given, e.Obj)
		}
	}
	u.pkg = s.freshPackage()
	for more := c.include(); more; more = c.settle() {
		c.againF = c.againFile()
		c.reset()
		c.pass()
	}
	u.natives = entries
	for _, e := range entries {
		u.objs[e.Obj] = e
	}
	for obj, e := range n.checked(entries) {
		u.objs[obj] = e
	}
	u.collectAgain(c.again)
	u.collectLocal(c.againF)
	return u
}

// Names lists what the cell itself declares, sorted; methods are left out.
func (n *Native) Names() []string {
	var names []string
	n.each(func(e *Entry, recv string) {
		if recv == "" {
			names = append(names, e.Name)
		}
	})
	sort.Strings(names)
	return names
}

// isGiven says whether a compiled cell declares a name: its types have their
// methods already, and can get no others.
func (c *checker) isGiven(name string) bool {
	for _, obj := range c.given {
		if obj.Name() == name {
			return true
		}
	}
	return false
}

// entries are what the cell declares, and what was moved to it, as entries of
// the session whose objects are of the compiled package.
func (n *Native) entries() []*Entry {
	var list []*Entry
	add := func(e *Entry, methods []*Entry) {
		e.Obj = n.Types.Scope().Lookup(e.Name)
		if e.Obj == nil {
			return
		}
		e.native, e.methods = &nativeEntry{n.Path}, map[string]*Entry{}
		list = append(list, e)
		for _, m := range methods {
			m.Obj, _, _ = types.LookupFieldOrMethod(e.Obj.Type(), true, n.Types, m.Name)
			m.native, m.recv = e.native, e
			list = append(list, m)
		}
	}
	for _, e := range n.moved {
		moved := func(e *Entry) *Entry {
			return &Entry{Name: e.Name, Cell: n.u.src.cell.N, Text: e.Text, unit: e.unit, decl: e.decl}
		}
		var methods []*Entry
		for _, m := range sortedMethods(e) {
			methods = append(methods, moved(m))
		}
		add(moved(e), methods)
	}
	methods := map[string][]*Entry{}
	n.each(func(e *Entry, recv string) {
		if recv != "" {
			methods[recv] = append(methods[recv], e)
		}
	})
	n.each(func(e *Entry, recv string) {
		if recv == "" {
			add(e, methods[e.Name])
		}
	})
	return list
}

// each calls f for every declaration of the cell; recv is the type of a method.
func (n *Native) each(f func(e *Entry, recv string)) {
	entry := func(name *ast.Ident, decl ast.Node, recv string) {
		if name.Name != "_" {
			f(&Entry{Name: name.Name, Cell: n.u.src.cell.N, Text: n.u.text(decl), unit: n.u, decl: decl}, recv)
		}
	}
	for _, d := range n.u.src.decls.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				entry(d.Name, d, recvBase(d))
			} else if d.Name.Name != "init" {
				entry(d.Name, d, "")
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					entry(sp.Name, sp, "")
				case *ast.ValueSpec:
					for _, name := range sp.Names {
						entry(name, d, "")
					}
				}
			}
		}
	}
}

// checked maps the objects that the first check of the cell made to the entries.
func (n *Native) checked(entries []*Entry) map[types.Object]*Entry {
	m := map[types.Object]*Entry{}
	for _, e := range entries {
		if e.unit != n.u {
			continue
		}
		for _, id := range declIdents(e.decl) {
			if obj := n.u.info.Defs[id]; id.Name == e.Name && obj != nil {
				m[obj] = e
			}
		}
	}
	return m
}

// declIdents are the names that a declaration declares.
func declIdents(n ast.Node) []*ast.Ident {
	var ids []*ast.Ident
	switch d := n.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{d.Name}
	case *ast.TypeSpec:
		return []*ast.Ident{d.Name}
	case *ast.GenDecl:
		for _, sp := range d.Specs {
			if v, ok := sp.(*ast.ValueSpec); ok && (d.Tok == token.CONST || d.Tok == token.VAR) {
				ids = append(ids, v.Names...)
			}
		}
	}
	return ids
}
