package interp

import (
	"go/types"
	"reflect"
	"strings"
	"unsafe"

	"github.com/cellar-ml/cellar/internal/plain"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// A typed is a value with its type in the cell's Go, so that it prints as the
// compiler's program would print it: with the names of its types and fields and
// with their methods.
type typed struct {
	s *Session
	v reflect.Value // not an interface's box
	t types.Type
}

// GoType is the value's type as %T shows it.
func (x typed) GoType() string { return goType(x.t) }

func goType(t types.Type) string {
	text := types.TypeString(t, func(p *types.Package) string { return p.Name() })
	return lang.Unmarked(strings.ReplaceAll(text, "any", "interface {}"))
}

// typed takes a value, by its address, and the number of its type.
func (s *Session) typed(id int, p any) any {
	t := s.lang.TypeByID(id)
	v := reflect.ValueOf(p).Elem()
	if t == nil {
		return plain.Value(v.Interface())
	}
	return s.printable(v, t)
}

// typedAll takes a slice of values, by its address.
func (s *Session) typedAll(p any) []any {
	v := reflect.ValueOf(p).Elem()
	out := make([]any, v.Len())
	for i := range out {
		out[i] = s.printable(v.Index(i), anyType)
	}
	return out
}

var anyType = types.Universe.Lookup("any").Type()

// printable is what compiled code is given to print.
func (s *Session) printable(v reflect.Value, t types.Type) any {
	v, t, wrapper := s.concrete(v, t)
	switch {
	case !v.IsValid():
		return nil
	case t == nil && wrapper != nil:
		return wrapper
	case t == nil:
		return plain.Value(v.Interface())
	}
	return typed{s, v, t}
}

// concrete opens interfaces and the boxes in them. The type is nil for a value
// that no type of a session has a part in; wrapper is then what a compiled
// interface held, when it held a value of the interpreter's.
func (s *Session) concrete(v reflect.Value, t types.Type) (_ reflect.Value, _ types.Type, wrapper any) {
	if t != nil && !types.IsInterface(t) {
		return v, t, nil
	}
	name := ""
	for v.IsValid() {
		switch {
		case v.Kind() == reflect.Interface:
			v = v.Elem()
		case isBox(v.Type()):
			if n := boxTypeName(v); n != "" {
				name = n
			}
			v = boxValue(v)
		case isWrapper(v.Type()):
			wrapper = v.Interface()
			if own, t, ok := s.identify(wrapper); ok {
				return own, t, wrapper
			}
			v = v.Field(0).Elem()
		default:
			if x, ok := v.Interface().(typed); ok {
				return x.v, x.t, nil
			}
			if named := s.lang.TypeByName(name); named != nil {
				return v, named, wrapper
			}
			return v, s.typeFor(v.Type()), wrapper
		}
	}
	return v, nil, nil
}

// typeFor finds the session's type of a value by its reflected type; nil when
// nothing of it is a session's.
func (s *Session) typeFor(rt reflect.Type) types.Type {
	switch rt.Kind() {
	case reflect.Struct:
		if rt.Name() == "" && rt.NumField() > 0 {
			return s.lang.TypeByName(rt.Field(0).Tag.Get(lang.TypeTag))
		}
	case reflect.Pointer:
		if e := s.typeFor(rt.Elem()); e != nil {
			return types.NewPointer(e)
		}
	case reflect.Slice:
		if e := s.elemFor(rt.Elem()); e != nil {
			return types.NewSlice(e)
		}
	case reflect.Array:
		if e := s.elemFor(rt.Elem()); e != nil {
			return types.NewArray(e, int64(rt.Len()))
		}
	case reflect.Map:
		e, k := s.elemFor(rt.Elem()), s.typeFor(rt.Key())
		if e == nil && k == nil {
			return nil
		}
		return types.NewMap(s.orCompiled(k, rt.Key()), s.orCompiled(e, rt.Elem()))
	}
	return nil
}

// elemFor is typeFor for elements, which may be boxes.
func (s *Session) elemFor(rt reflect.Type) types.Type {
	if rt == anyReflect || isBox(rt) {
		return anyType
	}
	return s.typeFor(rt)
}

func (s *Session) orCompiled(t types.Type, rt reflect.Type) types.Type {
	if t != nil {
		return t
	}
	if c, err := s.lang.TypeOf(rt); err == nil {
		return c
	}
	return anyType
}

var anyReflect = reflect.TypeFor[any]()

func isBox(t reflect.Type) bool {
	return t.Name() == "valueInterface" && t.PkgPath() == "github.com/traefik/yaegi/interp"
}

// isWrapper says whether t is how compiled code sees a value of the
// interpreter's that has methods.
func isWrapper(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() > 0 && t.Field(0).Name == "IValue"
}

// boxTypeName reads the name of the type that the interpreter noted in a box.
func boxTypeName(box reflect.Value) string {
	node := box.Field(0)
	if node.Kind() != reflect.Pointer || node.IsNil() {
		return ""
	}
	typ := node.Elem().FieldByName("typ")
	if !typ.IsValid() || typ.Kind() != reflect.Pointer || typ.IsNil() {
		return ""
	}
	if name := typ.Elem().FieldByName("name"); name.IsValid() && name.Kind() == reflect.String {
		return name.String()
	}
	return ""
}

func boxValue(box reflect.Value) reflect.Value {
	p := reflect.New(box.Type()).Elem()
	p.Set(box)
	v, _ := opened(p.Field(1)).Interface().(reflect.Value)
	return v
}

// opened lets an unexported field of an addressable struct be read.
func opened(v reflect.Value) reflect.Value {
	if v.CanInterface() || !v.CanAddr() {
		return v
	}
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

// method is a method of a session's type that compiled code may call.
func (s *Session) method(typeName, name string, f any) {
	s.methodsMu.Lock()
	defer s.methodsMu.Unlock()
	if s.methods == nil {
		s.methods = map[string]map[string]reflect.Value{}
	}
	if s.methods[typeName] == nil {
		s.methods[typeName] = map[string]reflect.Value{}
	}
	s.methods[typeName][name] = reflect.ValueOf(f)
}

// bound finds a method of v, whose type is t, among those of its type and of
// what is embedded in it; ok is false when it has none.
func (s *Session) bound(v reflect.Value, t types.Type, name string) (f func(args ...reflect.Value) []reflect.Value, ok bool) {
	obj, index, indirect := types.LookupFieldOrMethod(t, false, s.lang.Main(), name)
	m, isFunc := obj.(*types.Func)
	if !isFunc || indirect && obj == nil {
		return nil, false
	}
	for _, i := range index[:len(index)-1] {
		v, t = follow(v, t)
		st, isStruct := t.Underlying().(*types.Struct)
		if !isStruct || v.Kind() != reflect.Struct || i >= v.NumField() {
			return nil, false
		}
		v, t = v.Field(i), st.Field(i).Type()
	}
	if types.IsInterface(t) {
		return nil, false
	}
	pointer, named := pointerTo(v, t)
	s.methodsMu.Lock()
	fn, have := s.methods[s.lang.EmittedName(named)][m.Name()]
	s.methodsMu.Unlock()
	if !have || !pointer.IsValid() || pointer.IsNil() && !nilReceiver(m) {
		return nil, false
	}
	want := fn.Type().In(0)
	if pointer.Type() != want {
		if !pointer.CanConvert(want) {
			return nil, false
		}
		pointer = pointer.Convert(want)
	}
	return func(args ...reflect.Value) []reflect.Value {
		return fn.Call(append([]reflect.Value{pointer}, args...))
	}, true
}

func nilReceiver(m *types.Func) bool {
	_, isPtr := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	return isPtr
}

func follow(v reflect.Value, t types.Type) (reflect.Value, types.Type) {
	if p, ok := t.Underlying().(*types.Pointer); ok && v.Kind() == reflect.Pointer {
		return v.Elem(), p.Elem()
	}
	return v, t
}

// pointerTo is the address of v, or of a copy, and the named type it points to.
func pointerTo(v reflect.Value, t types.Type) (reflect.Value, types.Type) {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		return v, types.Unalias(p.Elem())
	}
	c := reflect.New(v.Type())
	c.Elem().Set(opened(v))
	return c, t
}

// says is what a value says of itself for a verb: by Error or String.
func (s *Session) says(v reflect.Value, t types.Type) (text string, ok bool) {
	for _, name := range []string{"Error", "String"} {
		f, have := s.bound(v, t, name)
		if !have {
			continue
		}
		if out := f(); len(out) == 1 && out[0].Kind() == reflect.String {
			return out[0].String(), true
		}
	}
	return "", false
}
