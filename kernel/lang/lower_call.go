package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

func (e *emitter) call(x *ast.CallExpr) string {
	fun := ast.Unparen(x.Fun)
	if e.isType(fun) {
		return e.conversion(x)
	}
	if b := e.builtinName(fun); b != "" {
		return e.builtin(x, b)
	}
	if k, ok := magicIndex(fun); ok {
		return e.magicCall(x, k)
	}
	if _, begun := e.tuples[x]; !begun && len(x.Args) == 1 {
		if tu, ok := e.typeOf(x.Args[0]).(*types.Tuple); ok {
			return e.tupleCall(x, tu)
		}
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s, ok := e.info.Selections[sel]; ok && s.Kind() == types.MethodVal {
			return e.methodCall(x, sel)
		}
	}
	return e.calleeText(fun) + "(" + e.args(x) + ")"
}

// calleeText is the function of a call.
func (e *emitter) calleeText(fun ast.Expr) string {
	outer, lit := e.called, e.direct
	e.called = genericIdent(fun)
	e.direct, _ = fun.(*ast.FuncLit)
	defer func() { e.called, e.direct = outer, lit }()
	return e.operand(fun)
}

func (e *emitter) args(x *ast.CallExpr) string {
	if text, ok := e.tuples[x]; ok {
		return text
	}
	sig, _ := e.typeOf(x.Fun).(*types.Signature)
	var as []string
	for i, a := range x.Args {
		v := e.as(a, e.expr(a), paramOf(sig, i, x.Ellipsis.IsValid()))
		if v == "nil" && x.Ellipsis.IsValid() && i == len(x.Args)-1 {
			v = e.nilSpread(x, sig)
		}
		as = append(as, v)
	}
	if sig != nil && sig.Variadic() && !x.Ellipsis.IsValid() && len(as) == sig.Params().Len() {
		last := len(as) - 1
		if e.spreads(x.Args[last], sig) {
			as[last] = e.typ(sig.Params().At(last).Type()) + "{" + as[last] + "}..."
		}
	}
	if sig != nil && sig.Variadic() && len(x.Args) == sig.Params().Len()-1 {
		as = append(as, e.nothing(sig)) // the interpreter would make it empty, not nil
	}
	s := strings.Join(as, ", ")
	if x.Ellipsis.IsValid() {
		s += "..."
	}
	return s
}

// spreads says whether the interpreter would take a lone variadic argument for
// the slice itself.
func (e *emitter) spreads(a ast.Expr, sig *types.Signature) bool {
	_, isSlice := core(e.typeOf(a)).(*types.Slice)
	return isSlice
}

// tupleCall is f(g()) where g gives several values: they go through variables.
func (e *emitter) tupleCall(x *ast.CallExpr, tu *types.Tuple) string {
	sig, _ := e.typeOf(x.Fun).(*types.Signature)
	var names, args []string
	for i := range tu.Len() {
		n := e.local("v")
		v := n
		if to := paramOf(sig, i, false); to != nil {
			v = e.asType(n, tu.At(i).Type(), to)
		}
		names, args = append(names, n), append(args, v)
	}
	if sig != nil && sig.Variadic() && tu.Len() == sig.Params().Len()-1 {
		args = append(args, e.nothing(sig))
	}
	e.tuples[x] = strings.Join(args, ", ")
	call := e.call(x)
	delete(e.tuples, x)
	rs, ret := "", ""
	switch t := e.typeOf(x).(type) {
	case *types.Tuple:
		if rs = e.results(t); t.Len() > 0 {
			ret = "return "
		}
	default:
		rs, ret = " "+e.typ(t), "return "
	}
	return "func()" + rs + " { " + strings.Join(names, ", ") + " := " + e.expr(x.Args[0]) + "; " + ret + call + " }()"
}

