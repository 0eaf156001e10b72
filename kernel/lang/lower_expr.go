package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// typeOf is the type of an expression where it stands.
func (e *emitter) typeOf(x ast.Expr) types.Type {
	if id, ok := x.(*ast.Ident); ok {
		if obj := e.info.ObjectOf(id); obj != nil {
			if _, isVar := obj.(*types.Var); isVar {
				return e.subst(obj.Type())
			}
		}
	}
	return e.subst(e.info.TypeOf(x))
}

// expr lowers an expression.
func (e *emitter) expr(x ast.Expr) string {
	if tv, ok := e.info.Types[x]; ok && tv.Value != nil {
		return e.constant(x, tv.Value, e.subst(tv.Type))
	}
	switch x := x.(type) {
	case *ast.Ident:
		return e.ident(x)
	case *ast.ParenExpr:
		return "(" + e.expr(x.X) + ")"
	case *ast.SelectorExpr:
		return e.selector(x)
	case *ast.CallExpr:
		return e.call(x)
	case *ast.CompositeLit:
		return e.composite(x, e.typeOf(x))
	case *ast.FuncLit:
		return e.funcLit(x)
	case *ast.UnaryExpr:
		return e.unary(x)
	case *ast.BinaryExpr:
		return e.binary(x)
	case *ast.IndexExpr:
		return e.index(x, x.X, x.Index)
	case *ast.IndexListExpr:
		return e.index(x, x.X, nil)
	case *ast.SliceExpr:
		return e.slice(x)
	case *ast.StarExpr:
		if e.isType(x) {
			return e.typ(e.typeOf(x))
		}
		return "*" + e.operand(x.X)
	case *ast.TypeAssertExpr:
		return e.assertion(x, false)
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.StructType, *ast.InterfaceType:
		return e.typ(e.typeOf(x))
	}
	e.refuse(x.Pos(), "this expression (%T)", x)
	return ""
}

// operand lowers an expression that something binds tightly to.
func (e *emitter) operand(x ast.Expr) string {
	s := e.expr(x)
	switch ast.Unparen(x).(type) {
	case *ast.BinaryExpr, *ast.UnaryExpr, *ast.StarExpr, *ast.FuncLit:
		return "(" + s + ")"
	}
	return s
}

func (e *emitter) isType(x ast.Expr) bool {
	tv, ok := e.info.Types[x]
	return ok && tv.IsType()
}

func (e *emitter) ident(x *ast.Ident) string {
	if x.Name == "_" {
		return "_"
	}
	obj := e.info.ObjectOf(x)
	switch obj := obj.(type) {
	case *types.Nil:
		return "nil"
	case *types.TypeName:
		return e.typ(obj.Type())
	case *types.Func:
		return e.funcRef(x, obj)
	case *types.Var:
		return e.variable(obj)
	case nil:
		return x.Name
	}
	return x.Name
}

// variable is a variable's name in the lowered program.
func (e *emitter) variable(obj *types.Var) string {
	if en := e.u.entryOf(obj); en != nil && en.Emit != "" {
		return en.Emit
	}
	if obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() && obj.Pkg().Path() != "main" {
		return e.foreign(obj, obj.Pos())
	}
	return e.localName(obj.Name())
}

// localName keeps local variables apart from the types that programs name.
func (e *emitter) localName(name string) string {
	if name == "_" || name == "" {
		return "_"
	}
	if _, taken := e.s.typeNames.Load(name); taken || types.Universe.Lookup(name) != nil {
		return name + "ǃv"
	}
	return name
}

// funcRef names a function: with its type arguments when it has any.
func (e *emitter) funcRef(id *ast.Ident, obj *types.Func) string {
	if obj.Signature().TypeParams().Len() > 0 {
		inst, ok := e.info.Instances[id]
		if !ok {
			e.refuse(id.Pos(), "generic function %s without its type arguments", obj.Name())
		}
		args := make([]types.Type, inst.TypeArgs.Len())
		for i := range args {
			args[i] = e.subst(inst.TypeArgs.At(i))
		}
		return e.instance(obj, args, id.Pos())
	}
	if en := e.u.entryOf(obj); en != nil && en.Emit != "" {
		return en.Emit
	}
	return e.foreign(obj, id.Pos())
}

