package interp

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"unsafe"

	"github.com/cellar-ml/cellar/internal/rtype"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// declare makes a named type; its values have to wait until it is complete.
func (r *realTypes) declare(t *types.Named) (reflect.Type, error) {
	own := &ownType{typ: t, methods: map[string]*types.Selection{}}
	var ms []rtype.Method
	if !types.IsInterface(t) && r.real == nil {
		ms = own.methodSet()
	}
	under := t.Underlying()
	// The signatures may mention the type itself, so they come after it.
	made, err := rtype.Declare(pathOf(t), r.name(t), kindOf(under), ms)
	if err != nil {
		return nil, err
	}
	own.made = made
	if like := sizeOf(under); like != nil {
		made.Size(like)
	}
	r.note(t, made.Type())
	r.own.Set(t, own)
	r.todo = append(r.todo, func() error { return r.finish(own) }, func() error { return r.giveMethods(own) })
	return made.Type(), nil
}

// methodSet lists the methods of the type and of its pointer.
func (own *ownType) methodSet() []rtype.Method {
	var ms []rtype.Method
	byValue := types.NewMethodSet(own.typ)
	all := types.NewMethodSet(types.NewPointer(own.typ))
	for i := range all.Len() {
		sel := all.At(i)
		f := sel.Obj().(*types.Func)
		own.methods[f.Name()] = sel
		ms = append(ms, rtype.Method{Name: f.Name(), Pointer: byValue.Lookup(f.Pkg(), f.Name()) == nil})
	}
	return ms
}

// promote makes a struct type without a name that has methods: those of what it
// embeds.
func (r *realTypes) promote(t *types.Struct, rt reflect.Type) (reflect.Type, error) {
	own := &ownType{typ: t, methods: map[string]*types.Selection{}}
	made, err := rtype.Unnamed("main", rt, own.methodSet())
	if err != nil {
		return nil, err
	}
	own.made, own.begun, own.done = made, true, true
	r.todo = append(r.todo, func() error { return r.giveMethods(own) })
	return made.Type(), nil
}

// finish gives a named type its underlying type.
func (r *realTypes) finish(own *ownType) error {
	if own.begun {
		return nil
	}
	own.begun = true
	under, err := r.find(own.typ.Underlying())
	if err != nil {
		return fmt.Errorf("type %s: %w", own.typ, err)
	}
	own.done = true
	return own.made.Complete(under)
}

// ready says whether everything that t's layout depends on is complete, or can
// be completed now.
func (r *realTypes) ready(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Map:
		return r.ready(t.Key()) && r.ready(t.Elem())
	case *types.Array:
		return r.ready(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if !r.ready(f.Type()) {
				return false
			}
		}
	case *types.Named:
		t = r.lang.Canonical(t)
		own, ok := r.own.At(t).(*ownType)
		if !ok {
			return r.real == nil || lang.ByHost(t) || r.ready(t.Underlying()) // not begun: it will be
		}
		return own.done || !own.begun || sizeOf(t.Underlying()) != nil
	}
	return true
}

// sized completes what t's layout depends on.
func (r *realTypes) sized(t types.Type) error {
	switch t := types.Unalias(t).(type) {
	case *types.Array:
		return r.sized(t.Elem())
	case *types.Named:
		t = r.lang.Canonical(t)
		own, ok := r.own.At(t).(*ownType)
		if !ok && r.real != nil && !types.IsInterface(t) && r.compiled(t) == nil {
			return r.sized(t.Underlying())
		}
		if !ok || own.begun || sizeOf(t.Underlying()) != nil {
			return nil
		}
		return r.finish(own)
	}
	return nil
}

// later makes a type that is completed when what it is made of is.
func (r *realTypes) later(t types.Type) (reflect.Type, error) {
	made := rtype.Later(kindOf(t), types.TypeString(t, (*types.Package).Name))
	if like := sizeOf(t); like != nil {
		made.Size(like)
	}
	r.note(t, made.Type())
	r.todo = append(r.todo, func() error {
		if !r.ready(t) {
			return fmt.Errorf("type %s holds itself", t)
		}
		rt, err := r.sizedType(t)
		if err != nil {
			return err
		}
		return made.Complete(rt)
	})
	return made.Type(), nil
}