// methodCall is x.M(args).
func (e *emitter) methodCall(x *ast.CallExpr, sel *ast.SelectorExpr) string {
	base, t, m := e.receiver(sel)
	if shim, ok := methodShims[m.Origin().FullName()]; ok {
		if _, isPtr := types.Unalias(t).Underlying().(*types.Pointer); !isPtr {
			base = "&" + base
		}
		args := e.args(x)
		if args != "" {
			args = ", " + args
		}
		return "rtǃ." + shim + "(" + base + args + ")"
	}
	if call, ok := e.staticCall(base, t, m); ok {
		return joinCall(call, e.args(x))
	}
	if call, ok := e.dynamicCall(base, t, m); ok {
		return joinCall(call, e.args(x))
	}
	return base + "." + m.Name() + "(" + e.args(x) + ")"
}

// staticCall begins the call of a method that a cell, or source, declares for a
// type that is known: with the function that the method is.
func (e *emitter) staticCall(base string, t types.Type, m *types.Func) (string, bool) {
	recv := types.Unalias(m.Signature().Recv().Type())
	_, wantPtr := recv.(*types.Pointer)
	typ := types.Unalias(t)
	ptr, havePtr := typ.(*types.Pointer)
	if havePtr {
		typ = types.Unalias(ptr.Elem())
	}
	named, ok := typ.(*types.Named)
	if !ok || types.IsInterface(named) || !e.fromSource(named) {
		return "", false
	}
	switch {
	case wantPtr && !havePtr:
		base = "&" + base
	case !wantPtr && havePtr:
		base = "*" + base
	}
	return methodFunc(e.ident(e.s.Canonical(named)), m.Name()) + "(" + base, true
}

// fromSource says whether the lowered program declares a named type.
func (e *emitter) fromSource(t *types.Named) bool {
	obj := t.Origin().Obj()
	if obj.Pkg() == nil {
		return false
	}
	return obj.Pkg().Path() == "main" || t.TypeArgs().Len() > 0 && !IsNative(obj.Pkg().Path()) || e.std && !obj.Exported()
}

func magicIndex(fun ast.Expr) (string, bool) {
	id, ok := fun.(*ast.Ident)
	if !ok {
		return "", false
	}
	return strings.CutPrefix(id.Name, "magicǃ")
}

// magicCall hands a magic line to the host, by its index in Unit.Magics.
func (e *emitter) magicCall(x *ast.CallExpr, k string) string {
	s := "rtǃ.Magic(" + k + ")"
	if t := e.typeOf(x); t != nil {
		if tu, ok := t.(*types.Tuple); !ok || tu.Len() > 0 {
			s += ".(" + e.typ(t) + ")"
		}
	}
	return s
}

func (e *emitter) builtinName(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		if b, ok := e.info.Uses[f].(*types.Builtin); ok {
			return b.Name()
		}
	case *ast.SelectorExpr:
		if b, ok := e.info.Uses[f.Sel].(*types.Builtin); ok {
			return "unsafe." + b.Name()
		}
	}
	return ""
}

var printers = map[string]string{"print": "Print", "println": "Println"}

func (e *emitter) builtin(x *ast.CallExpr, name string) string {
	switch name {
	case "make":
		return e.builtinMake(x)
	case "new":
		return e.builtinNew(x)
	case "min", "max":
		return e.minMax(x, name)
	case "clear":
		return "rtǃ.Clear(" + e.expr(x.Args[0]) + ")"
	case "recover":
		return e.recoverCall()
	case "print", "println":
		return "rtǃ." + printers[name] + "(" + e.printed(x.Args) + ")"
	case "len", "cap":
		if a, ok := arrayOf(e.typeOf(x.Args[0])); ok {
			return fmt.Sprintf("func(%s) int { return %d }(%s)", e.typ(e.typeOf(x.Args[0])), a.Len(), e.expr(x.Args[0]))
		}
	case "append":
		return e.builtinAppend(x)
	case "panic":
		return "rtǃ.Panic(" + e.as(x.Args[0], e.expr(x.Args[0]), anyType) + ")"
	}
	if strings.HasPrefix(name, "unsafe.") {
		return e.unsafeCall(x, strings.TrimPrefix(name, "unsafe."))
	}
	return name + "(" + e.args(x) + ")"
}

