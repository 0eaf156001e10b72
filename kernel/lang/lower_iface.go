package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// Types is the import path under which lowered programs find the types that the
// host makes: interfaces, structs, and types that are defined by themselves. All
// other types are written as what they are underneath.
const Types = "cellar/types"

// as is the value x, lowered to text, where a value of type to is wanted.
func (e *emitter) as(x ast.Expr, text string, to types.Type) string {
	if to == nil {
		return text
	}
	if to = e.subst(to); e.isNil(ast.Unparen(x)) {
		if i, ok := core(to).(*types.Interface); ok && i.NumMethods() > 0 {
			return e.zeroOf(to) + "()"
		}
		if n, ok := types.Unalias(to).(*types.Named); ok && !e.compiledType(n) && ByHost(n) {
			return e.zeroOf(to) + "()"
		}
		return text
	}
	if from := types.Default(e.typeOf(x)); types.IsInterface(to) && !types.IsInterface(from) && !simpleValue(x) {
		if core(to).(*types.Interface).NumMethods() == 0 && e.keptReal(from) {
			return "rtǃ.Any(" + text + ")"
		}
		return e.toInterface(from, to) + "(" + text + ")" // the interpreter would put its result where the interface is
	}
	return e.asType(text, e.typeOf(x), to)
}

// simpleValue says whether x is no operation.
func simpleValue(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.BinaryExpr, *ast.StarExpr, *ast.IndexExpr:
		return false
	case *ast.UnaryExpr:
		return x.Op == token.AND
	case *ast.CallExpr:
		id, ok := x.Fun.(*ast.Ident)
		return !ok || id.Name != "append"
	}
	return true
}

// zeroOf is a function that gives the zero value of a type.
func (e *emitter) zeroOf(t types.Type) string {
	typ := e.typ(t)
	return e.helper("zero "+e.unaliasImports(typ), "zero", func(h string) string {
		return fmt.Sprintf("func %s() %s { var z %s; return z }", h, typ, typ)
	})
}

// asType is a value of type from, lowered to text, as one of type to. A value
// gets its real type where it becomes an interface's: the host gives it, unless
// the interpreter keeps it in that type anyway.
func (e *emitter) asType(text string, from, to types.Type) string {
	to = e.subst(to)
	if _, ok := core(to).(*types.Struct); ok && from != nil && !types.Identical(e.subst(from), to) {
		return e.typ(to) + "(" + text + ")" // one of them has no name
	}
	if from == nil || !types.IsInterface(to) {
		return text
	}
	if from = types.Default(e.subst(from)); types.Identical(from, to) {
		return text
	}
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return text
	}
	if e.keptReal(from) && !e.ofSession(to) && !types.IsInterface(from) {
		return text
	}
	return e.toInterface(from, to) + "(" + text + ")"
}

// toInterface is a function that makes a value an interface's.
func (e *emitter) toInterface(from, to types.Type) string {
	a, b := e.typ(from), e.typ(to)
	return e.helper(fmt.Sprintf("to %s from %d", e.unaliasImports(b), e.s.typeID(from)), "to", func(h string) string {
		e.methods(from, map[types.Type]bool{})
		return fmt.Sprintf("func %s(v %s) %s { var r %s; rtǃ.Put(&r, &v, %d); return r }", h, a, b, b, e.s.typeID(from))
	})
}

// ofSession says whether an interface type is one that lowered programs import
// from Interfaces.
func (e *emitter) ofSession(t types.Type) bool {
	t = types.Unalias(t)
	if n, ok := t.(*types.Named); ok {
		return n.Obj().Pkg() != nil && !e.compiledType(n)
	}
	return t.Underlying().(*types.Interface).NumMethods() > 0
}

// compiledType says whether a named type has a compiled form.
func (e *emitter) compiledType(t *types.Named) bool {
	obj := t.Obj()
	if obj.Pkg() == nil {
		return true
	}
	if IsNative(obj.Pkg().Path()) {
		return obj.Parent() == obj.Pkg().Scope()
	}
	return t.TypeArgs().Len() == 0 && obj.Pkg().Path() != "main" && obj.Exported() && obj.Parent() == obj.Pkg().Scope() && e.native(obj)
}

// unnameable says whether a type is a compiled package's own: values of it come
// from there, and its name is nowhere.
func (e *emitter) unnameable(t *types.Named) bool {
	obj := t.Obj()
	if obj.Pkg() == nil || obj.Pkg().Path() == "main" || t.TypeArgs().Len() > 0 || e.std {
		return false
	}
	p := e.s.sourcePackage(obj.Pkg().Path())
	return p == nil || p.types[obj.Name()] == nil
}

