package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/types/typeutil"

	"github.com/cellar-ml/cellar/internal/rtype"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// realTypes are the types of cells as types of the process: with names, fields
// and methods, as a compiled program would have them. The interpreter keeps
// values in other types, which are laid out the same: their fields can all be
// set, and they have no methods and, but for structs, no names. A value gets its
// real type where it becomes an interface's.
type realTypes struct {
	lang *lang.Session
	pkgs lang.Packages
	real *realTypes // nil: these are the real ones, else those that the interpreter keeps values in

	mu      sync.Mutex
	made    typeutil.Map // types.Type -> reflect.Type
	own     typeutil.Map // named types.Type -> *ownType
	source  map[reflect.Type]types.Type
	methods typeutil.Map // named types.Type -> map[string]reflect.Value
	numbers map[int]reflect.Type
	todo    []func() error
}

// An ownType is a named type that is made here, or a struct type with methods.
type ownType struct {
	typ     types.Type
	made    *rtype.Named
	begun   bool
	done    bool
	methods map[string]*types.Selection
}

func newRealTypes(l *lang.Session, pkgs lang.Packages) *realTypes {
	return &realTypes{lang: l, pkgs: pkgs, source: map[reflect.Type]types.Type{}, numbers: map[int]reflect.Type{}}
}

// byID is the real type of the type that lowered programs know by a number.
func (r *realTypes) byID(id int) reflect.Type {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rt, ok := r.numbers[id]; ok {
		return rt
	}
	rt, err := r.complete(r.lang.TypeByID(id))
	if err != nil {
		panic(fmt.Sprintf("type %s: %v", r.lang.TypeByID(id), err))
	}
	r.numbers[id] = rt
	return rt
}

// of is the real type of t.
func (r *realTypes) of(t types.Type) (reflect.Type, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.complete(t)
}

// complete is find for a type whose values are wanted.
func (r *realTypes) complete(t types.Type) (reflect.Type, error) {
	rt, err := r.find(t)
	for err == nil && len(r.todo) > 0 {
		next := r.todo[0]
		r.todo = r.todo[1:]
		err = next()
	}
	if err == nil {
		err = r.sized(t)
	}
	return rt, err
}

// typeOf is what a real type is in the cells' Go; nil for other types.
func (r *realTypes) typeOf(rt reflect.Type) types.Type {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source[rt]
}

// find is the real type of t, of which only pointers and the like may be made
// yet when it is one of the types that are being made.
func (r *realTypes) find(t types.Type) (reflect.Type, error) {
	t = types.Unalias(t)
	if rt, ok := r.made.At(t).(reflect.Type); ok {
		return rt, nil
	}
	rt, err := r.build(t)
	if err != nil {
		return nil, err
	}
	if have, ok := r.made.At(t).(reflect.Type); ok {
		return have, nil // made on the way
	}
	r.note(t, rt)
	return rt, nil
}

func (r *realTypes) note(t types.Type, rt reflect.Type) {
	r.made.Set(t, rt)
	if _, taken := r.source[rt]; !taken {
		r.source[rt] = t
	}
}

func (r *realTypes) build(t types.Type) (reflect.Type, error) {
	switch t := t.(type) {
	case *types.Basic:
		return basicType(t)
	case *types.Named:
		if rt := r.compiled(t); rt != nil {
			return rt, nil
		}
		if c := r.lang.Canonical(t); c != t {
			return r.find(c)
		}
		switch {
		case r.real == nil:
		case types.IsInterface(t):
			return r.real.of(t)
		case !lang.ByHost(t):
			return r.find(t.Underlying())
		}
		return r.declare(t)
	case *types.Pointer:
		elem, err := r.find(t.Elem())
		if err != nil {
			return nil, err
		}
		return reflect.PointerTo(elem), nil
	case *types.Slice:
		elem, err := r.find(t.Elem())
		if err != nil {
			return nil, err
		}
		return reflect.SliceOf(elem), nil
	case *types.Chan:
		elem, err := r.find(t.Elem())
		if err != nil {
			return nil, err
		}
		dir := map[types.ChanDir]reflect.ChanDir{types.SendRecv: reflect.BothDir, types.SendOnly: reflect.SendDir, types.RecvOnly: reflect.RecvDir}
		return reflect.ChanOf(dir[t.Dir()], elem), nil
	case *types.Signature:
		return r.signature(t)
	case *types.Interface:
		if r.real != nil {
			return r.real.of(t)
		}
		return r.interfaceType(t)
	case *types.Map, *types.Array, *types.Struct:
		return r.sizedType(t)
	}
	return nil, fmt.Errorf("%s is not the type of a value", t)
}