func (e *emitter) builtinNew(x *ast.CallExpr) string {
	if e.isType(x.Args[0]) {
		return "new(" + e.typ(e.typeOf(x.Args[0])) + ")"
	}
	t := e.typ(types.Default(e.typeOf(x.Args[0])))
	return fmt.Sprintf("func(vǃ %s) *%s { return &vǃ }(%s)", t, t, e.expr(x.Args[0]))
}

func (e *emitter) builtinAppend(x *ast.CallExpr) string {
	if len(x.Args) == 1 {
		return e.expr(x.Args[0])
	}
	return "append(" + e.args(x) + ")"
}

// minMax calls a helper for two values, once for each further argument.
func (e *emitter) minMax(x *ast.CallExpr, name string) string {
	t := e.typeOf(x)
	h := e.minMaxHelper(name, t)
	s := e.expr(x.Args[0])
	for _, a := range x.Args[1:] {
		s = h + "(" + s + ", " + e.expr(a) + ")"
	}
	return s
}

func (e *emitter) minMaxHelper(name string, t types.Type) string {
	typ := e.typ(t)
	return e.helper(name+" "+typ, name, func(h string) string {
		if b, ok := core(t).(*types.Basic); ok && b.Info()&types.IsFloat != 0 {
			return fmt.Sprintf("func %s(a, b %s) %s { return %s(rtǃ.%s(float64(a), float64(b))) }", h, typ, typ, typ, map[string]string{"min": "Min", "max": "Max"}[name])
		}
		op := map[string]string{"min": "<", "max": ">"}[name]
		return fmt.Sprintf("func %s(a, b %s) %s {\nif b %s a { return b }\nreturn a\n}", h, typ, typ, op)
	})
}

// helper is a function that the lowered programs of the session share: written
// once, under a key.
func (e *emitter) helper(key, base string, text func(name string) string) string {
	if n, ok := e.known(key); ok {
		return n
	}
	n := e.fresh(base)
	e.u.emitted.names[key] = n
	e.decl(text(n))
	return n
}

// known finds what a key was lowered to, in this program or an earlier one.
func (e *emitter) known(key string) (string, bool) {
	if n, ok := e.u.emitted.names[key]; ok {
		return n, true
	}
	n, ok := e.s.emitted.names[key]
	return n, ok
}

// funcLit lowers a function literal.
func (e *emitter) funcLit(x *ast.FuncLit) string {
	sig := e.typeOf(x).(*types.Signature)
	name := ""
	if e.fn != nil {
		name = e.prog.Funcs[e.fn.index].Name
	}
	if name == "" {
		name = "func"
	} else if !strings.HasSuffix(name, ".func") {
		name += ".func"
	}
	f := e.enter(name, e.cellAt(x.Pos()), sig.Results(), namedResults(x.Type))
	e.frame(x.Body)
	head, _ := e.params(x.Type, sig)
	body := e.entryOf(x.Body) + e.resultDecls(x.Type, sig) + e.framed(e.stmts(x.Body.List))
	e.leave(f)
	text := "func" + head + " {\n" + body + "}"
	if e.direct == x || !e.inLoop() {
		return text
	}
	// After each call of a function literal the interpreter puts back what stood
	// where the literal was evaluated, which by now may be the next round's. So it
	// is evaluated in a frame of its own.
	return "func() func" + e.signature(sig) + " { return " + text + " }()"
}

// inLoop says whether what is being lowered may be evaluated again in the same
// frame.
func (e *emitter) inLoop() bool {
	for _, c := range e.fn.ctx {
		if c.loop {
			return true
		}
	}
	return e.fn.jumps
}

func (e *emitter) cellAt(pos token.Pos) Cell {
	if e.std {
		return Cell{}
	}
	c, _, _ := e.s.Position(pos)
	return c
}

func namedResults(t *ast.FuncType) bool {
	return t.Results != nil && len(t.Results.List) > 0 && len(t.Results.List[0].Names) > 0
}
