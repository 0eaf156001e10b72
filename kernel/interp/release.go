package interp

import (
	"reflect"
	"unsafe"
)

// compiled finds the two lists in which the interpreter keeps all that it has
// ever compiled: the syntax of each program, and the scope of each function of
// package main. Only its debugger reads them, and it has no way to empty them.
// A list is left out when the interpreter is not built as expected.
func (s *Session) compiled() (lists []*[]unsafe.Pointer) {
	in := reflect.ValueOf(s.in).Elem()
	add := func(list reflect.Value) {
		if list.IsValid() && list.CanAddr() && list.Kind() == reflect.Slice && list.Type().Elem().Kind() == reflect.Pointer {
			lists = append(lists, (*[]unsafe.Pointer)(unsafe.Pointer(list.UnsafeAddr())))
		}
	}
	add(in.FieldByName("roots"))
	if scopes := in.FieldByName("scopes"); scopes.Kind() == reflect.Map {
		main := scopes.MapIndex(reflect.ValueOf("main"))
		if main.IsValid() && main.Kind() == reflect.Pointer && main.Elem().Kind() == reflect.Struct {
			add(main.Elem().FieldByName("child"))
		}
	}
	return lists
}

// release lets go of what the interpreter keeps of programs that have been
// declared, so that a session does not grow with every cell.
func (s *Session) release() {
	for _, list := range s.compiled() {
		clear(*list)
		*list = (*list)[:0]
	}
}
