package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"

	"github.com/cellar-ml/cellar/internal/rtype"
	"github.com/cellar-ml/cellar/kernel/lang"
	yaegi "github.com/traefik/yaegi/interp"
)

// put gives *to, an interface's variable, the value at p, which is of the type
// with the number id.
func (s *Session) put(to, p any, id int) {
	v, dst := reflect.ValueOf(p), reflect.ValueOf(to).Elem()
	rt := s.real.byID(id)
	if rt.Size() != v.Type().Elem().Size() {
		panic(fmt.Sprintf("type %s is not laid out as the interpreter has it", rt))
	}
	dst.Set(reflect.NewAt(rt, v.UnsafePointer()).Elem())
}

// as puts what the interface at x holds into what p points to, when it is of the
// type with the number id.
func (s *Session) as(x, p any, id int) bool {
	v, to := reflect.ValueOf(x).Elem().Elem(), reflect.ValueOf(p).Elem()
	to.SetZero() // a named result holds what its caller assigns to
	if !v.IsValid() {
		return false
	}
	want := s.real.byID(id)
	if want.Kind() == reflect.Interface {
		if !v.Type().Implements(want) {
			return false
		}
		to.Set(v)
		return true
	}
	if v.Type() != want {
		have := s.real.typeOf(v.Type())
		if have == nil || !types.Identical(have, s.lang.TypeByID(id)) {
			return false
		}
	}
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	to.Set(reflect.NewAt(to.Type(), c.UnsafePointer()).Elem())
	return true
}

// notA panics as a failed type assertion does.
func (s *Session) notA(x any, id int) {
	i := reflect.ValueOf(x).Elem()
	want := s.real.byID(id)
	text := "interface conversion: "
	switch v := i.Elem(); {
	case want.Kind() == reflect.Interface && v.IsValid():
		text += fmt.Sprintf("%s is not %s: missing method %s", v.Type(), want, missing(v.Type(), want))
	case want.Kind() == reflect.Interface:
		text += fmt.Sprintf("interface is nil, not %s", want)
	case v.IsValid():
		text += fmt.Sprintf("%s is %s, not %s", interfaceName(i.Type()), v.Type(), want)
	default:
		text += fmt.Sprintf("%s is nil, not %s", interfaceName(i.Type()), want)
	}
	panic(runtimeError(text))
}

func interfaceName(t reflect.Type) string {
	if t.NumMethod() == 0 {
		return "interface {}"
	}
	return t.String()
}

// missing is the first method of an interface that a type does not have.
func missing(t, want reflect.Type) string {
	for i := range want.NumMethod() {
		m := want.Method(i)
		have, ok := t.MethodByName(m.Name)
		if !ok || have.Type.NumIn() != m.Type.NumIn()+1 {
			return m.Name
		}
	}
	return want.Method(0).Name
}

// methodOf sets the function at f to a method of what the interface at x holds,
// and gives the argument that it takes first.
func methodOf(x any, i int, f any) unsafe.Pointer {
	v := reflect.ValueOf(x)
	if v.Elem().IsNil() {
		panic(nilPointer)
	}
	return rtype.Func(v.UnsafePointer(), i, reflect.ValueOf(f).UnsafePointer())
}

// equal compares what two interfaces hold.
func equal(x, y *any) (same bool) { return *x == *y }

// code is told of the code of a method.
func (s *Session) code(id int, name string, f any) {
	s.real.setMethod(s.lang.TypeByID(id), name, reflect.ValueOf(f))
}

// pun gives *to what is in the memory of *p, which is laid out the same or begins so.
func pun(to, p any) {
	v := reflect.ValueOf(to).Elem()
	v.Set(reflect.NewAt(v.Type(), reflect.ValueOf(p).UnsafePointer()).Elem())
}

// opened lets an unexported field of an addressable struct be read.
func opened(v reflect.Value) reflect.Value {
	if v.CanInterface() || !v.CanAddr() {
		return v
	}
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

// loadTypes makes the types that a program imports known to the interpreter.
func (s *Session) loadTypes(ids []int) error {
	if len(ids) == 0 {
		return nil
	}
	syms := map[string]reflect.Value{}
	for _, id := range ids {
		rt, err := s.kept.of(s.lang.TypeByID(id))
		if err != nil {
			return err
		}
		syms[lang.HostName(id)] = reflect.Zero(reflect.PointerTo(rt))
	}
	return s.in.Use(yaegi.Exports{lang.Types + "/types": syms})
}
