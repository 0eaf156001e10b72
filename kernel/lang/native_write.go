package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// write makes the files of the package: cell.go from the cell, and one file for
// each other cell whose declarations it needs. What they use of earlier native
// cells is named as theirs.
func (n *Native) write() {
	w := &nativeWriter{n: n, aliases: map[*Entry]bool{}, paths: map[string]bool{}}
	n.Files = map[string]string{}
	w.file("cell.go", func() string {
		return "//line cell.go:1\n" + w.text(n.u, n.lines, n.u.src.decls.Name.End()+1, n.u.src.decls.FileEnd, n.u.src.decls) + "\n"
	})
	byUnit := map[*Unit][]*Entry{}
	var units []*Unit
	for _, e := range n.moved {
		n.Moved = append(n.Moved, e.Name)
		if _, ok := e.Obj.(*types.TypeName); ok {
			n.NewTypes = true
		}
		for _, d := range append([]*Entry{e}, sortedMethods(e)...) {
			if byUnit[d.unit] == nil {
				units = append(units, d.unit)
			}
			byUnit[d.unit] = append(byUnit[d.unit], d)
		}
	}
	seen := map[string]bool{}
	for i, u := range units {
		w.file(fmt.Sprintf("session%d.go", i+1), func() string { return w.entries(byUnit[u], seen) })
	}
	if len(w.aliases) > 0 {
		w.file("earlier.go", w.earlier)
	}
	for p := range w.paths {
		n.Imports = append(n.Imports, p)
	}
	sort.Strings(n.Imports)
}

// file writes one file of the package.
func (w *nativeWriter) file(name string, text func() string) {
	w.imports = map[string]string{}
	body := text()
	w.n.Files[name] = w.head() + "\n" + body
}

