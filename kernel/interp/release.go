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
	s.takeApart()
	for _, list := range s.compiled() {
		clear(*list)
		*list = (*list)[:0]
	}
}

// takeApart cuts the ties between the declarations of each program that has been
// run: a node knows its parent, so that any function, type or variable that
// lives on would keep the syntax of its whole program. Nothing is cut when the
// interpreter is not built as expected.
func (s *Session) takeApart() {
	roots := reflect.ValueOf(s.in).Elem().FieldByName("roots")
	if roots.Kind() != reflect.Slice || roots.Type().Elem().Kind() != reflect.Pointer {
		return
	}
	node := roots.Type().Elem()
	children, ok := node.Elem().FieldByName("child")
	parent, ok2 := node.Elem().FieldByName("anc")
	if !ok || !ok2 || children.Type != roots.Type() || parent.Type != node {
		return
	}
	for i := range roots.Len() {
		root := roots.Index(i).UnsafePointer()
		list := (*[]unsafe.Pointer)(unsafe.Add(root, children.Offset))
		for _, child := range *list {
			*(*unsafe.Pointer)(unsafe.Add(child, parent.Offset)) = nil
		}
		*list = nil
	}
}
