package lang

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/internal/rtype"
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
		return e.identifier(x)
	case *ast.ParenExpr:
		return "(" + e.expr(x.X) + ")"
	case *ast.SelectorExpr:
		return e.selector(x)
	case *ast.CallExpr:
		return e.call(x)
	case *ast.CompositeLit:
		s := e.composite(x, e.typeOf(x))
		if _, ok := x.Type.(*ast.StructType); ok {
			return "(" + s + ")" // its type has got a name, which the head of a statement does not take
		}
		return s
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

func (e *emitter) identifier(x *ast.Ident) string {
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
	return e.localVar(obj)
}

// localVar is the name of a local variable: its own in each function, since the
// interpreter mixes up variables of one name.
func (e *emitter) localVar(obj types.Object) string {
	if obj == nil || obj.Name() == "_" || obj.Name() == "" {
		return "_"
	}
	n, ok := e.locals[obj]
	if !ok {
		n = e.local(obj.Name())
		e.locals[obj] = n
	}
	return n
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
		return e.funcValue(id, e.instance(obj, args, id.Pos()))
	}
	if en := e.u.entryOf(obj); en != nil && en.Emit != "" {
		return e.funcValue(id, en.Emit)
	}
	return e.foreign(obj, id.Pos())
}

// funcValue is a function that is not called where it stands: a literal, because
// the interpreter hands its own form of a name to compiled code.
func (e *emitter) funcValue(id *ast.Ident, name string) string {
	if e.called == id {
		return name
	}
	t := e.info.TypeOf(id)
	if inst, ok := e.info.Instances[id]; ok {
		t = inst.Type
	}
	sig := e.subst(t).(*types.Signature)
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	return fmt.Sprintf("func(%s)%s { %s%s(%s) }", params, e.results(sig.Results()), ret, name, args)
}

// AddressOf is what follows the name of a package's variable in the name of its
// address.
const AddressOf = "ǃaddr"

// foreign names a package-level object of a compiled package.
func (e *emitter) foreign(obj types.Object, pos token.Pos) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	path := obj.Pkg().Path()
	if shim, ok := shims[path+"."+obj.Name()]; ok {
		return "rtǃ." + shim
	}
	if e.native(obj) && obj.Exported() {
		if _, ok := obj.(*types.Var); ok {
			return "(*" + e.alias(path) + "." + obj.Name() + AddressOf + ")"
		}
		return e.alias(path) + "." + obj.Name()
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
		base += "." + fieldName(st, i)
		t = e.subst(f.Type())
	}
	return base, t
}

// fieldName is the name of a field in the form in which values are kept.
func fieldName(st *types.Struct, i int) string {
	if n := st.Field(i).Name(); n != "_" {
		return n
	}
	return rtype.BlankField(i)
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
	_, wantPtr := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	p, havePtr := core(t).(*types.Pointer)
	check := ""
	switch {
	case types.IsInterface(t):
		check = "if rǃ == nil { rtǃ.NilCall() }; "
	case wantPtr && !havePtr:
		base, t = "&"+base, types.NewPointer(t)
	case !wantPtr && havePtr:
		base, t = "*"+base, p.Elem()
	}
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	call, ok := e.staticCall("rǃ", t, m)
	if !ok {
		call, ok = e.dynamicCall("rǃ", t, m)
	}
	if ok {
		return fmt.Sprintf("func(rǃ %s) func%s { %sreturn func(%s)%s { %s%s } }(%s)",
			e.typ(t), e.signature(sig), check, params, e.results(sig.Results()), ret, joinCall(call, args), base)
	}
	return fmt.Sprintf("func(rǃ %s) func%s { %sreturn func(%s)%s { %srǃ.%s(%s) } }(%s)",
		e.typ(t), e.signature(sig), check, params, e.results(sig.Results()), ret, m.Name(), args, base)
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
	call, ok := e.staticCall(base, t, m)
	if !ok {
		call, ok = e.dynamicCall(base, t, m)
	}
	if ok {
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
			return e.newOf(e.typeOf(lit)) + "(" + e.composite(lit, e.typeOf(lit)) + ")"
		}
		if x, ok := ast.Unparen(x.X).(*ast.IndexExpr); ok {
			if _, isPtr := core(e.typeOf(x.X)).(*types.Pointer); isPtr {
				return "&((*" + e.operand(x.X) + ")[:])[" + e.expr(x.Index) + "]" // the interpreter takes no address through the pointer
			}
		}
	}
	if b, ok := core(e.typeOf(x)).(*types.Basic); ok && x.Op == token.SUB && b.Info()&types.IsFloat != 0 {
		return "(-1 * " + e.operand(x.X) + ")" // the interpreter subtracts from zero, which loses a sign
	}
	return x.Op.String() + e.operand(x.X)
}

