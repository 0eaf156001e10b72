package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A purity finds out whether syntax only computes: its value follows from what
// it reads, it changes nothing that outlives it, and it waits for nothing.
// Calls of the session's functions are taken to be pure: who asks looks at the
// functions too.
type purity struct {
	s     *Session
	info  *types.Info
	fresh map[types.Object]bool // in a function: locals that share nothing
	body  *ast.BlockStmt        // of the function; nil in a cell's statement
}

// ownPure says whether the body of a function or method is pure.
func (s *Session) ownPure(e *Entry) bool {
	if e.pure != 0 {
		return e.pure > 0
	}
	e.pure = -1
	d, ok := e.decl.(*ast.FuncDecl)
	if !ok || d.Body == nil || e.unit == nil {
		return false
	}
	p := &purity{s: s, info: e.unit.info, body: d.Body}
	p.findFresh(d.Body)
	if p.block(d.Body) {
		e.pure = 1
	}
	return e.pure > 0
}

// statement says whether a statement of a cell only sets whole variables to
// what pure expressions give.
func (p *purity) statement(st ast.Stmt) bool {
	switch st := st.(type) {
	case *ast.AssignStmt:
		for _, l := range st.Lhs {
			if _, ok := ast.Unparen(l).(*ast.Ident); !ok {
				return false
			}
		}
		if appendsToItself(st) {
			return p.exprs(st.Rhs[0].(*ast.CallExpr).Args)
		}
		return p.exprs(st.Rhs)
	case *ast.IncDecStmt:
		_, ok := ast.Unparen(st.X).(*ast.Ident)
		return ok
	case *ast.DeclStmt:
		for _, sp := range st.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); !ok || !p.exprs(v.Values) {
				return false
			}
		}
		return true
	}
	return false
}

func (p *purity) exprs(list []ast.Expr) bool {
	for _, x := range list {
		if !p.expr(x) {
			return false
		}
	}
	return true
}

func (p *purity) expr(x ast.Expr) bool {
	if x == nil || p.info.Types[x].Value != nil || p.info.Types[x].IsType() {
		return true
	}
	switch x := x.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.FuncLit:
		return p.body == nil // making one is; it is called by others
	case *ast.CompositeLit:
		for _, el := range x.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				if _, field := kv.Key.(*ast.Ident); !field && !p.expr(kv.Key) {
					return false
				}
				el = kv.Value
			}
			if !p.expr(el) {
				return false
			}
		}
		return true
	case *ast.ParenExpr:
		return p.expr(x.X)
	case *ast.UnaryExpr:
		_, lit := ast.Unparen(x.X).(*ast.CompositeLit)
		return x.Op != token.ARROW && (x.Op != token.AND || lit) && p.expr(x.X)
	case *ast.BinaryExpr:
		return p.expr(x.X) && p.expr(x.Y)
	case *ast.StarExpr:
		return p.expr(x.X)
	case *ast.IndexExpr:
		return p.expr(x.X) && p.expr(x.Index)
	case *ast.SliceExpr:
		return p.expr(x.X) && p.expr(x.Low) && p.expr(x.High) && p.expr(x.Max)
	case *ast.SelectorExpr:
		sel := p.info.Selections[x]
		return sel != nil && sel.Kind() == types.FieldVal && p.expr(x.X)
	case *ast.CallExpr:
		return p.call(x)
	}
	return false
}

func (p *purity) call(x *ast.CallExpr) bool {
	tv := p.info.Types[x.Fun]
	if !p.exprs(x.Args) {
		return false
	}
	callee := calleeOf(p.info, x)
	switch f := callee.(type) {
	case *types.Builtin:
		return p.builtin(f.Name(), x)
	case *types.Func:
		if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok && p.info.Selections[sel] != nil {
			return p.method(f, sel)
		}
		if e := p.s.objs[f.Origin()]; e != nil {
			return e.native == nil // what compiled code does is not seen
		}
		name := f.Origin().FullName()
		return pureFuncs[name] && (f.Pkg().Path() != "fmt" || p.printable(x.Args))
	}
	return tv.IsType()
}

// printable says whether the text of values has no addresses in it.
func (p *purity) printable(args []ast.Expr) bool {
	for _, x := range args {
		if !printable(p.info.TypeOf(x), 4) {
			return false
		}
	}
	return true
}

func printable(t types.Type, depth int) bool {
	if t == nil || depth == 0 {
		return false
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Slice:
		return printable(u.Elem(), depth-1)
	case *types.Array:
		return printable(u.Elem(), depth-1)
	case *types.Map:
		return printable(u.Key(), depth-1) && printable(u.Elem(), depth-1)
	case *types.Struct:
		for f := range u.Fields() {
			if !printable(f.Type(), depth-1) {
				return false
			}
		}
		return true
	case *types.Interface:
		return types.Identical(t, types.Universe.Lookup("error").Type())
	}
	return false
}

func (p *purity) builtin(name string, x *ast.CallExpr) bool {
	switch name {
	case "len", "cap", "make", "new", "min", "max", "complex", "real", "imag", "panic":
		return true
	case "append", "copy", "delete", "clear":
		return p.own(x.Args[0])
	}
	return false
}