// giveMethods gives a complete type its methods.
func (r *realTypes) giveMethods(own *ownType) error {
	var fail error
	own.made.SetMethods(func(name string) (reflect.Type, func(reflect.Type) reflect.Value) {
		sel := own.methods[name]
		ft, err := r.signature(sel.Obj().(*types.Func).Signature())
		if err != nil {
			fail = err
			return reflect.TypeFor[func()](), func(t reflect.Type) reflect.Value { return reflect.Zero(t) }
		}
		return ft, func(in reflect.Type) reflect.Value { return r.code(own, sel, in) }
	})
	return fail
}

// code is the code of a method as a function of the type that takes a pointer to
// the receiver first.
func (r *realTypes) code(own *ownType, sel *types.Selection, ft reflect.Type) reflect.Value {
	name := sel.Obj().Name()
	if len(sel.Index()) == 1 {
		if f, ok := r.registered(own.typ, name); ok {
			return f
		}
		return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
			r.mu.Lock()
			f, ok := r.registered(own.typ, name)
			r.mu.Unlock()
			if !ok {
				panic(fmt.Sprintf("method %s of %s has no code", name, own.typ))
			}
			return callAs(f, ft, args)
		})
	}
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		p := reflect.NewAt(own.made.Type(), args[0].UnsafePointer())
		return r.promoted(p.Elem(), sel, args[1:])
	})
}

func (r *realTypes) registered(t types.Type, name string) (reflect.Value, bool) {
	ms, _ := r.methods.At(t).(map[string]reflect.Value)
	f, ok := ms[name]
	return f, ok
}

// callAs calls f as a function of type t, which is laid out the same.
func callAs(f reflect.Value, t reflect.Type, args []reflect.Value) []reflect.Value {
	f = rtype.As(f, t)
	if t.IsVariadic() {
		return f.CallSlice(args)
	}
	return f.Call(args)
}

// promoted calls a method of what is embedded in v.
func (r *realTypes) promoted(v reflect.Value, sel *types.Selection, args []reflect.Value) []reflect.Value {
	index := sel.Index()
	for _, i := range index[:len(index)-1] {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		v = opened(v.Field(i))
	}
	return r.call(v, sel.Obj().(*types.Func), args)
}

// call calls a method of a value of a real type, which can be addressed.
func (r *realTypes) call(v reflect.Value, m *types.Func, args []reflect.Value) []reflect.Value {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		panic(nilPointer)
	}
	f := v.MethodByName(m.Name())
	if !f.IsValid() && v.CanAddr() {
		f = v.Addr().MethodByName(m.Name())
	}
	if !f.IsValid() {
		f = r.unexported(v, m)
	}
	if f.Type().IsVariadic() {
		return f.CallSlice(args)
	}
	return f.Call(args)
}

// unexported is a method that package reflect does not show, bound to v.
func (r *realTypes) unexported(v reflect.Value, m *types.Func) reflect.Value {
	ft, err := r.of(m.Signature())
	if err != nil {
		panic(err.Error())
	}
	i := rtype.Interface(m.Pkg().Path(), []rtype.IMethod{{Name: m.Name(), Type: ft}})
	if !v.Type().Implements(i) && v.CanAddr() {
		v = v.Addr()
	}
	p := reflect.New(i)
	p.Elem().Set(v)
	f := reflect.New(rtype.Unbound(reflect.TypeFor[unsafe.Pointer](), ft))
	word := rtype.Func(p.UnsafePointer(), 0, f.UnsafePointer())
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		return callAs(f.Elem(), f.Type().Elem(), append([]reflect.Value{reflect.ValueOf(word)}, args...))
	})
}