// keptReal says whether the interpreter keeps values of type t in their real
// type.
func (e *emitter) keptReal(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return types.IsInterface(t) || e.compiledType(t) || e.unnameable(t)
	case *types.Pointer:
		return e.keptReal(t.Elem())
	case *types.Slice:
		return e.keptReal(t.Elem())
	case *types.Array:
		return e.keptReal(t.Elem())
	case *types.Chan:
		return e.keptReal(t.Elem())
	case *types.Map:
		return e.keptReal(t.Key()) && e.keptReal(t.Elem())
	case *types.Signature:
		return e.keptReal(t.Params()) && e.keptReal(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if !e.keptReal(v.Type()) {
				return false
			}
		}
	case *types.Struct:
		for f := range t.Fields() {
			if !f.Exported() || f.Embedded() || !e.keptReal(f.Type()) {
				return false
			}
		}
	}
	return true
}

// interfaceType is an interface type as the lowered program writes it.
func (e *emitter) interfaceType(t types.Type) string {
	i := t.Underlying().(*types.Interface)
	if i.IsComparable() && !i.IsMethodSet() || !i.IsMethodSet() {
		e.refuse(e.u.pos(), "a constraint as a type")
	}
	if _, named := t.(*types.Named); i.NumMethods() == 0 && !named {
		return "interface{}"
	}
	return e.hostType(t)
}

// hostType is a type that the host makes.
func (e *emitter) hostType(t types.Type) string {
	id := e.s.typeID(t)
	if name := e.s.endless(t, e.finite); name != "" {
		e.refuse(e.u.pos(), "%s: its instances lead to ever larger ones (an instantiation cycle)", name)
	}
	e.prog.Types = append(e.prog.Types, id)
	return e.alias(Types) + "." + HostName(id)
}

// HostName is the name in Types of the type with a number.
func HostName(id int) string { return "T" + strconv.Itoa(id) }

// dynamicCall begins the call of a method of an interface whose signature has
// types that the interpreter does not keep as they are: a function takes the
// interface first.
func (e *emitter) dynamicCall(base string, t types.Type, m *types.Func) (string, bool) {
	if !types.IsInterface(t) {
		return "", false
	}
	sig := e.subst(m.Signature()).(*types.Signature)
	if m.Exported() && e.keptReal(sig) && !e.ofSession(t) {
		return "", false
	}
	return e.invoker(t, m, sig) + "(" + base, true
}

// invoker is a function that calls a method of an interface with what its
// dynamic value has for it.
func (e *emitter) invoker(t types.Type, m *types.Func, sig *types.Signature) string {
	typ := e.typ(t)
	return e.helper("invoke "+e.unaliasImports(typ)+"."+m.Name(), "call", func(h string) string {
		params, args := e.paramList(sig, "a")
		var kinds []string
		for i := range sig.Params().Len() {
			kinds = append(kinds, e.paramType(sig, i))
		}
		word := e.alias("unsafe") + ".Pointer"
		f := fmt.Sprintf("func(%s)%s", strings.Join(append([]string{word}, kinds...), ", "), e.results(sig.Results()))
		ret := ""
		if sig.Results().Len() > 0 {
			ret = "return "
		}
		return fmt.Sprintf("func %s(%s)%s {\nvar f %s\nw := rtǃ.Method(&x, %d, &f)\n%s%s\n}", h, joinList("x "+typ, params), e.results(sig.Results()),
			f, methodIndex(t, m), ret, joinCall("f(w", args))
	})
}

func joinList(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// methodIndex is where a method stands among those of an interface: exported
// ones first, each by name.
func methodIndex(t types.Type, m *types.Func) int {
	i := core(t).(*types.Interface)
	var names []*types.Func
	for f := range i.Methods() {
		names = append(names, f)
	}
	sort.Slice(names, func(a, b int) bool {
		if x, y := names[a].Exported(), names[b].Exported(); x != y {
			return x
		}
		return names[a].Name() < names[b].Name()
	})
	for k, f := range names {
		if f.Name() == m.Name() {
			return k
		}
	}
	return -1
}

// paramOf is the type of the i-th argument of a call; nil when it is not known.
func paramOf(sig *types.Signature, i int, spread bool) types.Type {
	if sig == nil || sig.Params().Len() == 0 {
		return nil
	}
	last := sig.Params().Len() - 1
	if i < last || !sig.Variadic() && i == last || spread && i == last {
		return sig.Params().At(i).Type()
	}
	if s, ok := types.Unalias(sig.Params().At(last).Type()).(*types.Slice); ok && sig.Variadic() {
		return s.Elem()
	}
	return nil
}

// elemOf is the type of an element of a composite literal.
func elemOf(under types.Type, key ast.Expr, i int) types.Type {
	switch t := under.(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	case *types.Struct:
		if id, ok := key.(*ast.Ident); ok {
			for f := range t.Fields() {
				if f.Name() == id.Name {
					return f.Type()
				}
			}
			return nil
		}
		if i < t.NumFields() {
			return t.Field(i).Type()
		}
	}
	return nil
}