// foreign names a package-level object of a compiled package.
func (e *emitter) foreign(obj types.Object, pos token.Pos) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	path := obj.Pkg().Path()
	if shim, ok := shims[path+"."+obj.Name()]; ok {
		return "rtǃ." + shim
	}
	if e.native(obj) && reachable(obj) {
		return e.compiledName(path, obj)
	}
	if f, ok := obj.(*types.Func); ok {
		return e.instance(f, nil, pos)
	}
	e.refuse(pos, "%s.%s: it has no compiled form", path, obj.Name())
	return ""
}

func (e *emitter) selector(x *ast.SelectorExpr) string {
	sel, ok := e.info.Selections[x]
	if !ok {
		return e.qualified(x)
	}
	switch sel.Kind() {
	case types.FieldVal:
		base, _ := e.path(e.operand(x.X), e.typeOf(x.X), sel.Index())
		return base
	case types.MethodVal:
		return e.methodValue(x)
	}
	return e.methodExpr(x, sel)
}

// qualified is pkg.Name.
func (e *emitter) qualified(x *ast.SelectorExpr) string {
	switch obj := e.info.Uses[x.Sel].(type) {
	case *types.TypeName:
		return e.typ(obj.Type())
	case *types.Func:
		return e.funcRef(x.Sel, obj)
	case *types.Var:
		return e.foreign(obj, x.Pos())
	}
	e.refuse(x.Pos(), "%s", x.Sel.Name)
	return ""
}

// path follows field indexes from a base, naming embedded fields on the way.
// It returns the text and the type it arrives at.
func (e *emitter) path(base string, t types.Type, index []int) (string, types.Type) {
	for _, i := range index {
		st, ok := structOf(t)
		if !ok {
			return base, t
		}
		f := st.Field(i)
		base += "." + e.fieldName(f)
		t = e.subst(f.Type())
	}
	return base, t
}

func structOf(t types.Type) (*types.Struct, bool) {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok
}

// receiver lowers x.M up to the value that has M itself, and finds M.
func (e *emitter) receiver(x *ast.SelectorExpr) (base string, t types.Type, m *types.Func) {
	t = e.typeOf(x.X)
	pkg := e.info.Selections[x].Obj().Pkg()
	obj, index, _ := types.LookupFieldOrMethod(t, true, pkg, x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok {
		e.refuse(x.Pos(), "method %s of %s", x.Sel.Name, t)
	}
	base, t = e.path(e.operand(x.X), t, index[:len(index)-1])
	return base, t, m
}

// methodValue is x.M that is not called: the receiver is evaluated now.
func (e *emitter) methodValue(x *ast.SelectorExpr) string {
	base, t, m := e.receiver(x)
	sig := e.subst(m.Signature()).(*types.Signature)
	recv := m.Signature().Recv().Type()
	if _, isPtr := types.Unalias(recv).(*types.Pointer); isPtr {
		if _, have := types.Unalias(t).Underlying().(*types.Pointer); !have {
			base, t = "&"+base, types.NewPointer(t)
		}
	}
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	if call, ok := e.staticCall("rǃ", t, m); ok {
		return fmt.Sprintf("func(rǃ %s) func%s { return func(%s)%s { %s%s } }(%s)",
			e.typ(t), e.signature(sig), params, e.results(sig.Results()), ret, joinCall(call, args), base)
	}
	return fmt.Sprintf("func(rǃ %s) func%s { return func(%s)%s { %srǃ.%s(%s) } }(%s)",
		e.typ(t), e.signature(sig), params, e.results(sig.Results()), ret, m.Name(), args, base)
}

// methodExpr is T.M: a function whose first parameter is the receiver.
func (e *emitter) methodExpr(x *ast.SelectorExpr, sel *types.Selection) string {
	recv := e.typeOf(x.X)
	obj, index, _ := types.LookupFieldOrMethod(recv, true, sel.Obj().Pkg(), x.Sel.Name)
	m, ok := obj.(*types.Func)
	if !ok {
		e.refuse(x.Pos(), "method %s of %s", x.Sel.Name, recv)
	}
	base, t := e.path("rǃ", recv, index[:len(index)-1])
	sig := e.subst(m.Signature()).(*types.Signature)
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	if params != "" {
		params = ", " + params
	}
	if call, ok := e.staticCall(base, t, m); ok {
		return fmt.Sprintf("func(rǃ %s%s)%s { %s%s }", e.typ(recv), params, e.results(sig.Results()), ret, joinCall(call, args))
	}
	return fmt.Sprintf("func(rǃ %s%s)%s { %s%s.%s(%s) }", e.typ(recv), params, e.results(sig.Results()), ret, base, m.Name(), args)
}

// paramList names the parameters of a signature, and the arguments that pass
// them on.
func (e *emitter) paramList(sig *types.Signature, base string) (params, args string) {
	var ps, as []string
	for i := range sig.Params().Len() {
		n := base + "ǃ" + strconv.Itoa(i)
		ps = append(ps, n+" "+e.paramType(sig, i))
		if sig.Variadic() && i == sig.Params().Len()-1 {
			n += "..."
		}
		as = append(as, n)
	}
	return strings.Join(ps, ", "), strings.Join(as, ", ")
}

func (e *emitter) unary(x *ast.UnaryExpr) string {
	switch x.Op {
	case token.ARROW:
		return e.recvHelper(e.typeOf(x.X), false) + "(" + e.expr(x.X) + ")"
	case token.AND:
		if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
			return "&" + e.composite(lit, e.typeOf(lit))
		}
	}
	return x.Op.String() + e.operand(x.X)
}

