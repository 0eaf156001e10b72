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
}

// Names lists the session's names, sorted.
func (s *Session) Names() []Name {
	var list []Name
	for _, e := range s.lang.Entries() {
		n := Name{Name: e.Name, Cell: e.Cell, Type: lang.TypeText(e.Obj.Type())}
		switch obj := e.Obj.(type) {
		case *types.Var:
			n.Kind, n.Value = "var", s.preview(e)
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

// Restore brings back the declarations of cells, oldest first, and the variables
// that only constants were assigned to. The others are lost: using them is an
// error until a cell sets them.
func (s *Session) Restore(cells []lang.Cell) (names, lost []string) {
	var units []*lang.Unit
	changed := map[string]bool{}
	for _, c := range cells {
		s.mu.Lock()
		s.count = c.N
		s.mu.Unlock()
		if s.opt.RestoreCell != nil {
			if rest, ok := s.opt.RestoreCell(s, c); ok {
				c.Code = rest
			}
		}
		u, _, _, err := s.prepare(c)
		if err != nil {
			continue // it failed then, too
		}
		units = append(units, u)
		s.promote(u)
		for n := range u.Changed() {
			changed[n] = true
		}
	}
	gone := map[string]bool{}
	for _, u := range units {
		r := s.lang.Restoring(u, changed)
		for _, n := range r.Lost {
			gone[n] = true
		}
		for _, n := range r.Back {
			gone[n] = changed[n]
		}
		if r.Code != "" {
			s.prepareAndRun(lang.Cell{N: u.Cell().N, Code: r.Code})
		}
	}
	for _, e := range s.lang.Entries() {
		if _, ok := e.Obj.(*types.Var); ok && gone[e.Name] {
			lost = append(lost, e.Name)
		} else {
			names = append(names, e.Name)
		}
	}
	s.lang.Lose(lost)
	return names, lost
}

// prepareAndRun runs statements that only compute.
func (s *Session) prepareAndRun(c lang.Cell) { _, _ = s.Run(c, nil) }

// Closure is the Go source of a declaration and of all that it needs from the
// session; "" for a name that is not there.
func (s *Session) Closure(name string) string { return s.lang.Closure(name) }
