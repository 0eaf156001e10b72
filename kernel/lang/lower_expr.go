package lang

import (
	"go/ast"
	"go/types"
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

func (e *emitter) index(x, base, index ast.Expr) string {
	if e.isType(x) {
		return e.typ(e.typeOf(x))
	}
	if t := e.info.TypeOf(base); t == nil || index == nil || isSignature(t) {
		return e.expr(base) // an explicit instantiation: the identifier carries it
	}
	k := e.expr(index)
	if m, ok := core(e.typeOf(base)).(*types.Map); ok && e.isNil(ast.Unparen(index)) {
		k = e.zeroOf(m.Key()) + "()"
	} else if ok {
		k = e.as(index, k, m.Key())
	}
	return e.operand(base) + "[" + k + "]"
}

func isSignature(t types.Type) bool {
	_, ok := t.(*types.Signature)
	return ok
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
		if e.isNil(ast.Unparen(k)) {
			return e.zeroOf(m.Key()) + "()"
		}
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
