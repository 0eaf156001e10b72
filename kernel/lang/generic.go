package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strconv"
	"strings"
	"sync"
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
	key := "func " + path + "." + obj.Name() + e.argKey(args)
	if en := e.u.entryOf(obj); en != nil {
		key += " " + en.Emit
	}
	if n, ok := e.known(key); ok {
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

func identOnly(r rune) rune {
	if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// argKey names type arguments by what they are lowered to.
func (e *emitter) argKey(args []types.Type) string {
	if len(args) == 0 {
		return ""
	}
	var ks []string
	for _, a := range args {
		ks = append(ks, e.typ(a))
	}
	return "[" + e.unaliasImports(strings.Join(ks, ",")) + "]"
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
	e.refuse(pos, "%s.%s: neither a compiled form nor its source is at hand", path, obj.Name())
	return nil, origin{}
}

// typeInstance is the name of a type from source: generic, local to a function,
// or unexported in a package that is lowered from source.
func (e *emitter) typeInstance(t *types.Named) string {
	obj := t.Origin().Obj()
	var args []types.Type
	for a := range t.TypeArgs().Types() {
		args = append(args, e.subst(a))
	}
	key := fmt.Sprintf("type %s.%s#%p%s", obj.Pkg().Path(), obj.Name(), e.stable(obj), e.argKey(args))
	if obj.Parent() != obj.Pkg().Scope() { // local: each instance of its function has its own
		for _, a := range sortedEnv(e.env) {
			key += " " + e.unaliasImports(e.typ(a))
		}
	}
	if n, ok := e.known(key); ok {
		return n
	}
	spec, from, origin := e.typeSource(obj)
	name := e.s.typeName(obj.Name())
	if len(args) > 0 {
		name = e.fresh(obj.Name())
	}
	e.u.emitted.names[key] = name
	restore := e.at(from)
	outer := e.env
	e.env = env{}
	for k, v := range outer {
		e.env[k] = v
	}
	for i, a := range args {
		e.env[origin.TypeParams().At(i)] = a
	}
	e.decl(fmt.Sprintf("type %s %s", name, e.declared(name, t, from.info.TypeOf(spec.Type))))
	restore()
	e.methodsOf(obj, name, args, from)
	return name
}

// stable is the object that stands for a type in keys, whichever check of its
// source saw it.
func (e *emitter) stable(obj *types.TypeName) any {
	if en := e.u.entryOf(obj); en != nil {
		return en
	}
	if p := e.s.sourcePackage(obj.Pkg().Path()); p != nil {
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

// srcPackage is a package of the standard library, checked from its source.
type srcPackage struct {
	info    *types.Info
	funcs   map[string]*ast.FuncDecl
	types   map[string]*ast.TypeSpec
	methods map[string][]*ast.FuncDecl
}

type srcPackages struct {
	mu   sync.Mutex
	pkgs map[string]*srcPackage
}

// sourcePackage type-checks a package from source, once; nil when there is no
// source.
func (s *Session) sourcePackage(path string) *srcPackage {
	s.sources.mu.Lock()
	defer s.sources.mu.Unlock()
	if p, ok := s.sources.pkgs[path]; ok {
		return p
	}
	if s.sources.pkgs == nil {
		s.sources.pkgs = map[string]*srcPackage{}
	}
	p := s.loadSource(path)
	s.sources.pkgs[path] = p
	return p
}

func (s *Session) loadSource(path string) *srcPackage {
	files, ok := s.opt.Packages.Source(path)
	if !ok {
		return nil
	}
	p := &srcPackage{info: newInfo(), funcs: map[string]*ast.FuncDecl{}, types: map[string]*ast.TypeSpec{}, methods: map[string][]*ast.FuncDecl{}}
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	replaced := map[string]bool{}
	var parsed []*ast.File
	if text, ok := replacements[path]; ok {
		if f, err := parser.ParseFile(s.fset, path+"/cellar.go", text, parser.SkipObjectResolution); err == nil {
			parsed = append(parsed, f)
			replaced = declared(f)
		}
	}
	for _, n := range names {
		f, err := parser.ParseFile(s.fset, path+"/"+n, files[n], parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		f.Decls = withoutReplaced(f.Decls, replaced)
		parsed = append(parsed, f)
	}
	conf := types.Config{Importer: fromSource{s.opt.Packages}, Error: func(error) {}, Sizes: types.SizesFor("gc", "amd64")}
	_, _ = conf.Check(path, s.fset, parsed, p.info)
	for _, f := range parsed {
		p.index(f)
	}
	return p
}

// withoutReplaced leaves out the declarations that have a replacement.
func withoutReplaced(decls []ast.Decl, replaced map[string]bool) []ast.Decl {
	var out []ast.Decl
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && replaced[d.Name.Name] || d.Recv != nil && replaced[recvBase(d)] {
				continue
			}
		case *ast.GenDecl:
			var specs []ast.Spec
			for _, sp := range d.Specs {
				if ts, ok := sp.(*ast.TypeSpec); ok && replaced[ts.Name.Name] {
					continue
				}
				specs = append(specs, sp)
			}
			d.Specs = specs
		}
		out = append(out, d)
	}
	return out
}

func (p *srcPackage) index(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.funcs[d.Name.Name] = d
			} else {
				base := recvBase(d)
				p.methods[base] = append(p.methods[base], d)
			}
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				if ts, ok := sp.(*ast.TypeSpec); ok {
					p.types[ts.Name.Name] = ts
				}
			}
		}
	}
}