func (e *emitter) binary(x *ast.BinaryExpr) string {
	if x.Op == token.EQL || x.Op == token.NEQ {
		if text, ok := e.equality(x.X, x.Y); ok {
			if x.Op == token.NEQ {
				return "!" + text
			}
			return text
		}
	}
	return e.binOperand(x.X) + " " + x.Op.String() + " " + e.binOperand(x.Y)
}

func (e *emitter) binOperand(x ast.Expr) string {
	s := e.expr(x)
	if _, ok := x.(*ast.BinaryExpr); ok && e.info.Types[x].Value == nil {
		return "(" + s + ")"
	}
	if _, ok := x.(*ast.UnaryExpr); ok && e.info.Types[x].Value == nil {
		return "(" + s + ")"
	}
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "*") {
		return "(" + s + ")"
	}
	return s
}

func (e *emitter) index(x, base, index ast.Expr) string {
	if e.isType(x) {
		return e.typ(e.typeOf(x))
	}
	if _, ok := e.info.TypeOf(base).(*types.Signature); ok || index == nil {
		return e.expr(base) // an explicit instantiation: the identifier carries it
	}
	e.checkKey(e.typeOf(base), index)
	return e.operand(base) + "[" + e.expr(index) + "]"
}

func (e *emitter) slice(x *ast.SliceExpr) string {
	part := func(y ast.Expr) string {
		if y == nil {
			return ""
		}
		return e.expr(y)
	}
	s := e.operand(x.X) + "[" + part(x.Low) + ":" + part(x.High)
	if x.Slice3 {
		s += ":" + part(x.Max)
	}
	return s + "]"
}

// composite lowers a composite literal of type t; inner literals get their
// types written out.
func (e *emitter) composite(x *ast.CompositeLit, t types.Type) string {
	prefix := ""
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		prefix, t = "&", p.Elem()
	}
	under := core(t)
	var parts []string
	for i, el := range x.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			e.checkKey(t, kv.Key)
			parts = append(parts, e.key(kv.Key, under)+": "+e.as(kv.Value, e.element(kv.Value), elemOf(under, kv.Key, 0)))
		} else {
			parts = append(parts, e.as(el, e.element(el), elemOf(under, nil, i)))
		}
	}
	sep := ", "
	if len(parts) > 8 {
		sep = ",\n"
	}
	return prefix + e.typ(t) + "{" + strings.Join(parts, sep) + "}"
}

func (e *emitter) key(k ast.Expr, under types.Type) string {
	if st, ok := under.(*types.Struct); ok {
		name := k.(*ast.Ident).Name
		for f := range st.Fields() {
			if f.Name() == name {
				return e.fieldName(f)
			}
		}
	}
	return e.element(k)
}

func (e *emitter) element(x ast.Expr) string {
	if lit, ok := x.(*ast.CompositeLit); ok {
		return e.composite(lit, e.typeOf(lit))
	}
	return e.handed(x)
}

// core is the underlying type that an operation works on.
func core(t types.Type) types.Type {
	return types.Unalias(t).Underlying()
}
