package lang

import (
	"fmt"
	"go/token"
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

// env maps the type parameters of what is being lowered to their arguments.
type env map[*types.TypeParam]types.Type

// typeOf is the type of an expression with type arguments put in.
func (e *emitter) subst(t types.Type) types.Type {
	if len(e.env) == 0 || t == nil {
		return t
	}
	return e.s.substitute(t, e.env)
}

func (s *Session) substitute(t types.Type, m env) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if a, ok := m[t]; ok {
			return a
		}
	case *types.Alias:
		return s.substitute(types.Unalias(t), m)
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return s.localInstance(t, nil, m)
		}
		args := make([]types.Type, t.TypeArgs().Len())
		for i := range args {
			args[i] = s.substitute(t.TypeArgs().At(i), m)
		}
		if inst, err := types.Instantiate(nil, t.Origin(), args, false); err == nil {
			if own := s.localInstance(inst.(*types.Named), args, m); own != inst {
				return own
			}
			return inst
		}
	case *types.Pointer:
		return types.NewPointer(s.substitute(t.Elem(), m))
	case *types.Slice:
		return types.NewSlice(s.substitute(t.Elem(), m))
	case *types.Array:
		return types.NewArray(s.substitute(t.Elem(), m), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), s.substitute(t.Elem(), m))
	case *types.Map:
		return types.NewMap(s.substitute(t.Key(), m), s.substitute(t.Elem(), m))
	case *types.Tuple:
		return s.substTuple(t, m)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, s.substTuple(t.Params(), m), s.substTuple(t.Results(), m), t.Variadic())
	case *types.Struct:
		return s.substStruct(t, m)
	case *types.Interface:
		return s.substInterface(t, m)
	}
	return t
}

func (s *Session) substTuple(t *types.Tuple, m env) *types.Tuple {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		v := t.At(i)
		vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), s.substitute(v.Type(), m))
	}
	return types.NewTuple(vars...)
}

func (s *Session) substStruct(t *types.Struct, m env) types.Type {
	fields, tags := make([]*types.Var, t.NumFields()), make([]string, t.NumFields())
	for i := range fields {
		f := t.Field(i)
		fields[i] = types.NewField(f.Pos(), f.Pkg(), f.Name(), s.substitute(f.Type(), m), f.Embedded())
		tags[i] = t.Tag(i)
	}
	return types.NewStruct(fields, tags)
}

func (s *Session) substInterface(t *types.Interface, m env) types.Type {
	methods := make([]*types.Func, t.NumExplicitMethods())
	for i := range methods {
		f := t.ExplicitMethod(i)
		methods[i] = types.NewFunc(f.Pos(), f.Pkg(), f.Name(), s.substitute(f.Type(), m).(*types.Signature))
	}
	embedded := make([]types.Type, t.NumEmbeddeds())
	for i := range embedded {
		embedded[i] = s.substitute(t.EmbeddedType(i), m)
	}
	return types.NewInterfaceType(methods, embedded).Complete()
}

// typ is a type as the lowered program writes it.
func (e *emitter) typ(t types.Type) string {
	switch t := types.Unalias(e.subst(t)).(type) {
	case *types.Basic:
		return e.basic(t)
	case *types.Named:
		return e.named(t)
	case *types.Pointer:
		return "*" + e.typ(t.Elem())
	case *types.Slice:
		return "[]" + e.typ(t.Elem())
	case *types.Array:
		if size := gcSizes.Sizeof(t); size < 0 || size > largeArray {
			e.refuse(e.u.pos(), "a type as large as [%d]%s: an array may have %d GiB; a slice is made when it is needed", t.Len(), types.TypeString(t.Elem(), nil), largeArray>>30)
		}
		return fmt.Sprintf("[%d]%s", t.Len(), e.typ(t.Elem()))
	case *types.Map:
		return "map[" + e.typ(t.Key()) + "]" + e.typ(t.Elem())
	case *types.Chan:
		return e.channel(t)
	case *types.Signature:
		return "func" + e.signature(t)
	case *types.Struct:
		if t.NumFields() == 0 {
			return "struct{}"
		}
		return e.hostType(t)
	case *types.Interface:
		return e.interfaceType(t)
	case *types.TypeParam:
		e.refuse(t.Obj().Pos(), "a type parameter without its argument (%s)", t)
	}
	e.refuse(token.NoPos, "type %s", t)
	return ""
}

func (e *emitter) basic(t *types.Basic) string {
	switch t.Kind() {
	case types.UnsafePointer:
		return e.alias("unsafe") + ".Pointer"
	case types.Invalid:
		e.refuse(token.NoPos, "an invalid type")
	}
	if t.Info()&types.IsUntyped != 0 {
		return types.Default(t).(*types.Basic).Name()
	}
	return t.Name()
}

func (e *emitter) channel(t *types.Chan) string {
	elem := e.typ(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + elem
	case types.RecvOnly:
		return "<-chan " + elem
	}
	if strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	return "chan " + elem
}

func (e *emitter) signature(t *types.Signature) string {
	var ps []string
	for i := range t.Params().Len() {
		ps = append(ps, e.paramType(t, i))
	}
	return "(" + strings.Join(ps, ", ") + ")" + e.results(t.Results())
}

func (e *emitter) paramType(t *types.Signature, i int) string {
	p := t.Params().At(i).Type()
	if t.Variadic() && i == t.Params().Len()-1 {
		if s, ok := types.Unalias(e.subst(p)).(*types.Slice); ok {
			return "..." + e.typ(s.Elem())
		}
	}
	return e.typ(p)
}

