package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
)

const bindLine = "%ǃbind"

// Eval gives the value of one Go expression. Inside a magic it runs in the
// cell's goroutine and ends with it.
func (s *Session) Eval(expr string) (Result, error) {
	r, err := s.Run(lang.Cell{N: s.number(), Code: strings.TrimSpace(expr)}, nil)
	if err == nil && !r.Shown {
		return r, fmt.Errorf("evaluate %s: it has no value", expr)
	}
	return r, err
}

// RunGo runs code as a part of the running cell, or as a cell of its own.
func (s *Session) RunGo(code string) (Result, error) {
	return s.Run(lang.Cell{N: s.number(), Code: code}, nil)
}

func (s *Session) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Bind makes v a variable of the session, with the type that it has.
func (s *Session) Bind(name string, v any) error {
	if _, err := s.lang.TypeOf(reflect.TypeOf(v)); err != nil {
		return fmt.Errorf("bind %s: %w", name, err)
	}
	s.bindType = reflect.TypeOf(v)
	_, err := s.Run(lang.Cell{N: s.number(), Code: name + " := " + bindLine}, func(lang.Segment) (any, error) { return v, nil })
	if err != nil {
		return fmt.Errorf("bind %s: %w", name, err)
	}
	return nil
}

// A Name is one name of the session.
type Name struct {
	Name  string
	Kind  string // var, func, type, const
	Type  string
	Value string // a short text; "" for types and functions
	Cell  int
	Len   int // of a slice, map, array, channel or string; -1 for others
	Cap   int // of a slice or channel; -1 for others
}

// Names lists the session's names, sorted.
func (s *Session) Names() []Name {
	var list []Name
	for _, e := range s.lang.Entries() {
		n := Name{Name: e.Name, Cell: e.Cell, Type: lang.TypeText(e.Obj.Type()), Len: -1, Cap: -1}
		switch obj := e.Obj.(type) {
		case *types.Var:
			n.Kind, n.Value = "var", s.preview(e)
			s.measure(e, &n)
		case *types.Const:
			n.Kind, n.Value = "const", obj.Val().String()
		case *types.Func:
			n.Kind = "func"
		case *types.TypeName:
			n.Kind, n.Type = "type", lang.TypeText(obj.Type().Underlying())
		}
		list = append(list, n)
	}
	return list
}

// measure fills in how long a variable is.
func (s *Session) measure(e *lang.Entry, n *Name) {
	v, ok := s.value(e)
	if !ok {
		return
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Chan:
		n.Cap = v.Cap()
		fallthrough
	case reflect.Map, reflect.Array, reflect.String:
		n.Len = v.Len()
	}
}

// Size is about how many bytes a variable holds, with all that it points to; 0
// for what is none. Whole is false when there was more than could be looked at:
// too much, or what a cell that runs may be writing to.
func (s *Session) Size(name string) (bytes int64, whole bool) {
	defer func() {
		if recover() != nil { // a value that cannot be looked into
			whole = false
		}
	}()
	e, ok := s.lang.Lookup(name)
	if !ok {
		return 0, true
	}
	v, ok := s.value(e)
	switch {
	case !ok:
		return 0, true
	case s.busy():
		return int64(v.Type().Size()), flatType(v.Type())
	}
	return size(v)
}

// Preview is a short text of a variable's value; "" when there is none.
func (s *Session) Preview(name string) string {
	e, ok := s.lang.Lookup(name)
	if !ok {
		return ""
	}
	if c, ok := e.Obj.(*types.Const); ok {
		return c.Val().String()
	}
	if _, ok := e.Obj.(*types.Var); !ok {
		return ""
	}
	return s.preview(e)
}

// Value is a variable as the host sees it; false when there is none, or when a
// cell that runs may be writing to it.
func (s *Session) Value(name string) (any, bool) {
	e, ok := s.lang.Lookup(name)
	if !ok {
		return nil, false
	}
	v, ok := s.value(e)
	if !ok || !v.CanInterface() || s.busy() {
		return nil, false
	}
	return v.Interface(), true
}

const previewLen = 80

func (s *Session) preview(e *lang.Entry) (text string) {
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	v, ok := s.value(e)
	if !ok {
		return ""
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array, reflect.Chan:
		text = fmt.Sprintf("len %d", v.Len())
		if v.Len() > 16 || v.Kind() == reflect.Map || v.Kind() == reflect.Chan {
			return text
		}
	case reflect.Func:
		return ""
	}
	if s.busy() && !flat(v.Kind()) {
		return text // a cell may be writing to it
	}
	text = fmt.Sprintf("%v", v)
	if r := []rune(text); len(r) > previewLen {
		text = string(r[:previewLen-1]) + "…"
	}
	return strings.ReplaceAll(text, "\n", " ")
}

func (s *Session) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current != nil && s.current.id != goroutine()
}

func flat(k reflect.Kind) bool { return k <= reflect.Complex128 || k == reflect.String }

// value is a variable as the interpreter holds it.
func (s *Session) value(e *lang.Entry) (reflect.Value, bool) {
	s.compile.Lock()
	p, ok := s.vars[e.Emit]
	s.compile.Unlock()
	if !ok || p.Kind() != reflect.Pointer {
		return reflect.Value{}, false
	}
	return p.Elem(), true
}

// Closure is the Go source of a declaration and of all that it needs from the
// session; "" for a name that is not there.
func (s *Session) Closure(name string) string { return s.lang.Closure(name) }
