package lang

import (
	"fmt"
	"go/types"
	"regexp"
	"strings"
)

// A localInstance is a type that a generic function declares, with the function's
// type arguments put in.
type localInstance struct {
	of   *types.TypeName
	args env
	made *types.Named
}

// localInstance is the type t, which has type arguments of its own when targs are
// given, with the part of m put in that belongs to the functions around it; t
// itself when there is none.
func (s *Session) localInstance(t *types.Named, targs []types.Type, m env) types.Type {
	obj := t.Obj()
	if obj.Pkg() == nil || obj.Parent() == nil || obj.Parent() == obj.Pkg().Scope() {
		return t
	}
	part := around(obj, m)
	if len(part) == 0 {
		return t
	}
	key := fmt.Sprintf("%p", obj)
	list := func(ts []types.Type) string {
		var args []string
		for _, a := range ts {
			key += fmt.Sprintf(" %d", s.typeID(a))
			args = append(args, s.ArgText(a))
		}
		return strings.Join(args, ",")
	}
	args := list(sortedEnv(part))
	if len(targs) > 0 {
		args += ";" + list(targs)
	}
	s.locals.mu.Lock()
	have, ok := s.locals.byKey[key]
	s.locals.mu.Unlock()
	if ok {
		return have.made
	}
	name := types.NewTypeName(obj.Pos(), obj.Pkg(), obj.Name()+"["+args+"]", nil)
	made := types.NewNamed(name, nil, nil)
	s.locals.mu.Lock()
	if s.locals.byKey == nil {
		s.locals.byKey, s.locals.byName = map[string]localInstance{}, map[*types.TypeName]localInstance{}
	}
	in := localInstance{obj, part, made}
	s.locals.byKey[key], s.locals.byName[name] = in, in
	s.locals.mu.Unlock()
	made.SetUnderlying(s.substitute(t.Underlying(), m))
	return made
}

// ArgText is a type argument as the compiler writes it in the name of a type.
func (s *Session) ArgText(t types.Type) string {
	text := types.TypeString(s.substitute(t, nil), (*types.Package).Path) // without aliases
	return structBraces.ReplaceAllString(text, "struct { $1 }")
}

var structBraces = regexp.MustCompile(`struct\{([^{}]+)\}`)

// localInstanceOf finds the instance that has a name.
func (s *Session) localInstanceOf(obj *types.TypeName) (localInstance, bool) {
	s.locals.mu.Lock()
	defer s.locals.mu.Unlock()
	in, ok := s.locals.byName[obj]
	return in, ok
}
