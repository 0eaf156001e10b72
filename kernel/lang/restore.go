package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A Restorer finds out, cell after cell, which variables of a session can have
// their values again after the process that held them has died: those that
// statements set which only compute, from what is back itself, and that nothing
// can have changed since without a statement that says so. The statements run
// again in their order, in the declarations that stood then. When in doubt a
// variable is lost: it is never given a value that it did not have.
type Restorer struct {
	s       *Session
	good    nameSet            // they hold what they held
	escaped nameSet            // they may have changed at any time
	reads   map[string]nameSet // of function values: what their functions read
}

// Restorer returns a restorer for a session in which no cell has run.
func (s *Session) Restorer() *Restorer {
	return &Restorer{s: s, good: nameSet{}, escaped: nameSet{}, reads: map[string]nameSet{}}
}

// Take goes through a cell that was committed. It calls run with each statement
// that can run again, and takes its error for the loss of what the statement
// sets. A cell that failed may have stopped anywhere: nothing of it runs.
func (r *Restorer) Take(u *Unit, failed bool, run func(code string) error) {
	for _, seg := range u.src.magics {
		r.Doubt(seg.Text) // a line such as %time runs Go that is not seen here
	}
	for _, p := range r.plan(u, failed) {
		ok := p.code != ""
		for name := range p.reads {
			ok = ok && (r.good[name] || !r.s.isVariable(name)) && !r.escaped[name]
		}
		ok = ok && run(p.code) == nil
		for name := range p.sets {
			r.good[name] = ok
			r.reads[name] = p.kept
		}
		for name := range p.alters {
			r.good[name] = false
		}
	}
}

// A replay is what there is to know of a statement.
type replay struct {
	code  string // "" for one that does more than compute
	reads nameSet
	effects
	kept nameSet // what the functions that it keeps read
}

func (r *Restorer) plan(u *Unit, failed bool) []replay {
	s := r.s
	s.mu.Lock()
	defer s.mu.Unlock()
	s.graph.mu.Lock()
	defer s.graph.mu.Unlock()
	maps.Copy(r.escaped, s.escapes(u))
	body := u.src.body()
	if body == nil {
		return nil
	}
	var list []replay
	for _, st := range body.List {
		eff, kept := s.effectsOf(u, st)
		p := replay{effects: *eff}
		p.kept, _ = s.closure(s.graph, kept)
		p.reads, p.alters = s.closure(s.graph, eff)
		for name := range p.alters {
			maps.Copy(p.alters, s.graph.together(name))
		}
		if !failed && len(p.alters) == 0 && len(p.sets) > 0 && s.computes(u, st, p.reads) {
			_, line, _ := s.Position(st.Pos())
			p.code = strings.Repeat("\n", max(0, line-1)) + u.text(st)
		}
		list = append(list, p)
	}
	return list
}

func (s *Session) isVariable(name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e := s.find(name)
	return e != nil && isVar(e.Obj)
}

// Doubt takes the variables that a text mentions for lost.
func (r *Restorer) Doubt(text string) {
	words := strings.FieldsFunc(text, func(c rune) bool { return c < 0x80 && !isIdentByte(byte(c), false) })
	for _, e := range r.s.Entries() {
		if isVar(e.Obj) && slices.Contains(words, e.Name) {
			r.escaped[e.Name] = true
		}
	}
}

// DoubtDead takes for lost what a cell may have changed that its process died
// in; the cell is not checked again, lest that is what ended the process.
func (r *Restorer) DoubtDead(c Cell) {
	src := r.s.parse(c)
	for _, seg := range src.magics {
		r.Doubt(seg.Text)
	}
	for _, f := range []*ast.File{src.decls, src.stmts} {
		if f == nil {
			continue
		}
		for _, id := range mentioned(f) {
			if e, ok := r.s.Lookup(id.Name); ok && isVar(e.Obj) && !plainValue(e.Obj.Type()) && !e.fixed {
				r.good[id.Name] = false
			}
		}
		for _, name := range written(f) {
			r.good[name] = false
		}
	}
}

// written lists the names that syntax may change, as far as syntax tells.
func written(f *ast.File) []string {
	var list []string
	note := func(x ast.Expr) {
		if id := rootIdent(x); id != nil {
			list = append(list, id.Name)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				note(l)
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.ValueSpec:
			for _, id := range n.Names {
				note(id)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		case *ast.RangeStmt:
			note(n.Key)
			note(n.Value)
		case *ast.SelectorExpr:
			note(n.X) // a method may take the variable's address
		}
		return true
	})
	return list
}

// Lost lists the variables that did not come back, sorted.
func (r *Restorer) Lost() []string {
	lost := nameSet{}
	vars := []string{}
	for _, e := range r.s.Entries() {
		if isVar(e.Obj) {
			vars = append(vars, e.Name)
			lost[e.Name] = !r.good[e.Name] || r.escaped[e.Name]
		}
	}
	for grew := true; grew; {
		grew = false
		for _, v := range vars {
			for name := range r.reads[v] {
				if lost[name] && !lost[v] {
					lost[v], grew = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(vars, func(v string) bool { return !lost[v] })
}

// declares lists the names that a statement declares, and their values.
func declares(st ast.Stmt) (names []*ast.Ident, values []ast.Expr) {
	switch st := st.(type) {
	case *ast.AssignStmt:
		if st.Tok != token.DEFINE || len(st.Lhs) != len(st.Rhs) {
			return nil, nil
		}
		for _, l := range st.Lhs {
			names = append(names, l.(*ast.Ident))
		}
		return names, st.Rhs
	case *ast.DeclStmt:
		for _, sp := range st.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); ok && (len(v.Values) == 0 || len(v.Values) == len(v.Names)) {
				names, values = append(names, v.Names...), append(values, v.Values...)
			}
		}
	}
	return names, values
}

// plainValue says whether a value of type t shares nothing with another.
func plainValue(t types.Type) bool {
	switch t := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer
	case *types.Array:
		return plainValue(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if !plainValue(f.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// rootIdent is the variable that x is a part of.
func rootIdent(x ast.Expr) *ast.Ident {
	for {
		switch y := x.(type) {
		case *ast.SelectorExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.ParenExpr:
			x = y.X
		case *ast.StarExpr:
			x = y.X
		case *ast.SliceExpr:
			x = y.X
		case *ast.TypeAssertExpr:
			x = y.X
		case *ast.Ident:
			return y
		default:
			return nil
		}
	}
}
