package interp

import (
	"cmp"
	"fmt"
	"go/types"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/plain"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// Format prints the value for any verb but %T and %p, as package fmt prints one
// of the compiled program.
func (x typed) Format(st fmt.State, verb rune) {
	p := printer{s: x.s, st: st, verb: verb, spec: fmt.FormatString(st, verb), plus: verb == 'v' && st.Flag('+'), sharp: verb == 'v' && st.Flag('#')}
	p.value(x.v, x.t, 0, true)
}

// A printer prints one operand.
type printer struct {
	s           *Session
	st          fmt.State
	verb        rune
	spec        string
	plus, sharp bool
}

func (p *printer) write(text string) { _, _ = io.WriteString(p.st, text) }

// deepest is how far a value is followed: one that holds itself would never end,
// and its stack overflow would cost the session its values.
const deepest = 50

// value prints v, of type t; open says whether its methods may be called: those
// of what unexported fields hold may not.
func (p *printer) value(v reflect.Value, t types.Type, depth int, open bool) {
	if depth > deepest {
		p.write("…")
		return
	}
	if t == nil || types.IsInterface(t) || isBox(v.Type()) {
		p.dynamic(v, depth, open)
		return
	}
	if open && p.byMethod(v, t) {
		return
	}
	v = opened(v)
	if !lang.OfSession(t) {
		p.compiled(v, depth)
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		p.structure(v, t, u, depth, open)
	case *types.Map:
		p.mapping(v, t, u, depth, open)
	case *types.Slice:
		p.list(v, t, u.Elem(), depth, open)
	case *types.Array:
		p.list(v, t, u.Elem(), depth, open)
	case *types.Pointer:
		p.pointer(v, t, u, depth, open)
	default:
		p.basic(v, t)
	}
}

// dynamic prints what an interface holds.
func (p *printer) dynamic(v reflect.Value, depth int, open bool) {
	v, t, wrapper := p.s.concrete(opened(v), anyType)
	switch {
	case !v.IsValid() && p.sharp:
		p.write("interface {}(nil)")
	case !v.IsValid():
		p.write("<nil>")
	case t != nil:
		p.value(v, t, depth, open)
	case wrapper != nil:
		fmt.Fprintf(p.st, p.spec, wrapper)
	default:
		p.compiled(v, depth)
	}
}

// compiled prints a value that has nothing of a session's in it.
func (p *printer) compiled(v reflect.Value, depth int) {
	if depth > 0 && v.Kind() == reflect.Pointer && !v.IsNil() && !hasText(v.Type()) {
		fmt.Fprintf(p.st, "%#x", v.Pointer())
		return
	}
	if !v.CanInterface() {
		p.write(fmt.Sprintf(p.spec, v))
		return
	}
	fmt.Fprintf(p.st, p.spec, plain.Value(v.Interface()))
}

func hasText(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[fmt.Stringer]()) || t.Implements(reflect.TypeFor[error]()) || t.Implements(reflect.TypeFor[fmt.Formatter]())
}

// byMethod prints v by its own methods, if it has one for the verb.
func (p *printer) byMethod(v reflect.Value, t types.Type) bool {
	if !hasName(t) {
		return false
	}
	if f, ok := p.s.bound(v, t, "Format"); ok {
		f(reflect.ValueOf(p.st), reflect.ValueOf(p.verb))
		return true
	}
	if p.sharp {
		f, ok := p.s.bound(v, t, "GoString")
		if ok {
			p.write(f()[0].String())
		}
		return ok
	}
	if !strings.ContainsRune("vsxXq", p.verb) {
		return false
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	text, ok := p.s.says(v, t)
	if ok {
		fmt.Fprintf(p.st, p.spec, text)
	}
	return ok
}

// hasName says whether t, or what it points to, is a named type.
func hasName(t types.Type) bool {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	if _, ok := t.(*types.Named); ok {
		return true
	}
	st, ok := t.(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if f.Embedded() {
			return true
		}
	}
	return false
}

func (p *printer) structure(v reflect.Value, t types.Type, st *types.Struct, depth int, open bool) {
	if p.sharp {
		p.write(goType(t))
	}
	p.write("{")
	for i := range st.NumFields() {
		if i >= v.NumField() {
			break
		}
		f := st.Field(i)
		if i > 0 {
			p.write(map[bool]string{true: ", ", false: " "}[p.sharp])
		}
		if p.plus || p.sharp {
			p.write(f.Name() + ":")
		}
		p.value(opened(v.Field(i)), f.Type(), depth+1, open && f.Exported())
	}
	p.write("}")
}

func (p *printer) mapping(v reflect.Value, t types.Type, m *types.Map, depth int, open bool) {
	sep := " "
	if p.sharp {
		p.write(goType(t))
		if v.IsNil() {
			p.write("(nil)")
			return
		}
		sep = ", "
		p.write("{")
	} else {
		p.write("map[")
	}
	for i, k := range p.sortedKeys(v) {
		if i > 0 {
			p.write(sep)
		}
		p.value(addressable(k), m.Key(), depth+1, open)
		p.write(":")
		p.value(addressable(v.MapIndex(k)), m.Elem(), depth+1, open)
	}
	p.write(map[bool]string{true: "}", false: "]"}[p.sharp])
}

func addressable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// sortedKeys orders the keys of a map as package fmt does.
func (p *printer) sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	slices.SortStableFunc(keys, func(a, b reflect.Value) int { return compareKeys(p.s.bare(a), p.s.bare(b)) })
	return keys
}

