package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"strings"
)

// note tells the graph what the cell at hand does; s.mu is held. What a cell
// does in a nested run, such as the value of a magic's {expr}, is the cell's.
func (s *Session) note(u *Unit) {
	u.changes = len(u.src.magics) > 0 || len(s.escapes(u)) > 0
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	x := g.current()
	if x == nil {
		return
	}
	g.enter(x)
	s.noteFixed(u)
	s.noteImports(g, x, u)
	for _, e := range u.same {
		s.noteDeclared(g, x, e)
	}
	for _, e := range u.entries {
		if !isVar(e.Obj) && e.Cell == u.src.cell.N && !u.isOld(e) {
			s.noteDeclared(g, x, e)
		}
	}
	if body := u.src.body(); body != nil {
		for _, st := range body.List {
			s.noteStatement(g, x, u, st)
		}
	}
	s.noteProgram(g, x, u)
}

// noteProgram notes what func main does, and the init functions of a program.
func (s *Session) noteProgram(g *graph, x *execution, u *Unit) {
	if u.src.decls == nil || !u.src.isMain && !declaresOnly(u.src.body()) {
		return
	}
	eff := newEffects()
	w := &effecter{s: s, info: u.info, out: eff}
	for _, d := range u.src.decls.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Recv == nil && fd.Body != nil && (fd.Name.Name == "main" || fd.Name.Name == "init" && u.src.isMain) {
			w.walk(fd.Body)
		}
	}
	reads, alters := s.closure(g, eff)
	for name := range reads {
		g.read(x, name)
	}
	u.changes = u.changes || len(alters) > 0
	for name := range alters {
		g.read(x, name)
		g.write(x, name, g.unique(x), false)
	}
}

// noteFixed finds the variables that hold what one of fixedFuncs made.
func (s *Session) noteFixed(u *Unit) {
	body := u.src.body()
	if body == nil {
		return
	}
	for _, st := range body.List {
		ids, values := declares(st)
		for i, id := range ids {
			e := s.objs[u.info.Defs[id]]
			if e == nil || i >= len(values) {
				continue
			}
			call, ok := ast.Unparen(values[i]).(*ast.CallExpr)
			if ok {
				var f *types.Func
				if f, ok = calleeOf(u.info, call).(*types.Func); ok {
					ok = fixedFuncs[f.Origin().FullName()]
				}
			}
			e.fixed = ok
		}
	}
}

// noteImports notes the imports that the cell has written out; one that was added
// for it would be added for any other.
func (s *Session) noteImports(g *graph, x *execution, u *Unit) {
	for _, spec := range u.src.imports {
		path := strings.Trim(spec.Path.Value, "\"`")
		for name, p := range u.imports {
			if p.Path() == path {
				g.write(x, "package "+name, hash(path), true)
			}
		}
		for _, p := range u.dots {
			if p.Path() == path {
				g.write(x, "package ."+p.Name(), hash(path), true)
			}
		}
	}
}

// isOld says whether e is an earlier declaration, lowered again.
func (u *Unit) isOld(e *Entry) bool {
	return e.replaces != nil && e.replaces.decl == e.decl
}

// noteDeclared notes a declaration. What a function or type mentions is read by
// those who use it, in the form that it has then.
func (s *Session) noteDeclared(g *graph, x *execution, e *Entry) {
	version := hash(e.Text)
	if _, isConst := e.Obj.(*types.Const); isConst {
		eff := newEffects()
		w := &effecter{s: s, info: e.unit.info, out: eff}
		w.walk(e.decl)
		delete(eff.reads, e.key())
		reads, _ := s.closure(g, eff)
		version = g.derived(e.Text, reads)
		for name := range reads {
			g.read(x, name)
		}
	}
	g.write(x, e.key(), version, true)
}

func (s *Session) noteStatement(g *graph, x *execution, u *Unit, st ast.Stmt) {
	eff, kept := s.effectsOf(u, st)
	reads, alters := s.closure(g, eff)
	for name := range reads {
		g.read(x, name)
	}
	all := nameSet{}
	for name := range alters {
		maps.Copy(all, g.together(name))
	}
	u.changes = u.changes || len(all)+len(eff.sets) > 0
	version := g.unique(x)
	if len(all) == 0 && s.computes(u, st, reads) {
		version = g.derived(u.text(st), reads)
	}
	for name := range all {
		if !eff.sets[name] {
			g.read(x, name)
			g.write(x, name, version, false)
		}
		if !kept.empty() {
			g.held[name] = joined(g.held[name], kept)
		}
	}
	declared := map[string]*Entry{}
	for _, id := range topIdents(u.src) {
		if e := s.objs[u.info.Defs[id]]; e != nil && st.Pos() <= id.Pos() && id.Pos() < st.End() {
			declared[e.key()] = e
		}
	}
	for name := range eff.sets {
		if e := declared[name]; e != nil {
			g.write(x, varDecl+name, hash(e.Obj.Type().String()), true)
		} else {
			g.read(x, varDecl+name)
		}
		g.unalias(name)
		g.write(x, name, version+hash(name), !reads[name])
		delete(g.held, name)
		if as, ok := st.(*ast.AssignStmt); ok && as.Tok == token.ASSIGN {
			s.find(name).fixed = false
		}
		if !kept.empty() {
			g.held[name] = kept
		}
	}
	for a, b := range aliased(s, u.info, st) {
		g.alias(a, b.name, b.address)
	}
}

