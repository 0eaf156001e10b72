package lang

import (
	"fmt"
	"go/token"
	"go/types"
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
	return substitute(t, e.env)
}

func substitute(t types.Type, m env) types.Type {
	switch t := t.(type) {
	case *types.TypeParam:
		if a, ok := m[t]; ok {
			return a
		}
	case *types.Alias:
		return substitute(types.Unalias(t), m)
	case *types.Named:
		if t.TypeArgs().Len() == 0 {
			return t
		}
		args := make([]types.Type, t.TypeArgs().Len())
		for i := range args {
			args[i] = substitute(t.TypeArgs().At(i), m)
		}
		if inst, err := types.Instantiate(nil, t.Origin(), args, false); err == nil {
			return inst
		}
	case *types.Pointer:
		return types.NewPointer(substitute(t.Elem(), m))
	case *types.Slice:
		return types.NewSlice(substitute(t.Elem(), m))
	case *types.Array:
		return types.NewArray(substitute(t.Elem(), m), t.Len())
	case *types.Chan:
		return types.NewChan(t.Dir(), substitute(t.Elem(), m))
	case *types.Map:
		return types.NewMap(substitute(t.Key(), m), substitute(t.Elem(), m))
	case *types.Tuple:
		return substTuple(t, m)
	case *types.Signature:
		return types.NewSignatureType(nil, nil, nil, substTuple(t.Params(), m), substTuple(t.Results(), m), t.Variadic())
	case *types.Struct:
		return substStruct(t, m)
	case *types.Interface:
		return substInterface(t, m)
	}
	return t
}

func substTuple(t *types.Tuple, m env) *types.Tuple {
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		v := t.At(i)
		vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), substitute(v.Type(), m))
	}
	return types.NewTuple(vars...)
}

func substStruct(t *types.Struct, m env) types.Type {
	fields, tags := make([]*types.Var, t.NumFields()), make([]string, t.NumFields())
	for i := range fields {
		f := t.Field(i)
		fields[i] = types.NewField(f.Pos(), f.Pkg(), f.Name(), substitute(f.Type(), m), f.Embedded())
		tags[i] = t.Tag(i)
	}
	return types.NewStruct(fields, tags)
}

func substInterface(t *types.Interface, m env) types.Type {
	methods := make([]*types.Func, t.NumExplicitMethods())
	for i := range methods {
		f := t.ExplicitMethod(i)
		methods[i] = types.NewFunc(f.Pos(), f.Pkg(), f.Name(), substitute(f.Type(), m).(*types.Signature))
	}
	embedded := make([]types.Type, t.NumEmbeddeds())
	for i := range embedded {
		embedded[i] = substitute(t.EmbeddedType(i), m)
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
		return fmt.Sprintf("[%d]%s", t.Len(), e.typ(t.Elem()))
	case *types.Map:
		return "map[" + e.typ(t.Key()) + "]" + e.typ(t.Elem())
	case *types.Chan:
		return e.channel(t)
	case *types.Signature:
		return "func" + e.signature(t)
	case *types.Struct:
		return e.structure(t, "")
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

// structure is a struct type; that of a named type says so in a tag.
func (e *emitter) structure(t *types.Struct, name string) string {
	var b strings.Builder
	b.WriteString("struct { ")
	if t.NumFields() == 0 && name != "" {
		b.WriteString(markerField + " [0]byte " + strconv.Quote(typeTag(name)+` json:"-" xml:"-"`))
	}
	for i := range t.NumFields() {
		f := t.Field(i)
		if !f.Embedded() {
			b.WriteString(f.Name() + " ")
		}
		b.WriteString(e.typ(f.Type()))
		tag := t.Tag(i)
		if tag == "" && !f.Exported() && !f.Embedded() {
			tag = `json:"-" xml:"-"` // the interpreter's fields are all exported
		}
		if i == 0 && name != "" {
			tag = strings.TrimLeft(tag+" "+typeTag(name), " ")
		}
		if tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
		b.WriteString("; ")
	}
	return b.String() + "}"
}

// fieldName is a field as the lowered program names it: an embedded field has
// the name of its type there.
func (e *emitter) fieldName(f *types.Var) string {
	if !f.Embedded() {
		return f.Name()
	}
	t := types.Unalias(e.subst(f.Type()))
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	name := e.typ(t)
	return name[strings.LastIndexByte(name, '.')+1:]
}

func (e *emitter) interfaceType(t *types.Interface) string {
	if t.NumMethods() == 0 {
		if t.IsComparable() && !t.IsMethodSet() {
			e.refuse(token.NoPos, "a constraint as a type")
		}
		return "interface{}"
	}
	var b strings.Builder
	b.WriteString("interface { ")
	for m := range t.Methods() {
		b.WriteString(m.Name() + e.signature(m.Signature()) + "; ")
	}
	return b.String() + "}"
}

// named is a named type: one of the session, a compiled one, or one lowered
// from source.
func (e *emitter) named(t *types.Named) string {
	obj := t.Obj()
	if obj.Pkg() == nil {
		return obj.Name() // error, comparable
	}
	if en := e.u.entryOf(t.Origin().Obj()); en != nil && en.native == nil && t.TypeArgs().Len() == 0 {
		return en.Emit
	}
	if t.TypeArgs().Len() == 0 && reachable(obj) && obj.Parent() == obj.Pkg().Scope() && e.native(obj) {
		return e.alias(obj.Pkg().Path()) + "." + obj.Name()
	}
	if sig, ok := t.Underlying().(*types.Signature); ok && t.NumMethods() == 0 && !mentionsItself(t) {
		return e.typ(sig) // iter.Seq and the like
	}
	return e.typeInstance(t)
}

// native says whether a compiled form of a package-level object can be used.
func (e *emitter) native(obj types.Object) bool {
	if obj.Pkg().Path() == "unsafe" {
		return true
	}
	_, ok := e.s.opt.Packages.Symbols(obj.Pkg().Path())[obj.Name()]
	return ok
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