// recvBase is the name of the type that a method declaration belongs to.
func recvBase(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

type fromSource struct{ p Packages }

func (i fromSource) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return i.p.Import(path)
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
}

// replacements are parts of the standard library that its source writes with
// what the interpreter has no form of: the same functions in plain Go.
var replacements = map[string]string{
	"errors": "package errors\nfunc AsType[E error](err error) (E, bool) { var e E; ok := As(err, &e); return e, ok }\n",
	"iter": "package iter\ntype pulled[V any] struct { v V; ok bool }\n" +
		"func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) { p, s := Pull2(func(yield func(V, bool) bool) { for v := range seq { if !yield(v, true) { return } } }); return func() (V, bool) { v, _, ok := p(); return v, ok }, s }\n" +
		"func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) { type pair struct { k K; v V }; want, got := make(chan bool), make(chan pair); started, done := false, false; var panicked any; run := func() { defer close(got); defer func() { panicked = recover() }(); if !<-want { return }; for k, v := range seq { got <- pair{k, v}; if !<-want { return } } }; ask := func(more bool) (k K, v V, ok bool) { if done { return }; if !started { started = true; go run() }; want <- more; p, ok := <-got; if !ok { done = true; if panicked != nil { panic(panicked) } }; return p.k, p.v, ok }; return func() (K, V, bool) { return ask(true) }, func() { if !started { done = true }; ask(false) } }\n",
	"slices": "package slices\nimport \"reflect\"\n" +
		"func overlaps[E any](a, b []E) bool { if len(a) == 0 || len(b) == 0 { return false }; p, q := reflect.ValueOf(&a[0]).Pointer(), reflect.ValueOf(&b[0]).Pointer(); size := reflect.TypeOf(a).Elem().Size(); return p < q+uintptr(len(b))*size && q < p+uintptr(len(a))*size }\n" +
		"func startIdx[E any](haystack, needle []E) int { p := &needle[0]; for i := range haystack { if p == &haystack[i] { return i } }; panic(\"needle not found\") }\n",
	"math/rand/v2": "package rand\nfunc N[Int interface{ ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr }](n Int) Int { if n <= 0 { panic(\"invalid argument to N\") }; return Int(Uint64N(uint64(n))) }\n",
	"maps":         "package maps\nfunc Clone[M ~map[K]V, K comparable, V any](m M) M { if m == nil { return nil }; r := make(M, len(m)); for k, v := range m { r[k] = v }; return r }\n",
	"sync/atomic": "package atomic\nimport \"sync\"\n" +
		"type Pointer[T any] struct { mu sync.Mutex; p *T }\n" +
		"func (x *Pointer[T]) Load() *T { x.mu.Lock(); defer x.mu.Unlock(); return x.p }\n" +
		"func (x *Pointer[T]) Store(v *T) { x.mu.Lock(); x.p = v; x.mu.Unlock() }\n" +
		"func (x *Pointer[T]) Swap(v *T) *T { x.mu.Lock(); defer x.mu.Unlock(); old := x.p; x.p = v; return old }\n" +
		"func (x *Pointer[T]) CompareAndSwap(old, new *T) bool { x.mu.Lock(); defer x.mu.Unlock(); if x.p != old { return false }; x.p = new; return true }\n",
}
