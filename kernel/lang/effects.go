package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

type nameSet map[string]bool

// effects is what running a piece of a cell does to the names of the session.
type effects struct {
	reads  nameSet      // names whose value or declaration it needs
	sets   nameSet      // variables that it gives a value, whatever they held
	alters nameSet      // variables that it changes in part, on a condition, or later
	params map[int]bool // of a function: the parameters that it changes the content of, from 1; 0 is the receiver
}

func newEffects() *effects {
	return &effects{reads: nameSet{}, sets: nameSet{}, alters: nameSet{}, params: map[int]bool{}}
}

func (e *effects) empty() bool { return len(e.reads)+len(e.alters) == 0 }

// key is the name under which the graph of cells knows an entry.
func (e *Entry) key() string {
	if e.recv != nil {
		return e.recv.Name + "." + e.Name
	}
	return e.Name
}

// An effecter finds effects in checked syntax.
type effecter struct {
	s      *Session
	info   *types.Info
	out    *effects
	params map[types.Object]int // of the function at hand, its receiver among them
	direct ast.Stmt             // the cell's own statement: what it assigns is set for sure
}

// entry is what an identifier means in the session; nil: nothing.
func (w *effecter) entry(id *ast.Ident) *Entry {
	if obj := w.info.Uses[id]; obj != nil {
		return w.s.entryFor(obj)
	}
	if obj := w.info.Defs[id]; obj != nil {
		return w.s.entryFor(obj)
	}
	return nil
}

func (s *Session) entryFor(obj types.Object) *Entry {
	switch o := obj.(type) {
	case *types.Func:
		obj = o.Origin()
	case *types.Var:
		obj = o.Origin()
	}
	return s.objs[obj]
}

func (w *effecter) walk(n ast.Node) {
	if n == nil {
		return
	}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			w.assign(n)
			return false
		case *ast.ValueSpec:
			w.spec(n)
			return false
		case *ast.Ident:
			w.read(n)
		case *ast.IncDecStmt:
			w.change(n.X, n)
		case *ast.UnaryExpr:
			if n.Op == token.AND || n.Op == token.ARROW {
				w.alter(n.X)
			}
		case *ast.SendStmt:
			w.alter(n.Chan)
			w.dynamic(n.Value)
		case *ast.RangeStmt:
			w.ranges(n)
		case *ast.SelectorExpr:
			w.selects(n)
		case *ast.CallExpr:
			w.call(n)
		case *ast.ReturnStmt:
			for _, x := range n.Results {
				w.dynamic(x)
			}
		case *ast.CompositeLit:
			for _, x := range n.Elts {
				if kv, ok := x.(*ast.KeyValueExpr); ok {
					x = kv.Value
				}
				w.dynamic(x)
			}
		}
		return true
	})
}

func (w *effecter) read(id *ast.Ident) {
	if obj := w.info.Uses[id]; obj != nil {
		if p, ok := obj.(*types.PkgName); ok {
			w.out.reads["package "+p.Name()] = true
			return
		}
		if slices.Contains(w.s.dots, obj.Pkg()) {
			w.out.reads["package ."+obj.Pkg().Name()] = true
		}
	}
	if e := w.entry(id); e != nil {
		w.out.reads[e.key()] = true
	}
	if inst, ok := w.info.Instances[id]; ok {
		for i := range inst.TypeArgs.Len() {
			w.methodsOf(inst.TypeArgs.At(i))
		}
	}
}

func (w *effecter) assign(n *ast.AssignStmt) {
	for i, r := range n.Rhs {
		if w.keeps(r, n) {
			continue
		}
		w.walk(w.pointee(r, n))
		if len(n.Lhs) == len(n.Rhs) && interfaceType(w.info.TypeOf(n.Lhs[i])) {
			w.dynamic(r)
		}
	}
	for _, l := range n.Lhs {
		id, ok := ast.Unparen(l).(*ast.Ident)
		switch {
		case !ok:
			w.walk(l)
			w.alter(l)
		case n.Tok == token.ASSIGN || n.Tok == token.DEFINE:
			w.set(id, n)
		default:
			w.read(id)
			w.change(id, n)
		}
	}
}

// keeps says whether x is a function literal that a statement of the cell only
// keeps: what it does happens when it is called.
func (w *effecter) keeps(x ast.Expr, n ast.Node) bool {
	_, ok := ast.Unparen(x).(*ast.FuncLit)
	return ok && w.isDirect(n)
}

// pointee is x of the &x that a statement of the cell keeps in a variable, which
// is an alias from then on; else the expression itself.
func (w *effecter) pointee(x ast.Expr, n ast.Node) ast.Expr {
	u, ok := ast.Unparen(x).(*ast.UnaryExpr)
	if ok && u.Op == token.AND && w.isDirect(n) {
		if id := rootIdent(u.X); id != nil && w.entry(id) != nil {
			return u.X
		}
	}
	return x
}

// isDirect says whether n is what the cell itself does, once and for sure.
func (w *effecter) isDirect(n ast.Node) bool {
	if n == nil || w.direct == nil {
		return false
	}
	if d, ok := w.direct.(*ast.DeclStmt); ok {
		sp, ok := n.(ast.Spec)
		return ok && slices.Contains(d.Decl.(*ast.GenDecl).Specs, sp)
	}
	return n == ast.Node(w.direct)
}

