package lang

import (
	"go/ast"
	"go/types"
	"sort"
	"strings"
)

// TypeText is a type as cells write it.
func TypeText(t types.Type) string {
	return plain(types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "main" || IsNative(p.Path()) {
			return ""
		}
		return p.Name()
	}))
}

// Closure is the Go source of a name and of every declaration of the session
// that it needs, with the imports, in the order in which cells declared them;
// "" for a name that is not there.
func (s *Session) Closure(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	root, ok := s.names[name]
	if !ok {
		return ""
	}
	need, imports := map[*Entry]bool{}, map[string]string{}
	s.needs(root, need, imports)
	var list []*Entry
	for e := range need {
		list = append(list, e)
	}
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Cell != b.Cell {
			return a.Cell < b.Cell
		}
		return a.Obj.Pos() < b.Obj.Pos()
	})
	var b strings.Builder
	for _, path := range sortedKeys(imports) {
		b.WriteString("import " + imports[path] + " \"" + path + "\"\n")
	}
	seen := map[string]bool{}
	for _, e := range list {
		if e.Text != "" && !seen[e.Text] {
			seen[e.Text] = true
			b.WriteString(e.Text + "\n")
		}
	}
	return b.String()
}

func sortedKeys(m map[string]string) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}

// needs adds e, what it mentions, and the methods of the types among it.
func (s *Session) needs(e *Entry, need map[*Entry]bool, imports map[string]string) {
	if need[e] {
		return
	}
	need[e] = true
	for _, m := range e.methods {
		s.needs(m, need, imports)
	}
	walkNamed(e.Obj.Type(), func(n *types.TypeName) {
		if t := s.objs[n]; t != nil {
			s.needs(t, need, imports)
		}
	})
	if e.unit == nil {
		return
	}
	node := e.decl
	if node == nil { // a variable: the statement that declared it
		node = e.unit.statement(e)
	}
	if node == nil {
		return
	}
	ast.Inspect(node, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := e.unit.info.Uses[id]
		if p, ok := obj.(*types.PkgName); ok {
			imports[p.Imported().Path()] = p.Name()
		} else if d := s.objs[obj]; d != nil && obj != nil {
			s.needs(d, need, imports)
		}
		return true
	})
}

// statement finds the statement that declares a variable.
func (u *Unit) statement(e *Entry) ast.Node {
	body := u.src.body()
	if body == nil {
		return nil
	}
	for _, st := range body.List {
		for _, id := range topIdents(u.src) {
			if id.Name == e.Name && st.Pos() <= id.Pos() && id.Pos() < st.End() {
				return st
			}
		}
	}
	return nil
}
