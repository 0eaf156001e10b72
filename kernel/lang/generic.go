package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// origin is where the source of a function or type is.
type origin struct {
	info *types.Info
	std  bool
	unit *Unit
}

// instance is the name of a function from source with its type arguments put
// in. It is lowered once in a session.
func (e *emitter) instance(obj *types.Func, args []types.Type, pos token.Pos) string {
	path := obj.Pkg().Path()
	if IsNative(path) && len(args) > 0 {
		return e.nativeInstance(obj, args, pos)
	}
	e.bounded(obj, args)
	key := "func " + path + "." + obj.Name() + e.argKey(args)
	if en := e.u.entryOf(obj); en != nil {
		key += " " + en.Emit
	}
	if n, ok := e.known(key); ok {
		return n
	}
	if n, ok := e.compiledSort(obj, args, key); ok {
		return n
	}
	decl, from := e.funcSource(obj, pos)
	name := e.fresh(strings.Map(identOnly, path[strings.LastIndexByte(path, '/')+1:]+"_"+obj.Name()))
	e.u.emitted.names[key] = name
	e.queue = append(e.queue, func() {
		defer e.at(from)()
		def, _ := from.info.Defs[decl.Name].(*types.Func)
		sig := def.Signature()
		e.env = env{}
		for i, a := range args {
			e.env[sig.TypeParams().At(i)] = a
		}
		shown := obj.Name()
		if from.std {
			shown = obj.Pkg().Name() + "." + shown
		}
		e.function(decl, sig, name, shown, nil)
	})
	return name
}

// compiledSort is slices.Sort of numbers or strings, which the host does: the
// interpreter would take a thousand times as long.
func (e *emitter) compiledSort(obj *types.Func, args []types.Type, key string) (string, bool) {
	if obj.Pkg().Path() != "slices" || obj.Name() != "Sort" || len(args) == 0 {
		return "", false
	}
	s, ok := core(args[0]).(*types.Slice)
	if !ok {
		return "", false
	}
	if _, basic := core(s.Elem()).(*types.Basic); !basic {
		return "", false
	}
	typ := e.typ(args[0])
	return e.helper(key, "slices_Sort", func(h string) string {
		return fmt.Sprintf("func %s(x %s) { rtǃ.Sort(x) }", h, typ)
	}), true
}

func identOnly(r rune) rune {
	if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// argKey names type arguments.
func (e *emitter) argKey(args []types.Type) string {
	if len(args) == 0 {
		return ""
	}
	var ks []string
	for _, a := range args {
		ks = append(ks, strconv.Itoa(e.s.typeID(e.subst(a))))
	}
	return "[" + strings.Join(ks, ",") + "]"
}

// maxNested is how deep type arguments may be nested. The checker refuses what
// instantiates itself without end, but not in every cell.
const maxNested = 40

// bounded refuses an instance that leads to ever larger ones.
func (e *emitter) bounded(obj types.Object, args []types.Type) {
	for _, a := range args {
		if nested(e.subst(a), 0) > maxNested {
			e.refuse(obj.Pos(), "%s: its instances lead to ever larger ones (an instantiation cycle)", obj.Name())
		}
	}
}

// endless is the name of a generic type that t leads to in ever larger instances; ""
// when there is none. What has been seen is told by the types' numbers.
func (s *Session) endless(t types.Type, seen map[int]bool) string {
	parts := []types.Type{}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.TypeArgs().Len() == 0 && (t.Obj().Pkg() == nil || t.Obj().Pkg() != s.main) {
			return "" // compiled, so it has an end
		}
		if id := s.typeID(t); seen[id] {
			return ""
		} else {
			seen[id] = true
		}
		if nested(t, 0) > maxNested {
			return t.Obj().Name()
		}
		parts = append(parts, t.Underlying())
	case *types.Map:
		parts = append(parts, t.Key(), t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			parts = append(parts, f.Type())
		}
	case *types.Signature:
		for _, list := range []*types.Tuple{t.Params(), t.Results()} {
			for v := range list.Variables() {
				parts = append(parts, v.Type())
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			parts = append(parts, m.Type())
		}
	case interface{ Elem() types.Type }:
		parts = append(parts, t.Elem())
	}
	for _, p := range parts {
		if name := s.endless(p, seen); name != "" {
			return name
		}
	}
	return ""
}

// nested is how many types stand in each other in t, up to a bound.
func nested(t types.Type, deep int) int {
	most := deep
	if deep > maxNested {
		return most
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			most = max(most, nested(a, deep+1))
		}
	case *types.Map:
		most = max(nested(t.Key(), deep+1), nested(t.Elem(), deep+1))
	case interface{ Elem() types.Type }:
		most = nested(t.Elem(), deep+1)
	}
	return most
}

// unaliasImports makes a key independent of the names that one program gives to
// the packages it imports.
func (e *emitter) unaliasImports(key string) string {
	for path, a := range e.pkgs {
		key = strings.ReplaceAll(key, a+".", strconv.Quote(path)+".")
	}
	return key
}

// at switches the emitter to another source; the function it returns switches
// back.
func (e *emitter) at(from origin) func() {
	info, en, std, fn := e.info, e.env, e.std, e.fn
	e.info, e.std, e.fn = from.info, from.std, nil
	return func() { e.info, e.env, e.std, e.fn = info, en, std, fn }
}

