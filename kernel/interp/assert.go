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
	v, have, _ := s.concrete(reflect.ValueOf(x).Elem(), anyType)
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
