package interp

import (
	"fmt"
	"go/types"
	"reflect"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// as puts what x holds into what p points to, when it is of the type with the
// number id.
func (s *Session) as(x *any, p any, id int) bool {
	v, have := s.held(*x)
	want, to := s.lang.TypeByID(id), reflect.ValueOf(p).Elem()
	if !v.IsValid() || v.Type() != to.Type() {
		return false
	}
	if have != nil && want != nil && !types.Identical(have, want) {
		return false
	}
	if have == nil && s.lang.EmittedName(want) != "" {
		return false // a named type says so in what holds it
	}
	to.Set(v)
	return true
}

// notA panics as a failed type assertion does.
func (s *Session) notA(x *any, want string) {
	v, have, _ := s.concrete(reflect.ValueOf(x).Elem(), anyType)
	text := "nil"
	switch {
	case have != nil:
		text = goType(have)
	case v.IsValid():
		text = lang.Plain(v.Type().String())
	}
	panic(runtimeError(fmt.Sprintf("interface conversion: interface {} is %s, not %s", text, want)))
}

// held is the value in an interface, and its type when a session has declared it.
func (s *Session) held(x any) (reflect.Value, types.Type) {
	if e, ok := x.(sessionError); ok {
		return reflect.ValueOf(e.IValue), e.t
	}
	v, t, _ := s.concrete(reflect.ValueOf(&x).Elem(), anyType)
	return v, t
}

// A sessionError is an error of a type that a cell declares, on its way through
// compiled code. The interpreter looks for the value in a first field IValue.
type sessionError struct {
	IValue any
	t      types.Type
	text   string
}

func (e sessionError) Error() string { return e.text }

// panicError panics with the error that p points to.
func (s *Session) panicError(p any, id int) {
	v := reflect.ValueOf(p).Elem()
	t := s.lang.TypeByID(id)
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	text := fmt.Sprint(own.Interface())
	if f, ok := s.bound(own, t, "Error"); ok {
		text = f()[0].String()
	}
	panic(sessionError{own.Interface(), t, text})
}

// equal compares what two interfaces hold.
func (s *Session) equal(x, y *any) bool {
	v, t := s.held(*x)
	w, u := s.held(*y)
	switch {
	case !v.IsValid() || !w.IsValid():
		return v.IsValid() == w.IsValid()
	case (t == nil) != (u == nil), t != nil && !types.Identical(t, u), v.Type() != w.Type():
		return false
	case !v.Comparable():
		panic(runtimeError("runtime error: comparing uncomparable type " + lang.Plain(v.Type().String())))
	}
	return v.Equal(w)
}