func basicType(t *types.Basic) (reflect.Type, error) {
	if t.Info()&types.IsUntyped != 0 && t.Kind() != types.UntypedNil {
		t = types.Default(t).(*types.Basic)
	}
	if rt, ok := lang.BasicType(t.Kind()); ok {
		return rt, nil
	}
	return nil, fmt.Errorf("%s is not the type of a value", t)
}

// compiled is the type of a compiled package under its name; nil for others.
func (r *realTypes) compiled(t *types.Named) reflect.Type {
	obj := t.Obj()
	if obj.Pkg() == nil {
		if obj.Name() == "error" {
			return reflect.TypeFor[error]()
		}
		return nil
	}
	native := lang.IsNative(obj.Pkg().Path())
	if obj.Pkg().Path() == "main" || t.TypeArgs().Len() > 0 && !native || obj.Parent() != obj.Pkg().Scope() {
		return nil
	}
	name := obj.Name()
	if t.TypeArgs().Len() > 0 {
		var args []types.Type
		for a := range t.TypeArgs().Types() {
			args = append(args, a)
		}
		name = lang.InstanceSymbol(name, args)
	}
	v, ok := r.pkgs.Symbols(obj.Pkg().Path())[name]
	if !ok || v.Kind() != reflect.Pointer {
		return nil
	}
	return v.Type().Elem()
}

func (r *realTypes) signature(t *types.Signature) (reflect.Type, error) {
	list := func(tu *types.Tuple) ([]reflect.Type, error) {
		var rts []reflect.Type
		for v := range tu.Variables() {
			rt, err := r.find(v.Type())
			if err != nil {
				return nil, err
			}
			rts = append(rts, rt)
		}
		return rts, nil
	}
	in, err := list(t.Params())
	if err != nil {
		return nil, err
	}
	out, err := list(t.Results())
	if err != nil {
		return nil, err
	}
	return reflect.FuncOf(in, out, t.Variadic()), nil
}

func (r *realTypes) interfaceType(t *types.Interface) (reflect.Type, error) {
	if t.NumMethods() == 0 {
		return reflect.TypeFor[any](), nil
	}
	var ms []rtype.IMethod
	pkg := "main"
	for m := range t.Methods() {
		ft, err := r.signature(m.Signature())
		if err != nil {
			return nil, err
		}
		ms = append(ms, rtype.IMethod{Name: m.Name(), Type: ft})
		if m.Pkg() != nil && !m.Exported() {
			pkg = m.Pkg().Path()
		}
	}
	return rtype.Interface(pkg, ms), nil
}

// sizedType makes a type whose size or layout depends on what it is made of: now
// when that is known, else when it is.
func (r *realTypes) sizedType(t types.Type) (reflect.Type, error) {
	if !r.ready(t) {
		return r.later(t)
	}
	switch t := t.(type) {
	case *types.Map:
		key, err := r.part(t.Key())
		if err != nil {
			return nil, err
		}
		elem, err := r.part(t.Elem())
		if err != nil {
			return nil, err
		}
		return reflect.MapOf(key, elem), nil
	case *types.Array:
		elem, err := r.part(t.Elem())
		if err != nil {
			return nil, err
		}
		return reflect.ArrayOf(int(t.Len()), elem), nil
	}
	return r.structType(t.(*types.Struct))
}

// part is the real type of a part of another type, with its size.
func (r *realTypes) part(t types.Type) (reflect.Type, error) {
	rt, err := r.find(t)
	if err == nil {
		err = r.sized(t)
	}
	return rt, err
}

func (r *realTypes) structType(t *types.Struct) (reflect.Type, error) {
	var fields []reflect.StructField
	for i := range t.NumFields() {
		f := t.Field(i)
		ft, err := r.part(f.Type())
		if err != nil {
			return nil, err
		}
		fields = append(fields, reflect.StructField{Name: f.Name(), Type: ft, Tag: reflect.StructTag(t.Tag(i)), Anonymous: f.Embedded()})
	}
	rt := rtype.Struct("main", fields, r.real != nil)
	if r.real == nil && types.NewMethodSet(types.NewPointer(t)).Len() > 0 {
		return r.promote(t, rt)
	}
	return rt, nil
}
