package lang

import (
	"go/ast"
	"go/parser"
	"go/types"
	"sort"
	"sync"
)

// srcPackage is a package of the standard library, checked from its source.
type srcPackage struct {
	info    *types.Info
	funcs   map[string]*ast.FuncDecl
	types   map[string]*ast.TypeSpec
	methods map[string][]*ast.FuncDecl
	locals  map[types.Object]*ast.TypeSpec // declared in functions
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

// Warm reads packages ahead of the cells that will want them; what it cannot read
// they are told. It may be called while cells run.
func (s *Session) Warm(paths []string) {
	for _, path := range paths {
		if _, err := s.opt.Packages.Import(path); err == nil {
			s.sourcePackage(path)
		}
	}
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
	p.locals = map[types.Object]*ast.TypeSpec{}
	for _, f := range parsed {
		p.index(f)
		ast.Inspect(f, func(n ast.Node) bool {
			if ts, ok := n.(*ast.TypeSpec); ok && p.types[ts.Name.Name] != ts {
				p.locals[p.info.Defs[ts.Name]] = ts
			}
			return true
		})
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
	// The compiled sort has the same steps, and needs no instance of its own for
	// each type: a dozen functions less to lower.
	"slices": "package slices\nimport (\"cmp\"; \"reflect\"; \"sort\")\n" +
		"func Sort[S ~[]E, E cmp.Ordered](x S) { sort.Slice(x, func(i, j int) bool { return x[i] < x[j] || x[i] != x[i] && x[j] == x[j] }) }\n" +
		"func SortFunc[S ~[]E, E any](x S, cmp func(a, b E) int) { sort.Slice(x, func(i, j int) bool { return cmp(x[i], x[j]) < 0 }) }\n" +
		"func SortStableFunc[S ~[]E, E any](x S, cmp func(a, b E) int) { sort.SliceStable(x, func(i, j int) bool { return cmp(x[i], x[j]) < 0 }) }\n" +
		"func overlaps[E any](a, b []E) bool { if len(a) == 0 || len(b) == 0 { return false }; p, q := reflect.ValueOf(&a[0]).Pointer(), reflect.ValueOf(&b[0]).Pointer(); size := reflect.TypeOf(a).Elem().Size(); return p < q+uintptr(len(b))*size && q < p+uintptr(len(a))*size }\n" +
		"func startIdx[E any](haystack, needle []E) int { p := &needle[0]; for i := range haystack { if p == &haystack[i] { return i } }; panic(\"needle not found\") }\n",
	"reflect":      "package reflect\nfunc TypeFor[T any]() Type { var p *T; return TypeOf(p).Elem() }\n",
	"math/rand/v2": "package rand\nfunc N[Int interface{ ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr }](n Int) Int { if n <= 0 { panic(\"invalid argument to N\") }; return Int(Uint64N(uint64(n))) }\n",
	"maps":         "package maps\nfunc Clone[M ~map[K]V, K comparable, V any](m M) M { if m == nil { return nil }; r := make(M, len(m)); for k, v := range m { r[k] = v }; return r }\n",
	"sync/atomic": "package atomic\nimport \"unsafe\"\n" +
		"type Pointer[T any] struct { _ [0]*T; _ noCopy; v unsafe.Pointer }\n" +
		"func (x *Pointer[T]) Load() *T { return (*T)(LoadPointer(&x.v)) }\n" +
		"func (x *Pointer[T]) Store(v *T) { StorePointer(&x.v, unsafe.Pointer(v)) }\n" +
		"func (x *Pointer[T]) Swap(v *T) *T { return (*T)(SwapPointer(&x.v, unsafe.Pointer(v))) }\n" +
		"func (x *Pointer[T]) CompareAndSwap(old, new *T) bool { return CompareAndSwapPointer(&x.v, unsafe.Pointer(old), unsafe.Pointer(new)) }\n",
	// The host has one map of values for all types: a handle is where it keeps its
	// value, with the type, in an interface.
	"unique": "package unique\ntype Handle[T comparable] struct { value *any }\n" +
		"func (h Handle[T]) Value() T { v, _ := (*h.value).(T); return v }\n" +
		"func Make[T comparable](value T) Handle[T] { return Handle[T]{canonical(value)} }\n" +
		"func canonical(value any) *any\n",
	"weak": "package weak\nimport \"unsafe\"\n" +
		"type Pointer[T any] struct { _ [0]*T; u unsafe.Pointer }\n" +
		"func (p Pointer[T]) Value() *T { return (*T)(strong(p.u)) }\n" +
		"func Make[T any](ptr *T) Pointer[T] { return Pointer[T]{u: register(unsafe.Pointer(ptr))} }\n" +
		"func register(p unsafe.Pointer) unsafe.Pointer\nfunc strong(u unsafe.Pointer) unsafe.Pointer\n",
}
