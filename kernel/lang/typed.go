package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"
	"strings"
	"sync"
)

// types that the host is told of: what a value is in the cell's Go, which the
// interpreter's own values do not say.
type knownTypes struct {
	mu     sync.Mutex
	list   []types.Type
	byEmit map[string]types.Type
	emits  map[types.Type]string
}

// typeID registers a type and gives its number.
func (s *Session) typeID(t types.Type) int {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	s.known.list = append(s.known.list, t)
	return len(s.known.list) - 1
}

// noteType keeps what a type of the lowered program is.
func (s *Session) noteType(emit string, t types.Type) {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if s.known.byEmit == nil {
		s.known.byEmit, s.known.emits = map[string]types.Type{}, map[types.Type]string{}
	}
	s.known.byEmit[emit], s.known.emits[t] = t, emit
}

// TypeByID is a type that a lowered program mentions by number.
func (s *Session) TypeByID(id int) types.Type {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if id < 0 || id >= len(s.known.list) {
		return nil
	}
	return s.known.list[id]
}

// TypeByName is the type that lowered programs have under a name; nil for a name
// that is none of theirs.
func (s *Session) TypeByName(emit string) types.Type {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	return s.known.byEmit[emit]
}

// TypeTag is the key of the tag that each struct type of a session has on its
// first field: the type's name in lowered programs. The interpreter's types have
// no names; the tag makes them differ and says what they are.
const TypeTag = "cellar"

func typeTag(name string) string { return TypeTag + ":" + strconv.Quote(name) }

// markerField is the field of a struct type that has no other for the tag.
const markerField = "cellarǃ"

// declared writes the type that the named type t is declared with, as spec.
func (e *emitter) declared(name string, t, spec types.Type) string {
	t = e.subst(t)
	e.s.noteType(name, t)
	if st, ok := types.Unalias(e.subst(spec)).Underlying().(*types.Struct); ok && !compiled(spec) {
		return e.structure(st, name)
	}
	return e.typ(spec)
}

// compiled says whether t is a named type of a compiled package.
func compiled(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() != "main"
}

// around is the part of m that belongs to the functions around a local type.
func around(obj types.Object, m env) env {
	part := env{}
	for p, a := range m {
		for s := obj.Parent(); s != nil; s = s.Parent() {
			if s == p.Obj().Parent() {
				part[p] = a
			}
		}
	}
	return part
}

// mentionsItself says whether a type's own definition names it.
func mentionsItself(t *types.Named) bool {
	found := false
	walkNamed(t.Underlying(), func(n *types.TypeName) { found = found || n == t.Origin().Obj() })
	return found
}

// printsValues says whether the last parameter of f takes any values to print.
func printsValues(f *types.Func) bool {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "fmt" && f.Pkg().Path() != "log" {
		return false
	}
	sig := f.Signature()
	if !sig.Variadic() {
		return false
	}
	s, ok := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
	if !ok {
		return false
	}
	i, ok := s.Elem().Underlying().(*types.Interface)
	return ok && i.Empty() && !strings.Contains(f.Name(), "can") // Scan
}

// callee is the function or method that a call names; nil for others.
func (e *emitter) callee(x *ast.CallExpr) *types.Func {
	switch fun := ast.Unparen(x.Fun).(type) {
	case *ast.SelectorExpr:
		f, _ := e.info.Uses[fun.Sel].(*types.Func)
		return f
	case *ast.Ident:
		f, _ := e.info.Uses[fun].(*types.Func)
		return f
	}
	return nil
}

// hostCall lowers a call to a compiled function that is to see the values of a
// session's types as what they are.
func (e *emitter) hostCall(x *ast.CallExpr) (string, bool) {
	f := e.callee(x)
	if text, ok := e.errorsCall(x, f); ok {
		return text, true
	}
	if text, ok := e.jsonCall(x, f); ok {
		return text, true
	}
	if f == nil || !f.Signature().Variadic() || f.Signature().Recv() != nil || !isCompiled(f) {
		return "", false
	}
	if len(x.Args) == 1 {
		if _, ok := e.typeOf(x.Args[0]).(*types.Tuple); ok {
			return "", false
		}
	}
	prints, iface := printsValues(f), e.variadicInterface(f)
	if !prints && iface == nil {
		return "", false
	}
	fixed := f.Signature().Params().Len() - 1
	var args []string
	for i, a := range x.Args {
		switch {
		case i >= fixed && prints:
			args = append(args, e.printArg(a, f, x.Ellipsis.IsValid()))
		case i >= fixed && iface != nil && !x.Ellipsis.IsValid() && OfSession(e.typeOf(a)) && !types.IsInterface(e.typeOf(a)):
			args = append(args, e.toInterface(e.typeOf(a), iface)+"("+e.expr(a)+")")
		default:
			args = append(args, e.as(a, e.expr(a), paramOf(f.Signature(), i, x.Ellipsis.IsValid())))
		}
	}
	text := strings.Join(args, ", ")
	if x.Ellipsis.IsValid() {
		text += "..."
	}
	return e.operand(x.Fun) + "(" + text + ")", true
}

func isCompiled(f *types.Func) bool { return f.Pkg() != nil && f.Pkg().Path() != "main" }

// variadicInterface is the interface with methods that f takes any number of;
// nil when it does not.
func (e *emitter) variadicInterface(f *types.Func) types.Type {
	s, ok := f.Signature().Params().At(f.Signature().Params().Len() - 1).Type().(*types.Slice)
	if !ok || f.Signature().TypeParams().Len() > 0 {
		return nil
	}
	if i, ok := s.Elem().Underlying().(*types.Interface); !ok || i.NumMethods() == 0 {
		return nil
	}
	return s.Elem()
}