func (s *Session) bare(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface || isBox(v.Type()) {
		v, _, _ = s.concrete(v, anyType)
	}
	return v
}

func compareKeys(a, b reflect.Value) int {
	if !a.IsValid() || !b.IsValid() || a.Kind() != b.Kind() {
		return cmp.Compare(kindOf(a), kindOf(b))
	}
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String())
	case a.Kind() == reflect.Bool:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	case a.Kind() == reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case a.Kind() == reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func kindOf(v reflect.Value) reflect.Kind {
	if !v.IsValid() {
		return reflect.Invalid
	}
	return v.Kind()
}

func (p *printer) list(v reflect.Value, t, elem types.Type, depth int, open bool) {
	if b, ok := elem.Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 && strings.ContainsRune("sqxX", p.verb) {
		fmt.Fprintf(p.st, p.spec, opened(v).Interface())
		return
	}
	sep, begin, end := " ", "[", "]"
	if p.sharp {
		p.write(goType(t))
		if v.Kind() == reflect.Slice && v.IsNil() {
			p.write("(nil)")
			return
		}
		sep, begin, end = ", ", "{", "}"
	}
	p.write(begin)
	for i := range v.Len() {
		if i > 0 {
			p.write(sep)
		}
		p.value(opened(v.Index(i)), elem, depth+1, open)
	}
	p.write(end)
}

func (p *printer) pointer(v reflect.Value, t types.Type, ptr *types.Pointer, depth int, open bool) {
	if v.Kind() != reflect.Pointer || v.IsNil() {
		if p.sharp {
			p.write("(" + goType(t) + ")(nil)")
		} else if p.verb == 'v' {
			p.write("<nil>")
		} else {
			fmt.Fprintf(p.st, p.spec, (*int)(nil))
		}
		return
	}
	switch ptr.Elem().Underlying().(type) {
	case *types.Struct, *types.Array, *types.Slice, *types.Map:
		if depth == 0 && v.Elem().Type().PkgPath() == "" {
			p.write("&")
			p.value(v.Elem(), ptr.Elem(), depth+1, open)
			return
		}
	}
	if p.sharp {
		p.write(fmt.Sprintf("(%s)(%#x)", goType(t), v.Pointer()))
		return
	}
	fmt.Fprintf(p.st, "%#x", v.Pointer())
}

// basic prints a value of a basic, function or channel type without its methods.
func (p *printer) basic(v reflect.Value, t types.Type) {
	spec := p.spec
	switch {
	case v.Kind() == reflect.Func || v.Kind() == reflect.Chan:
		if v.IsNil() {
			p.write("<nil>")
			return
		}
		fmt.Fprintf(p.st, "%#x", v.Pointer())
	case p.sharp && (v.Kind() == reflect.String || v.CanInt() || v.CanUint() || v.CanFloat() || v.Kind() == reflect.Bool):
		fmt.Fprintf(p.st, "%#v", bareValue(v))
	default:
		fmt.Fprintf(p.st, spec, bareValue(v))
	}
}

// bareValue is a value of a basic kind without the methods of its type.
func bareValue(v reflect.Value) any {
	switch {
	case v.CanInt():
		return v.Int()
	case v.CanUint():
		return v.Uint()
	case v.Kind() == reflect.Float32:
		return float32(v.Float())
	case v.CanFloat():
		return v.Float()
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	}
	return opened(v).Interface()
}
