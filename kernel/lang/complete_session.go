package lang

import (
	"go/types"
	"strings"
)

// View is the session as completion and inspection see it, as the last commit
// left it.
func (s *Session) View() View {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := View{
		Packages: s.opt.Packages, Objects: make(map[string]types.Object, len(s.names)), Imports: make(map[string]string, len(s.imports)),
		Dots: s.dots[:len(s.dots):len(s.dots)], Source: s.declared,
	}
	for name, e := range s.names {
		v.Objects[name] = e.Obj
	}
	for name, p := range s.imports {
		v.Imports[name] = p.Path()
	}
	return v
}

// declared is the text that declared a name or a method ("Wine.Drink"), and
// its doc comment.
func (s *Session) declared(name string) (text, doc string) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	base, method, _ := strings.Cut(name, ".")
	e := s.names[base]
	if e != nil && method != "" {
		e = e.methods[method]
	}
	if e == nil {
		return "", ""
	}
	cell, line, _ := s.Position(e.Obj.Pos())
	return e.Text, docAt(cell.Code, line)
}