// own says whether x is made here, so that changing what it holds is nobody
// else's concern.
func (p *purity) own(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj := p.info.Uses[x]
		return p.fresh[obj] || p.info.Types[x].IsNil()
	case *ast.CompositeLit:
		return true
	case *ast.UnaryExpr:
		return x.Op == token.AND && p.own(x.X)
	case *ast.CallExpr:
		switch f := calleeOf(p.info, x).(type) {
		case *types.Builtin:
			return f.Name() == "make" || f.Name() == "new" || f.Name() == "append" && p.own(x.Args[0])
		case nil:
			return p.info.Types[x.Fun].IsType() && (len(x.Args) == 0 || p.own(x.Args[0]) || plainValue(p.info.TypeOf(x.Args[0])))
		}
	}
	return false
}

func (p *purity) method(f *types.Func, sel *ast.SelectorExpr) bool {
	if !p.expr(sel.X) || interfaceType(p.info.Selections[sel].Recv()) {
		return false
	}
	if p.s.objs[f.Origin()] != nil {
		return true
	}
	n := receiverName(f.Origin())
	if n == nil || n.Pkg() == nil {
		return false
	}
	t := n.Pkg().Path() + "." + n.Name()
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	return pureTypes[t] || ok && localTypes[t] && p.local(id)
}

// local says whether id is a variable of the function that is no parameter.
func (p *purity) local(id *ast.Ident) bool {
	obj := p.info.Uses[id]
	return p.body != nil && obj != nil && isVar(obj) && p.body.Pos() <= obj.Pos() && obj.Pos() < p.body.End() && p.s.objs[obj] == nil
}

// block says whether statements of a function are pure.
func (p *purity) block(b *ast.BlockStmt) bool {
	pure := true
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.FuncLit:
			pure = false
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				pure = pure && (n.Tok == token.DEFINE || p.target(l))
			}
		case *ast.IncDecStmt:
			pure = pure && p.target(n.X)
		case *ast.RangeStmt:
			switch p.info.TypeOf(n.X).Underlying().(type) {
			case *types.Chan, *types.Signature:
				pure = false
			case *types.Map:
				pure = false // its order is another every time
			}
			if n.Tok == token.ASSIGN {
				pure = pure && p.target(n.Key) && (n.Value == nil || p.target(n.Value))
			}
		case *ast.TypeSwitchStmt:
			pure = false
		case ast.Expr:
			if _, bare := n.(*ast.SelectorExpr); bare && p.info.Types[n].IsType() {
				return false
			}
			pure = pure && (p.expr(n) || p.info.Types[n].Type == nil)
			return false // expr has looked inside
		}
		return pure
	})
	return pure
}

// target says whether assigning to x changes nothing outside the function.
func (p *purity) target(x ast.Expr) bool {
	x = ast.Unparen(x)
	if id, ok := x.(*ast.Ident); ok {
		obj := p.info.Uses[id]
		return id.Name == "_" || obj == nil || p.s.objs[obj] == nil && obj.Parent() != p.s.main.Scope()
	}
	for {
		var inner ast.Expr
		switch y := x.(type) {
		case *ast.IndexExpr:
			inner = y.X
		case *ast.SelectorExpr:
			inner = y.X
		case *ast.StarExpr:
			inner = y.X
		default:
			return false
		}
		inner = ast.Unparen(inner)
		if id, ok := inner.(*ast.Ident); ok {
			obj := p.info.Uses[id]
			return obj != nil && (p.fresh[obj] || p.local(id) && plainValue(obj.Type()))
		}
		if !plainValue(p.info.TypeOf(inner)) {
			return false
		}
		x = inner
	}
}

// findFresh finds the locals that only ever hold what the function made.
func (p *purity) findFresh(b *ast.BlockStmt) {
	p.fresh = map[types.Object]bool{}
	mixed := map[types.Object]bool{}
	note := func(id *ast.Ident, x ast.Expr) {
		obj := p.info.Defs[id]
		if obj == nil {
			obj = p.info.Uses[id]
		}
		if obj == nil || !isVar(obj) || p.s.objs[obj] != nil || obj.Pos() < b.Pos() || b.End() <= obj.Pos() {
			return
		}
		if self := appendTo(p.info, x); self != obj && x != nil && !p.own(x) {
			mixed[obj] = true
		}
		p.fresh[obj] = true
	}
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if id, ok := ast.Unparen(l).(*ast.Ident); ok {
					note(id, n.Rhs[min(i, len(n.Rhs)-1)])
					if len(n.Lhs) != len(n.Rhs) {
						mixed[p.info.Defs[id]], mixed[p.info.Uses[id]] = true, true
					}
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if i < len(n.Values) {
					note(id, n.Values[i])
				} else if len(n.Values) == 0 {
					note(id, nil)
				}
			}
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					mixed[p.info.Defs[id]], mixed[p.info.Uses[id]] = true, true
				}
			}
		}
		return true
	})
	for obj := range mixed {
		delete(p.fresh, obj)
	}
}

// appendTo is the variable v of append(v, ...).
func appendTo(info *types.Info, x ast.Expr) types.Object {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	if b, ok := calleeOf(info, call).(*types.Builtin); !ok || b.Name() != "append" {
		return nil
	}
	if id, ok := ast.Unparen(call.Args[0]).(*ast.Ident); ok {
		return info.Uses[id]
	}
	return nil
}