// setMethod is told of the code of a method: a function that takes a pointer to
// the receiver first. A method that its type did not have gives the type a new
// real type from here on.
func (r *realTypes) setMethod(t types.Type, name string, f reflect.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ms, _ := r.methods.At(t).(map[string]reflect.Value)
	if ms == nil {
		ms = map[string]reflect.Value{}
		r.methods.Set(t, ms)
	}
	ms[name] = f
	own, ok := r.own.At(t).(*ownType)
	switch {
	case !ok:
	case own.methods[name] != nil && len(own.methods[name].Index()) == 1:
		own.made.SetCode(name, f)
	default:
		r.forget(t)
	}
}

// forget drops the real types that mention t; they are made anew when wanted.
// The old ones keep their meaning.
func (r *realTypes) forget(t types.Type) {
	obj := types.Unalias(t).(*types.Named).Obj()
	for _, k := range r.made.Keys() {
		if !types.IsInterface(k) && reaches(k, obj, map[types.Type]bool{}) {
			r.made.Delete(k)
			r.own.Delete(k)
		}
	}
	clear(r.numbers)
}

// reaches says whether the definition of t mentions a type.
func reaches(t types.Type, obj *types.TypeName, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		return t.Obj() == obj || t.Obj().Pkg() != nil && reaches(t.Underlying(), obj, seen)
	case *types.Map:
		return reaches(t.Key(), obj, seen) || reaches(t.Elem(), obj, seen)
	case interface{ Elem() types.Type }:
		return reaches(t.Elem(), obj, seen)
	case *types.Struct:
		for f := range t.Fields() {
			if reaches(f.Type(), obj, seen) {
				return true
			}
		}
	case *types.Signature:
		return reaches(t.Params(), obj, seen) || reaches(t.Results(), obj, seen)
	case *types.Tuple:
		for v := range t.Variables() {
			if reaches(v.Type(), obj, seen) {
				return true
			}
		}
	}
	return false
}

func pathOf(t *types.Named) string {
	if t.Obj().Pkg() == nil {
		return ""
	}
	return t.Obj().Pkg().Path()
}

// name is the name of a type as the compiler gives it to package reflect; the
// interpreter tells its types apart by their names.
func (r *realTypes) name(t *types.Named) string {
	name := t.Obj().Name()
	if r.real != nil {
		return fmt.Sprintf("%sǃ%d", name, r.own.Len())
	}
	var args []string
	for a := range t.TypeArgs().Types() {
		args = append(args, r.lang.ArgText(a))
	}
	if len(args) > 0 {
		name += "[" + strings.Join(args, ",") + "]"
	}
	return name
}

func kindOf(t types.Type) reflect.Kind {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		rt, err := basicType(t)
		if err != nil {
			return reflect.Invalid
		}
		return rt.Kind()
	case *types.Pointer:
		return reflect.Pointer
	case *types.Slice:
		return reflect.Slice
	case *types.Array:
		return reflect.Array
	case *types.Map:
		return reflect.Map
	case *types.Chan:
		return reflect.Chan
	case *types.Signature:
		return reflect.Func
	case *types.Interface:
		return reflect.Interface
	}
	return reflect.Struct
}

// sizeOf is a type of the size of t, when the kind of t decides it; nil for
// structs and arrays.
func sizeOf(t types.Type) reflect.Type {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		rt, _ := basicType(t)
		return rt
	case *types.Pointer:
		return reflect.TypeFor[*struct{}]()
	case *types.Slice:
		return reflect.TypeFor[[]struct{}]()
	case *types.Map:
		return reflect.TypeFor[map[string]string]()
	case *types.Chan:
		return reflect.TypeFor[chan struct{}]()
	case *types.Signature:
		return reflect.TypeFor[func()]()
	case *types.Interface:
		if t.NumMethods() == 0 {
			return reflect.TypeFor[any]()
		}
		return reflect.TypeFor[error]()
	}
	return nil
}