// varDecl begins the name under which the graph knows that a variable is
// declared, whatever its value: an assignment needs that, and nothing of the
// value. Its version is the type.
const varDecl = "var "

// computes says whether a statement only sets variables to what follows from
// what it reads.
func (s *Session) computes(u *Unit, st ast.Stmt, reads nameSet) bool {
	p := &purity{s: s, info: u.info}
	if !p.statement(st) {
		return false
	}
	return s.allPure(reads)
}

// allPure says whether the functions among names only compute.
func (s *Session) allPure(names nameSet) bool {
	for name := range names {
		e := s.find(name)
		if e == nil {
			continue
		}
		if _, isFunc := e.Obj.(*types.Func); isFunc && !s.ownPure(e) {
			return false
		}
	}
	return true
}

// effectsOf is what a statement of the cell does, and what the functions do that
// it keeps.
func (s *Session) effectsOf(u *Unit, st ast.Stmt) (now, kept *effects) {
	now, kept = newEffects(), newEffects()
	direct := st
	for {
		l, ok := direct.(*ast.LabeledStmt)
		if !ok {
			break
		}
		direct = l.Stmt
	}
	w := &effecter{s: s, info: u.info, out: now, direct: direct}
	w.walk(st)
	if x, ok := st.(*ast.ExprStmt); ok && u.result == x.X {
		w.dynamic(x.X)
	}
	k := &effecter{s: s, info: u.info, out: kept}
	ast.Inspect(st, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			k.walk(n.Body)
			return false
		case *ast.AssignStmt:
			k.functions(n.Rhs)
		case *ast.ValueSpec:
			k.functions(n.Values)
		}
		return true
	})
	return now, kept
}

// functions walks the functions and methods that are handed on by name.
func (w *effecter) functions(list []ast.Expr) {
	for _, x := range list {
		called := map[ast.Expr]bool{}
		ast.Inspect(x, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				called[ast.Unparen(n.Fun)] = true
			case *ast.Ident, *ast.SelectorExpr:
				f := n.(ast.Expr)
				if t := w.info.TypeOf(f); t != nil && !called[f] {
					if _, ok := t.Underlying().(*types.Signature); ok {
						w.walk(n)
					}
				}
				return !called[f]
			}
			return true
		})
	}
}

func joined(a, b *effects) *effects {
	if a == nil {
		return b
	}
	j := newEffects()
	for _, e := range []*effects{a, b} {
		maps.Copy(j.reads, e.reads)
		maps.Copy(j.alters, e.alters)
	}
	return j
}

// closure is what a piece of a cell reads and changes itself and through the
// functions, methods, types and function values that it uses, in their present
// form.
func (s *Session) closure(g *graph, eff *effects) (reads, alters nameSet) {
	reads, alters = nameSet{}, maps.Clone(eff.alters)
	var use func(string)
	use = func(name string) {
		if reads[name] {
			return
		}
		reads[name] = true
		for _, more := range []*effects{g.held[name], s.latentFor(name)} {
			if more == nil {
				continue
			}
			maps.Copy(alters, more.alters)
			for n := range more.reads {
				use(n)
			}
			for n := range more.alters {
				use(n)
			}
		}
	}
	for name := range eff.reads {
		use(name)
	}
	return reads, alters
}

func (s *Session) latentFor(name string) *effects {
	e := s.find(name)
	if e == nil || isVar(e.Obj) {
		return nil
	}
	if _, isConst := e.Obj.(*types.Const); isConst {
		return nil
	}
	return s.latentOf(e)
}

// find is the entry that the graph knows by a name.
func (s *Session) find(name string) *Entry {
	if t, m, ok := strings.Cut(name, "."); ok {
		if e := s.names[t]; e != nil {
			return e.methods[m]
		}
		return nil
	}
	return s.names[name]
}

// An aliasOf is the variable that another may share memory with.
type aliasOf struct {
	name    string
	address bool // the other holds its address
}

// aliased lists the variables that a statement makes stand for the memory of
// others: q := p, q := &x, row := m.rows[i].
func aliased(s *Session, info *types.Info, st ast.Stmt) map[string]aliasOf {
	pairs := map[string]aliasOf{}
	var left, right []ast.Expr
	switch st := st.(type) {
	case *ast.AssignStmt:
		if st.Tok == token.ASSIGN || st.Tok == token.DEFINE {
			left, right = st.Lhs, st.Rhs
		}
	case *ast.DeclStmt:
		for _, sp := range st.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					left = append(left, n)
				}
				right = append(right, v.Values...)
			}
		}
	}
	if len(left) != len(right) {
		return nil
	}
	w := &effecter{s: s, info: info}
	for i, r := range right {
		if t := info.TypeOf(r); t == nil || plainValue(t) {
			continue
		}
		address := false
		switch x := ast.Unparen(r).(type) {
		case *ast.UnaryExpr:
			if address = x.Op == token.AND; address {
				r = x.X
			}
		case *ast.SliceExpr:
			_, address = info.TypeOf(x.X).Underlying().(*types.Array)
		}
		a, b := rootIdent(left[i]), rootIdent(r)
		if a == nil || b == nil {
			continue
		}
		ea, eb := w.entry(a), w.entry(b)
		if ea != nil && eb != nil && isVar(ea.Obj) && isVar(eb.Obj) && ea != eb {
			pairs[ea.key()] = aliasOf{eb.key(), address}
		}
	}
	return pairs
}