// entries are declarations of an earlier cell; a group of constants is the text
// of each of them.
func (w *nativeWriter) entries(list []*Entry, seen map[string]bool) string {
	var b strings.Builder
	for _, e := range list {
		text := w.entry(e)
		if !seen[text] {
			seen[text] = true
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}

// earlier has the aliases of the types of earlier native cells.
func (w *nativeWriter) earlier() string {
	var list []*Entry
	for e := range w.aliases {
		list = append(list, e)
	}
	sortEntries(list)
	var b strings.Builder
	for _, e := range list {
		params, args := w.typeParams(e.Obj.Type())
		fmt.Fprintf(&b, "type %s%s = %s%s\n", e.Name, params, w.qualified(e), args)
	}
	return b.String()
}

func sortedMethods(e *Entry) []*Entry {
	var list []*Entry
	for _, m := range e.methods {
		list = append(list, m)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// nativeWriter writes Go as it stands in cells into files of a package.
type nativeWriter struct {
	n       *Native
	imports map[string]string // of the file at hand: name -> path
	paths   map[string]bool   // of all files
	aliases map[*Entry]bool   // types of earlier native cells that are used by their name
}

// head is the package clause with the imports, in one line.
func (w *nativeWriter) head() string {
	var names []string
	for name := range w.imports {
		names = append(names, name)
	}
	sort.Strings(names)
	b := "package native"
	for _, name := range names {
		path := strconv.Quote(w.imports[name])
		if name[0] == '.' { // as use was told of a dot import
			name = "."
		}
		b += "; import " + name + " " + path
	}
	return b
}

func (w *nativeWriter) use(name, path string) {
	w.imports[name], w.paths[path] = path, true
}

// entry is a declaration of an earlier cell.
func (w *nativeWriter) entry(e *Entry) string {
	if e.decl == nil || e.unit == nil {
		return e.Text
	}
	prefix := ""
	if _, ok := e.decl.(*ast.TypeSpec); ok {
		prefix = "type "
	}
	return prefix + w.text(e.unit, e.unit.src.lines, e.decl.Pos(), e.decl.End(), e.decl)
}

// text is a part of a cell's file with the names that mean another package's
// put in full.
func (w *nativeWriter) text(u *Unit, lines []string, from, to token.Pos, node ast.Node) string {
	type edit struct {
		at, end token.Pos
		text    string
	}
	var edits []edit
	ast.Inspect(node, func(x ast.Node) bool {
		id, ok := x.(*ast.Ident)
		if !ok {
			return true
		}
		obj := u.info.Uses[id]
		switch obj := obj.(type) {
		case nil:
			return true
		case *types.PkgName:
			w.use(obj.Name(), obj.Imported().Path())
			return true
		}
		e := w.n.s.objs[obj]
		switch {
		case e != nil && e.native != nil && e.recv == nil:
			if t := w.native(e, id); t != id.Name {
				edits = append(edits, edit{id.Pos(), id.End(), t})
			}
		case e == nil && obj.Pkg() != nil && obj.Pkg() != u.s.main && obj.Parent() == obj.Pkg().Scope() && w.n.dotted(u, id):
			w.use("."+obj.Pkg().Path(), obj.Pkg().Path())
		}
		return true
	})
	sort.Slice(edits, func(i, j int) bool { return edits[i].at < edits[j].at })
	var b strings.Builder
	for _, ed := range edits {
		b.WriteString(u.s.slice(lines, from, ed.at) + ed.text)
		from = ed.end
	}
	return b.String() + u.s.slice(lines, from, to)
}

// dotted says whether an identifier of another package stands alone.
func (n *Native) dotted(u *Unit, id *ast.Ident) bool {
	for _, list := range [][]*types.Package{u.dots, n.s.dots} {
		for _, p := range list {
			if u.info.Uses[id].Pkg() == p {
				return !n.selected(id)
			}
		}
	}
	return false
}

func (n *Native) selected(id *ast.Ident) bool {
	found := false
	ast.Inspect(n.u.src.decls, func(x ast.Node) bool {
		if sel, ok := x.(*ast.SelectorExpr); ok && sel.Sel == id {
			found = true
		}
		return !found
	})
	return found
}

// native is what stands for a name that an earlier native cell declared: a type
// keeps its name, by an alias, because it may be embedded.
func (w *nativeWriter) native(e *Entry, id *ast.Ident) string {
	if _, ok := e.Obj.(*types.TypeName); ok {
		w.aliases[e] = true
		return id.Name
	}
	if isVar(e.Obj) && !e.Obj.Exported() {
		return "(*" + w.qualified(e) + ")"
	}
	return w.qualified(e)
}

// qualified is the full name of what an earlier native cell declared.
func (w *nativeWriter) qualified(e *Entry) string {
	path := e.native.path
	name := w.n.natives[path]
	if name == "" {
		name = "native" + strconv.Itoa(len(w.n.natives)+1) + "ǃ"
		w.n.natives[path] = name
	}
	w.use(name, path)
	if !e.Obj.Exported() {
		return name + "." + NativeMark + e.Name
	}
	return name + "." + e.Name
}

// typeParams are the type parameters of a generic type, and the same as arguments.
func (w *nativeWriter) typeParams(t types.Type) (params, args string) {
	n, ok := t.(*types.Named)
	if !ok || n.TypeParams().Len() == 0 {
		return "", ""
	}
	qualify := func(p *types.Package) string {
		name := p.Name() + "ǃ"
		w.use(name, p.Path())
		return name
	}
	var ps, as []string
	for p := range n.TypeParams().TypeParams() {
		ps = append(ps, p.Obj().Name()+" "+types.TypeString(p.Constraint(), qualify))
		as = append(as, p.Obj().Name())
	}
	return "[" + strings.Join(ps, ", ") + "]", "[" + strings.Join(as, ", ") + "]"
}

// slice is a cell's text, whose lines are given, between two positions of its file.
func (s *Session) slice(lines []string, from, to token.Pos) string {
	f := s.fset.File(from)
	a, b := f.Position(from), f.Position(to)
	var out strings.Builder
	for line := a.Line; line <= b.Line; line++ {
		i := line - 2 // the file has one line more than the cell, at its head
		if i < 0 || i >= len(lines) {
			continue
		}
		start, end := 0, len(lines[i])
		if line == a.Line {
			start = a.Column - 1
		}
		if line == b.Line {
			end = b.Column - 1
		}
		out.WriteString(cut(lines[i], start, end))
		if line < b.Line {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