// funcSource finds the declaration of a function: in a cell, or in the source
// of a package that has no compiled form of it.
func (e *emitter) funcSource(obj *types.Func, pos token.Pos) (*ast.FuncDecl, origin) {
	if en := e.u.entryOf(obj); en != nil && en.unit != nil {
		return en.decl.(*ast.FuncDecl), origin{info: en.unit.info, unit: en.unit}
	}
	path := obj.Pkg().Path()
	if p := e.s.sourcePackage(path); p != nil {
		if d := p.funcs[obj.Name()]; d != nil && d.Body != nil {
			return d, origin{info: p.info, std: true}
		}
	}
	if obj.Signature().TypeParams().Len() > 0 {
		e.refuse(pos, "%s.%s: it is generic, and its source is not at hand; a native cell can use it", path, obj.Name())
	}
	e.refuse(pos, "%s.%s: neither a compiled form nor its source is at hand", path, obj.Name())
	return nil, origin{}
}

// typeInstance is the name of a type from source in the names of its methods: generic, local to a function,
// or unexported in a package that is lowered from source.
func (e *emitter) typeInstance(t *types.Named) string {
	obj := t.Origin().Obj()
	args := e.typeArgs(t)
	if IsNative(obj.Pkg().Path()) {
		return e.nativeInstance(obj, args, e.u.pos())
	}
	e.bounded(obj, args)
	key := fmt.Sprintf("type %s.%s#%p%s", obj.Pkg().Path(), obj.Name(), e.stable(obj), e.argKey(args))
	if n, ok := e.known(key); ok {
		return n
	}
	if _, made := e.s.localInstanceOf(obj); made {
		e.u.emitted.names[key] = obj.Name()
		return obj.Name() // it has no methods of its own
	}
	_, from, _ := e.typeSource(obj)
	name := e.s.typeName(obj.Name())
	if len(args) > 0 {
		name = e.fresh(obj.Name())
	}
	e.u.emitted.names[key] = name
	e.methodsOf(obj, name, args, from)
	return name
}

// stable is the object that stands for a type in keys, whichever check of its
// source saw it.
func (e *emitter) stable(obj *types.TypeName) any {
	if en := e.u.entryOf(obj); en != nil {
		return en
	}
	if p := e.s.sourcePackage(obj.Pkg().Path()); p != nil && p.locals[obj] == nil {
		return p.types[obj.Name()]
	}
	return obj
}

func sortedEnv(m env) []types.Type {
	var ks []*types.TypeParam
	for k := range m {
		ks = append(ks, k)
	}
	sort.Slice(ks, func(i, j int) bool { return ks[i].Obj().Pos() < ks[j].Obj().Pos() })
	var ts []types.Type
	for _, k := range ks {
		ts = append(ts, m[k])
	}
	return ts
}

func (e *emitter) typeSource(obj *types.TypeName) (*ast.TypeSpec, origin, *types.Named) {
	if en := e.u.entryOf(obj); en != nil && en.unit != nil {
		return en.decl.(*ast.TypeSpec), origin{info: en.unit.info, unit: en.unit}, obj.Type().(*types.Named)
	}
	if obj.Pkg().Path() == "main" {
		lt, ok := e.u.specs[obj]
		if !ok {
			lt, ok = e.s.specs[obj]
		}
		if ok {
			return lt.spec, origin{info: lt.info}, obj.Type().(*types.Named)
		}
	}
	if p := e.s.sourcePackage(obj.Pkg().Path()); p != nil {
		if spec := p.locals[obj]; spec != nil {
			return spec, origin{info: p.info, std: true}, obj.Type().(*types.Named)
		}
		if spec := p.types[obj.Name()]; spec != nil {
			return spec, origin{info: p.info, std: true}, p.info.Defs[spec.Name].Type().(*types.Named)
		}
	}
	e.refuse(e.u.pos(), "type %s.%s: neither a compiled form nor its source is at hand", obj.Pkg().Path(), obj.Name())
	return nil, origin{}, nil
}

func (u *Unit) pos() token.Pos {
	for _, f := range []*ast.File{u.src.stmts, u.src.decls} {
		if f != nil && len(f.Decls) > 0 {
			return f.Decls[0].Pos()
		}
	}
	return token.NoPos
}

// methodsOf lowers the methods of a type from source.
func (e *emitter) methodsOf(obj *types.TypeName, name string, args []types.Type, from origin) {
	for _, d := range e.methodDecls(obj, from) {
		e.queue = append(e.queue, func() {
			defer e.at(from)()
			m, ok := from.info.Defs[d.Name].(*types.Func)
			if !ok {
				return
			}
			sig := m.Signature()
			e.env = env{}
			for i, a := range args {
				e.env[sig.RecvTypeParams().At(i)] = a
			}
			e.function(d, sig, name, obj.Name()+"."+d.Name.Name, nil)
		})
	}
}

func (e *emitter) methodDecls(obj *types.TypeName, from origin) []*ast.FuncDecl {
	var ds []*ast.FuncDecl
	if en := e.u.entryOf(obj); en != nil {
		for _, m := range e.allMethods(en) {
			ds = append(ds, m.decl.(*ast.FuncDecl))
		}
		return ds
	}
	if from.std {
		if p := e.s.sourcePackage(obj.Pkg().Path()); p != nil {
			return p.methods[obj.Name()]
		}
	}
	return nil
}

func (e *emitter) allMethods(en *Entry) []*Entry {
	ms := map[string]*Entry{}
	for n, m := range en.methods {
		ms[n] = m
	}
	for _, m := range e.u.entries {
		if m.recv == en {
			ms[m.Name] = m
		}
	}
	var list []*Entry
	for _, m := range ms {
		list = append(list, m)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}