func (e *emitter) results(t *types.Tuple) string {
	var rs []string
	for v := range t.Variables() {
		rs = append(rs, e.typ(v.Type()))
	}
	switch len(rs) {
	case 0:
		return ""
	case 1:
		return " " + rs[0]
	}
	return " (" + strings.Join(rs, ", ") + ")"
}

// named is a named type as the lowered program writes it: a compiled one, one
// that the host makes, or what it is underneath.
func (e *emitter) named(t *types.Named) string {
	obj := t.Obj()
	if obj.Pkg() == nil {
		return obj.Name() // error, comparable
	}
	if e.compiledType(t) {
		if t.TypeArgs().Len() > 0 {
			return e.nativeInstance(t.Origin().Obj(), e.typeArgs(t), e.u.pos())
		}
		return e.alias(obj.Pkg().Path()) + "." + obj.Name()
	}
	if types.IsInterface(t) {
		return e.interfaceType(t)
	}
	t = e.s.Canonical(t)
	e.ident(t) // its methods are lowered, too
	if ByHost(t) {
		return e.hostType(t)
	}
	return e.typ(t.Underlying())
}

// methods lowers those of all types that t is made of: what compiled code is
// handed, it looks into.
func (e *emitter) methods(t types.Type, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] {
		return
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if t.Obj().Pkg() == nil || e.compiledType(t) || types.IsInterface(t) {
			return
		}
		e.ident(e.s.Canonical(t))
		e.methods(t.Underlying(), seen)
	case *types.Map:
		e.methods(t.Key(), seen)
		e.methods(t.Elem(), seen)
	case interface{ Elem() types.Type }:
		e.methods(t.Elem(), seen)
	case *types.Struct:
		for f := range t.Fields() {
			e.methods(f.Type(), seen)
		}
	}
}

// ident is a name for a type from source, for the names of its methods, which
// are lowered with it.
func (e *emitter) ident(t *types.Named) string {
	if en := e.u.entryOf(t.Origin().Obj()); en != nil && en.native == nil && t.TypeArgs().Len() == 0 {
		return en.Emit
	}
	return e.typeInstance(t)
}

// ByHost says whether the host makes the form in which the interpreter keeps
// values of a named type: a struct, and a type that is defined by itself.
func ByHost(t *types.Named) bool {
	if _, ok := t.Underlying().(*types.Struct); ok {
		return true
	}
	return leadsTo(t.Underlying(), t, map[*types.Named]bool{})
}

// leadsTo says whether t is made of a named type, through types that are neither
// structs nor interfaces.
func leadsTo(t types.Type, to *types.Named, seen map[*types.Named]bool) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if types.Identical(t, to) {
			return true
		}
		if seen[t] || types.IsInterface(t) {
			return false
		}
		seen[t] = true
		if _, ok := t.Underlying().(*types.Struct); ok {
			return false
		}
		return leadsTo(t.Underlying(), to, seen)
	case *types.Map:
		return leadsTo(t.Key(), to, seen) || leadsTo(t.Elem(), to, seen)
	case interface{ Elem() types.Type }:
		return leadsTo(t.Elem(), to, seen)
	case *types.Signature:
		return leadsTo(t.Params(), to, seen) || leadsTo(t.Results(), to, seen)
	case *types.Tuple:
		for v := range t.Variables() {
			if leadsTo(v.Type(), to, seen) {
				return true
			}
		}
	}
	return false
}

// Canonical is the one form of a named type of a package that is lowered from
// its source, which the checker knows from there and from the compiled package.
func (s *Session) Canonical(t *types.Named) *types.Named {
	obj := t.Origin().Obj()
	if obj.Pkg() == nil || obj.Pkg().Path() == "main" || obj.Parent() != obj.Pkg().Scope() {
		return t
	}
	p := s.sourcePackage(obj.Pkg().Path())
	if p == nil || p.types[obj.Name()] == nil {
		return t
	}
	own, ok := p.info.Defs[p.types[obj.Name()].Name].Type().(*types.Named)
	if !ok || own == t.Origin() || own.TypeParams().Len() != t.TypeArgs().Len() {
		return t
	}
	if t.TypeArgs().Len() == 0 {
		return own
	}
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, a)
	}
	inst, err := types.Instantiate(nil, own, args, false)
	if err != nil {
		return t
	}
	return inst.(*types.Named)
}

// native says whether a compiled form of a package-level object can be used.
func (e *emitter) native(obj types.Object) bool {
	if obj.Pkg().Path() == "unsafe" {
		return true
	}
	_, ok := e.symbols(obj.Pkg().Path())[obj.Name()]
	return ok
}

// symbols are the compiled forms of a package's names.
func (e *emitter) symbols(path string) map[string]reflect.Value {
	m, ok := e.tables[path]
	if !ok {
		m = e.s.opt.Packages.Symbols(path)
		e.tables[path] = m
	}
	return m
}

func (e *emitter) typeArgs(t *types.Named) []types.Type {
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, e.subst(a))
	}
	return args
}

// alias imports a package into the lowered program.
func (e *emitter) alias(path string) string {
	a, ok := e.pkgs[path]
	if !ok {
		a = path[strings.LastIndexByte(path, '/')+1:]
		a = strings.Map(func(r rune) rune {
			if r == '.' || r == '-' {
				return '_'
			}
			return r
		}, a) + "ǃ" + strconv.Itoa(len(e.pkgs))
		e.pkgs[path] = a
	}
	return a
}