// printArg is an argument to be printed: a value of a session's type goes to the
// host with what it is.
func (e *emitter) printArg(a ast.Expr, f *types.Func, spread bool) string {
	t := types.Default(e.typeOf(a))
	text := e.expr(a)
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return text
	}
	isError := types.Implements(t, errorType)
	if !OfSession(t) || isError && (f.Name() == "Errorf" || types.IsInterface(t) && !strings.HasSuffix(f.Name(), "f")) {
		return text
	}
	if spread {
		typ := e.typ(t)
		h := e.helper("typed all "+e.unaliasImports(typ), "typed", func(h string) string {
			return fmt.Sprintf("func %s(v %s) []interface{} { return rtǃ.TypedAll(&v) }", h, typ)
		})
		return h + "(" + text + ")"
	}
	return e.typedHelper(t) + "(" + text + ")"
}

// typedHelper is a function that hands a value of type t to the host.
func (e *emitter) typedHelper(t types.Type) string {
	typ := e.typ(t)
	return e.helper("typed "+e.unaliasImports(typ), "typed", func(h string) string {
		return fmt.Sprintf("func %s(v %s) interface{} { return rtǃ.Typed(%d, &v) }", h, typ, e.s.typeID(t))
	})
}

// hostMethods are the methods by which compiled code knows a value: how many
// parameters and results each has.
var hostMethods = map[string][2]int{
	"String": {0, 1}, "Error": {0, 1}, "GoString": {0, 1}, "Format": {2, 0}, "Unwrap": {0, 1}, "Is": {1, 1}, "As": {1, 1},
	"MarshalJSON": {0, 2}, "MarshalText": {0, 2}, "UnmarshalJSON": {1, 1}, "UnmarshalText": {1, 1},
}

// whoAmI lets the host ask a value that it sees through a compiled interface what
// it is: it calls the method while the interpreter's whoǃ is set. (What the
// interpreter itself hands over with the interface is at times a field of it.)
func (e *emitter) whoAmI(d *ast.FuncDecl, sig *types.Signature, recv string) string {
	if name := d.Name.Name; name != "Error" && name != "String" || e.std || sig.Params().Len() != 0 || sig.Results().Len() != 1 || sig.Results().At(0).Type() != types.Typ[types.String] {
		return ""
	}
	return fmt.Sprintf("if whoǃ { var boxǃ interface{} = %s; if rtǃ.Iam(%d, &%s, &boxǃ) { return \"\" } }; ", recv, e.s.typeID(e.typeOf(d.Recv.List[0].Type)), recv)
}

// registerMethod lets the host call a method of a session's type.
func (e *emitter) registerMethod(d *ast.FuncDecl, sig *types.Signature) {
	shape, ok := hostMethods[d.Name.Name]
	if d.Recv == nil || e.std || !ok || sig.Params().Len() != shape[0] || sig.Results().Len() != shape[1] {
		return
	}
	t := types.Unalias(e.typeOf(d.Recv.List[0].Type))
	if p, isPtr := t.(*types.Pointer); isPtr {
		t = types.Unalias(p.Elem())
	}
	name := e.typ(t)
	params, args := e.paramList(sig, "a")
	if params != "" {
		params = ", " + params
	}
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	e.setup = append(e.setup, fmt.Sprintf("rtǃ.Method(%q, %q, func(pǃ *%s%s)%s { %spǃ.%s(%s) })",
		name, d.Name.Name, name, params, e.results(sig.Results()), ret, d.Name.Name, args))
}

// errorsCall lowers a call of package errors that looks into errors, which only
// the host can do for those of a session.
func (e *emitter) errorsCall(x *ast.CallExpr, f *types.Func) (string, bool) {
	if f == nil || f.Pkg() == nil || f.Pkg().Path() != "errors" || f.Signature().Recv() != nil {
		return "", false
	}
	switch f.Name() {
	case "Is", "Unwrap":
		return "rtǃ." + f.Name() + "Error(" + e.args(x) + ")", true
	case "As":
		p, ok := types.Unalias(e.typeOf(x.Args[1])).Underlying().(*types.Pointer)
		if !ok {
			return "", false
		}
		typ := e.typ(p.Elem())
		h := e.helper("as "+e.unaliasImports(typ), "as", func(h string) string {
			return fmt.Sprintf("func %s(err error, p *%s) bool { return rtǃ.AsError(err, %d, p) }", h, typ, e.s.typeID(p.Elem()))
		})
		return h + "(" + e.args(x) + ")", true
	}
	return "", false
}

// EmittedName is the name of a session's named type in lowered programs.
func (s *Session) EmittedName(t types.Type) string {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return ""
	}
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if name, ok := s.known.emits[n]; ok {
		return name
	}
	for name, other := range s.known.byEmit {
		if types.Identical(n, other) { // another instance of a generic type
			s.known.emits[n] = name
			return name
		}
	}
	return ""
}

// Main is the package that cells are.
func (s *Session) Main() *types.Package { return s.main }

// OfSession says whether t is built from a type that cells declare, or may hold
// one.
func OfSession(t types.Type) bool {
	found := false
	walkNamed(t, func(n *types.TypeName) {
		found = found || n.Pkg() != nil && n.Pkg().Path() == "main"
	})
	return found || holdsAny(t)
}

func holdsAny(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Interface, *types.Named:
		return types.IsInterface(t)
	case *types.Slice:
		return holdsAny(t.Elem())
	case *types.Array:
		return holdsAny(t.Elem())
	case *types.Pointer:
		return holdsAny(t.Elem())
	case *types.Map:
		return holdsAny(t.Key()) || holdsAny(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if holdsAny(f.Type()) {
				return true
			}
		}
	}
	return false
}

// Unmarked is a text without the marks of lowered names.
func Unmarked(text string) string { return plain(text) }
