package interp

import (
	"errors"
	"reflect"
)

// inner is what an error is underneath: the interpreter's value when compiled
// code sees it through a wrapper.
func inner(err error) reflect.Value {
	v := reflect.ValueOf(err)
	if v.IsValid() && isWrapper(v.Type()) {
		v = v.Field(0).Elem()
	}
	return v
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
		v := inner(err)
		out, ok := s.callMethod(v, "Unwrap")
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
func (s *Session) callMethod(v reflect.Value, name string, args ...reflect.Value) (any, bool) {
	if !v.IsValid() {
		return nil, false
	}
	t := s.typeFor(v.Type())
	if t == nil {
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
	want := inner(target)
	return s.chain(err, func(e error) bool {
		v := inner(e)
		if v.Type() == want.Type() && v.Comparable() && want.Comparable() && v.Equal(want) {
			return true
		}
		if x, ok := e.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
		same, ok := s.callMethod(v, "Is", reflect.ValueOf(&target).Elem())
		return ok && same == true
	})
}

// asError is errors.As: p points to a variable of the type that is looked for.
func (s *Session) asError(err error, p any) bool {
	to := reflect.ValueOf(p).Elem()
	return s.chain(err, func(e error) bool {
		v := inner(e)
		switch {
		case v.Type() == to.Type():
			to.Set(v)
		case to.Kind() == reflect.Interface && reflect.TypeOf(e).Implements(to.Type()):
			to.Set(reflect.ValueOf(e))
		default:
			x, ok := e.(interface{ As(any) bool })
			return ok && x.As(p)
		}
		return true
	})
}

// unwrapError is errors.Unwrap.
func (s *Session) unwrapError(err error) error {
	if err == nil {
		return nil
	}
	if u := errors.Unwrap(err); u != nil {
		return u
	}
	out, _ := s.callMethod(inner(err), "Unwrap")
	e, _ := out.(error)
	return e
}