func (w *effecter) spec(n *ast.ValueSpec) {
	w.walk(n.Type)
	for _, v := range n.Values {
		if w.keeps(v, n) {
			continue
		}
		w.walk(w.pointee(v, n))
		if n.Type != nil && interfaceType(w.info.TypeOf(n.Type)) {
			w.dynamic(v)
		}
	}
	for _, id := range n.Names {
		w.set(id, n)
	}
}

// set notes an assignment to a whole variable.
func (w *effecter) set(id *ast.Ident, by ast.Node) {
	e := w.entry(id)
	if e == nil || !isVar(e.Obj) {
		return
	}
	if w.isDirect(by) {
		w.out.sets[e.key()] = true
		return
	}
	w.out.alters[e.key()] = true
}

// change notes an assignment that begins with what was there.
func (w *effecter) change(x ast.Expr, by ast.Node) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		w.set(id, by)
		return
	}
	w.alter(x)
}

// alter notes that the variable which x is a part of changes.
func (w *effecter) alter(x ast.Expr) {
	id := rootIdent(x)
	if id == nil {
		return
	}
	if e := w.entry(id); e != nil && isVar(e.Obj) {
		w.out.alters[e.key()] = true
		return
	}
	if obj := w.info.Uses[id]; obj != nil {
		if i, ok := w.params[obj]; ok && !plainValue(obj.Type()) {
			w.out.params[i] = true
		}
	}
}

func (w *effecter) ranges(n *ast.RangeStmt) {
	if n.Tok == token.ASSIGN {
		for _, x := range []ast.Expr{n.Key, n.Value} {
			if x != nil {
				w.change(x, nil)
			}
		}
	}
	if t := w.info.TypeOf(n.X); t != nil {
		if _, ok := t.Underlying().(*types.Chan); ok {
			w.alter(n.X)
		}
	}
}

// selects notes what x.M reads, and that it changes x where it may.
func (w *effecter) selects(n *ast.SelectorExpr) {
	sel := w.info.Selections[n]
	if sel == nil || sel.Kind() == types.FieldVal {
		return
	}
	f := sel.Obj().(*types.Func).Origin()
	if e := w.s.objs[f]; e != nil {
		w.out.reads[e.key()] = true
		if sel.Kind() == types.MethodVal && w.s.latentOf(e).params[0] {
			w.alter(n.X)
		}
		return
	}
	if interfaceType(sel.Recv()) {
		return
	}
	if _, pointer := f.Signature().Recv().Type().(*types.Pointer); pointer && !onlyReads(f) {
		w.alter(n.X)
	}
}

// call notes which arguments a call changes, and the methods of those that it
// takes as an interface.
func (w *effecter) call(n *ast.CallExpr) {
	tv := w.info.Types[n.Fun]
	if tv.IsType() {
		if len(n.Args) == 1 && interfaceType(tv.Type) {
			w.dynamic(n.Args[0])
		}
		return
	}
	callee := calleeOf(w.info, n)
	if tv.IsBuiltin() {
		if b, ok := callee.(*types.Builtin); ok && changingBuiltins[b.Name()] && len(n.Args) > 0 {
			w.alter(n.Args[0])
		}
		return
	}
	if f, ok := callee.(*types.Func); ok {
		w.arguments(n, f)
	}
	sig, ok := tv.Type.Underlying().(*types.Signature)
	if !ok {
		return
	}
	for i, x := range n.Args {
		if p := parameter(sig, i, n.Ellipsis.IsValid()); p != nil && interfaceType(p) {
			w.dynamic(x)
		}
	}
}

func (w *effecter) arguments(n *ast.CallExpr, f *types.Func) {
	e := w.s.objs[f.Origin()]
	if e == nil {
		if changes, ok := changingFuncs[f.Origin().FullName()]; ok && changes < len(n.Args) {
			w.alterIn(n.Args[changes])
		}
		return
	}
	latent := w.s.latentOf(e)
	for i, x := range n.Args {
		last := f.Signature().Params().Len() - 1
		if latent.params[1+min(i, max(last, 0))] {
			w.alter(x)
		}
	}
}

// alterIn is alter for what stands in conversions and calls, as the slice in
// sort.Sort(sort.Reverse(byAge(people))).
func (w *effecter) alterIn(x ast.Expr) {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		w.alter(x)
		return
	}
	for _, a := range call.Args {
		w.alterIn(a)
	}
}

// dynamic notes that methods of x's type may be called that no selector names.
func (w *effecter) dynamic(x ast.Expr) {
	if t := w.info.TypeOf(x); t != nil && !interfaceType(t) {
		w.methodsOf(t)
	}
}

func (w *effecter) methodsOf(t types.Type) {
	walkNamed(t, func(n *types.TypeName) {
		if e := w.s.objs[n]; e != nil {
			w.out.reads[e.key()] = true
			for _, m := range e.methods {
				w.out.reads[m.key()] = true
			}
		}
	})
}
