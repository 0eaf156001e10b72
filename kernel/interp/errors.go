package interp

import (
	"errors"
	"go/types"
	"reflect"
)

// inner is what an error is underneath: the interpreter's value, and its type,
// when compiled code sees it through a wrapper.
func (s *Session) inner(err error) (reflect.Value, types.Type) {
	v := reflect.ValueOf(err)
	if !v.IsValid() || !isWrapper(v.Type()) {
		return v, nil
	}
	if own, t, ok := s.identify(err); ok {
		return own, t
	}
	v = v.Field(0).Elem()
	return v, s.typeFor(v.Type())
}

// chain calls f for err and what it wraps, as package errors goes through them,
// until f is content.
func (s *Session) chain(err error, f func(error) bool) bool {
	for err != nil {
		if f(err) {
			return true
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
			continue
		case interface{ Unwrap() []error }:
			for _, e := range u.Unwrap() {
				if s.chain(e, f) {
					return true
				}
			}
			return false
		}
		v, t := s.inner(err)
		out, ok := s.callMethod(v, t, "Unwrap")
		if !ok {
			return false
		}
		switch u := out.(type) {
		case error:
			err = u
		case []error:
			for _, e := range u {
				if s.chain(e, f) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// callMethod calls a method of an interpreter's value that has one result.
func (s *Session) callMethod(v reflect.Value, t types.Type, name string, args ...reflect.Value) (any, bool) {
	if !v.IsValid() || t == nil {
		return nil, false
	}
	f, ok := s.bound(v, t, name)
	if !ok {
		return nil, false
	}
	out := f(args...)
	if len(out) != 1 || !out[0].IsValid() {
		return nil, false
	}
	return out[0].Interface(), true
}

// isError is errors.Is.
func (s *Session) isError(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	want, wantType := s.inner(target)
	return s.chain(err, func(e error) bool {
		v, t := s.inner(e)
		if v.Type() == want.Type() && sameType(t, wantType) && v.Comparable() && want.Comparable() && v.Equal(want) {
			return true
		}
		if x, ok := e.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
		same, ok := s.callMethod(v, t, "Is", reflect.ValueOf(&target).Elem())
		return ok && same == true
	})
}

func sameType(a, b types.Type) bool {
	return a == nil || b == nil || types.Identical(a, b)
}

// asError is errors.As: p points to a variable of the type with the number id.
func (s *Session) asError(err error, id int, p any) bool {
	to, want := reflect.ValueOf(p).Elem(), s.lang.TypeByID(id)
	return s.chain(err, func(e error) bool {
		v, t := s.inner(e)
		switch {
		case v.Type() == to.Type() && sameType(t, want):
			to.Set(v)
		case to.Kind() == reflect.Interface && reflect.TypeOf(e).Implements(to.Type()):
			to.Set(reflect.ValueOf(e))
		case isBox(to.Type()):
			return s.asOwn(e, to, want)
		default:
			if x, ok := e.(interface{ As(any) bool }); ok {
				return x.As(p)
			}
			found, ok := s.callMethod(v, t, "As", reflect.ValueOf(p))
			return ok && found == true
		}
		return true
	})
}

// asOwn sets a variable of an interface type that a cell declared.
func (s *Session) asOwn(e error, to reflect.Value, want types.Type) bool {
	box, t, ok := s.boxed(e)
	if !ok || t == nil || !box.IsValid() || box.Type() != to.Type() {
		return false
	}
	i, isIface := want.Underlying().(*types.Interface)
	if !isIface || !types.Implements(t, i) {
		return false
	}
	to.Set(box)
	return true
}

// unwrapError is errors.Unwrap.
func (s *Session) unwrapError(err error) error {
	if err == nil {
		return nil
	}
	if u := errors.Unwrap(err); u != nil {
		return u
	}
	v, t := s.inner(err)
	out, _ := s.callMethod(v, t, "Unwrap")
	e, _ := out.(error)
	return e
}
