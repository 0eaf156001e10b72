package lang

import "go/types"

// View is the session as completion and inspection see it, as the last commit
// left it.
func (s *Session) View() View {
	v := View{Packages: s.Packages(), Objects: map[string]types.Object{}, Imports: map[string]string{}}
	texts := map[string]string{}
	for _, e := range s.Entries() {
		v.Objects[e.Name] = e.Obj
		texts[e.Name] = e.Text
	}
	for name, p := range s.Imports() {
		v.Imports[name] = p.Path()
	}
	v.Source = func(name string) string { return texts[name] }
	return v
}
