package interp

import (
	"reflect"
	"slices"
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

// forget takes names out of package main. What uses them has found them; they
// are only not there to be compiled against, and what nothing uses is collected.
func (s *Session) forget(names []string) {
	scopes := reflect.ValueOf(s.in).Elem().FieldByName("scopes")
	if scopes.Kind() != reflect.Map {
		return
	}
	main := scopes.MapIndex(reflect.ValueOf("main"))
	if !main.IsValid() || main.Kind() != reflect.Pointer || main.Elem().Kind() != reflect.Struct {
		return
	}
	syms := main.Elem().FieldByName("sym")
	if syms.Kind() != reflect.Map || syms.Type().Key().Kind() != reflect.String {
		return
	}
	syms = reflect.NewAt(syms.Type(), unsafe.Pointer(syms.UnsafeAddr())).Elem()
	for _, name := range names {
		syms.SetMapIndex(reflect.ValueOf(name), reflect.Value{})
	}
}

// grow makes room for the globals that a program adds, before it is executed:
// the interpreter would copy all that there are, for every program.
func (s *Session) grow() {
	in := reflect.ValueOf(s.in).Elem()
	universe, frame := in.FieldByName("universe"), in.FieldByName("frame")
	if universe.Kind() != reflect.Pointer || frame.Kind() != reflect.Pointer || universe.IsNil() || frame.IsNil() {
		return
	}
	types, data := universe.Elem().FieldByName("types"), frame.Elem().FieldByName("data")
	if !types.IsValid() || types.Type() != reflect.TypeFor[[]reflect.Type]() || !data.IsValid() || data.Type() != reflect.TypeFor[[]reflect.Value]() {
		return
	}
	all := *(*[]reflect.Type)(unsafe.Pointer(types.UnsafeAddr()))
	slots := (*[]reflect.Value)(unsafe.Pointer(data.UnsafeAddr()))
	if len(*slots) >= len(all) {
		return
	}
	more := slices.Grow(*slots, len(all)-len(*slots))
	for _, t := range all[len(*slots):] {
		more = append(more, reflect.New(t).Elem())
	}
	*slots = more
}