// newOf is a function that gives the address of a copy: the interpreter's own
// literals may stand at one address in each round of a loop.
func (e *emitter) newOf(t types.Type) string {
	typ := e.typ(t)
	return e.helper("new "+e.unaliasImports(typ), "new", func(h string) string {
		return fmt.Sprintf("func %s(v %s) *%s { p := new(%s); *p = v; return p }", h, typ, typ, typ)
	})
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
	if v := e.info.Types[x.X].Value; v != nil && (x.Op == token.LAND || x.Op == token.LOR) {
		if constant.BoolVal(v) == (x.Op == token.LAND) { // the interpreter gets constants on the left wrong
			return e.binOperand(x.Y)
		}
		return e.constant(x.X, v, e.typeOf(x.X))
	}
	l, r := e.binOperand(x.X), e.operandOf(x)
	if a, b := e.typeOf(x.X), e.typeOf(x.Y); (x.Op == token.EQL || x.Op == token.NEQ) && !types.Identical(a, b) {
		if c, ok := core(a).(*types.Chan); ok && c.Dir() == types.SendRecv && !e.isNil(ast.Unparen(x.Y)) {
			l = "(" + e.typ(b) + ")(" + l + ")"
		} else if c, ok := core(b).(*types.Chan); ok && c.Dir() == types.SendRecv && !e.isNil(ast.Unparen(x.X)) {
			r = "(" + e.typ(a) + ")(" + r + ")"
		}
	}
	if (x.Op == token.LAND || x.Op == token.LOR) && typeText.MatchString(l) {
		// The interpreter would begin with the type, and not come back to the value.
		l = "func() " + e.typ(types.Default(e.typeOf(x.X))) + " { return " + l + " }()"
	}
	return l + " " + x.Op.String() + " " + r
}

// typeText finds the types in a lowered expression that are no names.
var typeText = regexp.MustCompile(`\bmap\[|\bfunc\b|\bstruct\b|\binterface\b|\bchan\b|\(\[|\(\*`)

// operandOf lowers the right operand of an operation.
func (e *emitter) operandOf(x *ast.BinaryExpr) string {
	v := e.info.Types[x.Y].Value
	if v == nil {
		y, ok := ast.Unparen(x.Y).(*ast.BinaryExpr)
		if ok && (x.Op == token.SHL || x.Op == token.SHR) && (y.Op == token.SHL || y.Op == token.SHR) {
			return e.shiftCount("("+e.expr(x.Y)+")", x.Y)
		}
		if x.Op == token.SHL || x.Op == token.SHR {
			return e.shiftCount(e.binOperand(x.Y), x.Y)
		}
		return e.binOperand(x.Y)
	}
	switch x.Op {
	case token.SHL, token.SHR:
		return constant.ToInt(v).ExactString()
	case token.QUO:
		if b, ok := core(e.typeOf(x.X)).(*types.Basic); ok && b.Info()&types.IsInteger == 0 && constant.Sign(v) == 0 {
			return e.typ(types.Default(e.typeOf(x.X))) + "(rtǃ.Zero)" // the interpreter refuses to divide by it
		}
	}
	return e.binOperand(x.Y)
}

// shiftCount is a shift's right operand, lowered to text: the interpreter takes a
// negative one for a large one, so what may be negative is checked.
func (e *emitter) shiftCount(text string, y ast.Expr) string {
	b, ok := core(e.typeOf(y)).(*types.Basic)
	if !ok || b.Info()&types.IsUnsigned != 0 {
		if _, ok := ast.Unparen(y).(*ast.BinaryExpr); ok {
			return "uint64(" + text + ")"
		}
		return text
	}
	if and, ok := ast.Unparen(y).(*ast.BinaryExpr); ok && and.Op == token.AND {
		if m := e.info.Types[and.Y].Value; m != nil && constant.Sign(m) >= 0 {
			return "uint64(" + text + ")"
		}
	}
	return e.helper("shift", "shift", func(h string) string {
		return fmt.Sprintf("func %s(n int64) uint64 {\nif n < 0 { rtǃ.BadShift() }\nreturn uint64(n)\n}", h)
	}) + "(int64(" + text + "))"
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
	k := e.expr(index)
	if m, ok := core(e.typeOf(base)).(*types.Map); ok {
		k = e.as(index, k, m.Key())
	}
	return e.operand(base) + "[" + k + "]"
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
	if p, ok := core(t).(*types.Pointer); ok {
		prefix, t = "&", p.Elem()
	}
	under := core(t)
	var parts []string
	for i, el := range x.Elts {
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			v := e.element(kv.Value)
			if _, ok := ast.Unparen(kv.Value).(*ast.StarExpr); ok {
				v = e.copied(v, e.typeOf(kv.Value)) // what a nil pointer points at would not be put into a map
			}
			parts = append(parts, e.key(kv.Key, under)+": "+e.as(kv.Value, v, elemOf(under, kv.Key, 0)))
		} else {
			v := e.as(el, e.element(el), elemOf(under, nil, i))
			if st, ok := under.(*types.Struct); ok {
				v = fieldName(st, i) + ": " + v
			}
			parts = append(parts, v)
		}
	}
	sep := ", "
	if len(parts) > 8 {
		sep = ",\n"
	}
	lit := e.typ(t) + "{" + strings.Join(parts, sep) + "}"
	if prefix != "" {
		return e.newOf(t) + "(" + lit + ")"
	}
	return lit
}

func (e *emitter) key(k ast.Expr, under types.Type) string {
	if _, ok := under.(*types.Struct); ok {
		return k.(*ast.Ident).Name
	}
	if m, ok := under.(*types.Map); ok {
		if types.IsInterface(m.Key()) && !types.IsInterface(e.typeOf(k)) {
			return e.toInterface(types.Default(e.typeOf(k)), m.Key()) + "(" + e.element(k) + ")" // no constant to the interpreter
		}
		return e.as(k, e.element(k), m.Key())
	}
	return e.element(k)
}

func (e *emitter) element(x ast.Expr) string {
	if lit, ok := x.(*ast.CompositeLit); ok {
		return e.composite(lit, e.typeOf(lit))
	}
	return e.expr(x)
}

// core is the underlying type that an operation works on.
func core(t types.Type) types.Type {
	return types.Unalias(t).Underlying()
}
