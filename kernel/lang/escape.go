package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// escapes lists the session's variables that may change, from this cell on,
// without a statement that says so: those whose address is taken, that a
// function changes, or that share memory with something which is not known.
// s.mu is held.
func (s *Session) escapes(u *Unit) nameSet {
	out := nameSet{}
	for _, f := range []*ast.File{u.src.decls, u.src.stmts} {
		if f == nil {
			continue
		}
		x := &escaper{s: s, info: u.info, out: out, w: &effecter{s: s, info: u.info, out: newEffects()}}
		for _, d := range f.Decls {
			if fd, ok := d.(*ast.FuncDecl); ok && f == u.src.decls && fd.Body != nil {
				x.w.walk(fd.Body)
			}
		}
		x.walk(f)
		for name := range x.w.out.alters {
			out[name] = true
		}
	}
	return out
}

// An escaper looks at every use of a variable with what stands around it.
type escaper struct {
	s     *Session
	info  *types.Info
	out   nameSet
	w     *effecter // of the functions
	stack []ast.Node
}

func (x *escaper) walk(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			x.stack = x.stack[:len(x.stack)-1]
			return true
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			x.w.walk(n.Body)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				x.root(n.X)
			}
		case *ast.SliceExpr:
			if t := x.info.TypeOf(n.X); t != nil {
				if _, array := t.Underlying().(*types.Array); array {
					x.root(n.X)
				}
			}
		case *ast.SelectorExpr:
			x.method(n)
		case *ast.Ident:
			x.use(n)
		}
		x.stack = append(x.stack, n)
		return true
	})
}

// root lets the variable escape that an expression is a part of.
func (x *escaper) root(e ast.Expr) {
	if id := rootIdent(e); id != nil {
		if v := x.w.entry(id); v != nil && isVar(v.Obj) {
			x.out[v.key()] = true
		}
	}
}

// method lets x of x.M escape where the method takes its address.
func (x *escaper) method(n *ast.SelectorExpr) {
	sel := x.info.Selections[n]
	if sel == nil || sel.Kind() == types.FieldVal {
		return
	}
	f := sel.Obj().(*types.Func).Origin()
	if _, pointer := f.Signature().Recv().Type().(*types.Pointer); pointer && !pureMethod(f) {
		x.root(n.X)
	}
}

func pureMethod(f *types.Func) bool {
	n := receiverName(f)
	return n != nil && n.Pkg() != nil && pureTypes[n.Pkg().Path()+"."+n.Name()]
}

// use lets a variable that holds references escape, unless it is only looked at.
func (x *escaper) use(id *ast.Ident) {
	v := x.w.entry(id)
	if v == nil || !isVar(v.Obj) || v.fixed || x.info.Defs[id] != nil || plainValue(v.Obj.Type()) {
		return
	}
	if _, isFunc := v.Obj.Type().Underlying().(*types.Signature); isFunc || len(x.stack) == 0 {
		return
	}
	if !x.looks(id) {
		x.out[v.key()] = true
	}
}

// looks says whether what stands around a use of a variable only looks at it.
func (x *escaper) looks(id *ast.Ident) bool {
	switch p := x.stack[len(x.stack)-1].(type) {
	case *ast.IndexExpr:
		return p.X == ast.Expr(id) && plainValue(x.info.TypeOf(p))
	case *ast.SelectorExpr:
		sel := x.info.Selections[p]
		if sel == nil {
			return false
		}
		if sel.Kind() == types.FieldVal {
			return plainValue(sel.Type())
		}
		f := sel.Obj().(*types.Func)
		return pureMethod(f) || f.Name() == "Error"
	case *ast.StarExpr:
		return plainValue(x.info.TypeOf(p))
	case *ast.CallExpr:
		return x.argument(p, id)
	case *ast.RangeStmt:
		return p.X == ast.Expr(id) && (p.Value == nil || plainValue(x.info.TypeOf(p.Value))) && (p.Key == nil || plainValue(x.info.TypeOf(p.Key)))
	case *ast.BinaryExpr, *ast.ExprStmt:
		return true
	case *ast.AssignStmt:
		for _, l := range p.Lhs {
			if l == ast.Expr(id) {
				return true
			}
		}
	}
	return false
}

func (x *escaper) argument(call *ast.CallExpr, id *ast.Ident) bool {
	switch f := calleeOf(x.info, call).(type) {
	case *types.Builtin:
		switch f.Name() {
		case "len", "cap", "print", "println", "panic", "delete", "clear":
			return true
		case "append":
			return len(x.stack) > 1 && appendsToItself(x.stack[len(x.stack)-2]) && call.Args[0] == ast.Expr(id)
		}
	case *types.Func:
		if e := x.s.objs[f.Origin()]; e != nil {
			return x.keepsNothing(e, f.Signature())
		}
		name := f.Origin().FullName()
		return pureFuncs[name] && name != "fmt.Errorf" || lookingFuncs[name]
	}
	return false
}

// keepsNothing says whether calling a function of the session leaves nobody with
// a reference to an argument. It is asked for a cell's own statement: what a
// function calls may be declared again later.
func (x *escaper) keepsNothing(e *Entry, sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if !plainValue(v.Type()) {
			return false
		}
	}
	for _, n := range x.stack {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.FuncDecl:
			if n.Name.Name != cellFunc {
				return false
			}
		}
	}
	use := newEffects()
	use.reads[e.key()] = true
	reads, alters := x.s.closure(x.s.graph, use)
	return len(alters) == 0 && x.s.allPure(reads)
}

// appendsToItself recognises v = append(v, ...).
func appendsToItself(n ast.Node) bool {
	st, ok := n.(*ast.AssignStmt)
	if !ok || st.Tok != token.ASSIGN || len(st.Lhs) != 1 || len(st.Rhs) != 1 {
		return false
	}
	call, ok := st.Rhs[0].(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	f, ok1 := call.Fun.(*ast.Ident)
	l, ok2 := st.Lhs[0].(*ast.Ident)
	a, ok3 := call.Args[0].(*ast.Ident)
	return ok1 && ok2 && ok3 && f.Name == "append" && l.Name == a.Name
}
