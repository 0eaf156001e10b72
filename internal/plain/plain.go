// Package plain takes values out of the boxes in which the interpreter keeps
// what a cell assigns to an interface type of its own, so that compiled code
// prints and shows the value and not the box. It knows the shape of that box
// and nothing else of the interpreter.
package plain

import (
	"reflect"
	"sync"
	"unsafe"
)

const (
	boxPackage = "github.com/traefik/yaegi/interp"
	boxName    = "valueInterface"

	maxDepth    = 6      // deeper boxes stay: a picture of a value need not be endless
	maxElements = 10_000 // of one slice or map
)

// Value is v without boxes, in a copy where there were any. Slices, maps,
// arrays and structs without a name are looked into; named types are compiled
// and have no boxes.
func Value(v any) any {
	switch v.(type) {
	case nil, string, int, int64, float64, bool, error, []byte, []string, []int, []float64:
		return v
	}
	t := reflect.TypeOf(v)
	if !mayBox(t) {
		return v
	}
	out := unbox(addressable(reflect.ValueOf(v)), maxDepth)
	if !out.IsValid() {
		return nil
	}
	return out.Interface()
}

// Values is Value of each, in place.
func Values(vs []any) []any {
	for i, v := range vs {
		vs[i] = Value(v)
	}
	return vs
}

func isBox(t reflect.Type) bool { return t.Name() == boxName && t.PkgPath() == boxPackage }

var boxing sync.Map // reflect.Type -> bool

// mayBox reports whether a value of type t can hold a box.
func mayBox(t reflect.Type) bool {
	if known, ok := boxing.Load(t); ok {
		return known.(bool)
	}
	may := canBox(t, maxDepth)
	boxing.Store(t, may)
	return may
}

func canBox(t reflect.Type, depth int) bool {
	switch {
	case depth == 0:
		return false
	case isBox(t):
		return true
	case t.Name() != "" && t.Kind() != reflect.Interface:
		return false
	}
	switch t.Kind() {
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Pointer:
		return canBox(t.Elem(), depth-1)
	case reflect.Struct:
		for i := range t.NumField() {
			if canBox(t.Field(i).Type, depth-1) {
				return true
			}
		}
	}
	return false
}

// plainType is t with boxes replaced by any.
func plainType(t reflect.Type, depth int) reflect.Type {
	if !canBox(t, depth) {
		return t
	}
	switch t.Kind() {
	case reflect.Slice:
		return reflect.SliceOf(plainType(t.Elem(), depth-1))
	case reflect.Array:
		return reflect.ArrayOf(t.Len(), plainType(t.Elem(), depth-1))
	case reflect.Map:
		return reflect.MapOf(t.Key(), plainType(t.Elem(), depth-1))
	case reflect.Pointer:
		return reflect.PointerTo(plainType(t.Elem(), depth-1))
	case reflect.Struct:
		if isBox(t) {
			break
		}
		fields := make([]reflect.StructField, t.NumField())
		for i := range fields {
			f := t.Field(i)
			f.Type, f.Offset, f.Index, f.Anonymous = plainType(f.Type, depth-1), 0, nil, false
			fields[i] = f
		}
		return reflect.StructOf(fields)
	}
	return reflect.TypeFor[any]()
}

// unbox is v, which is addressable, as a value of its plain type.
func unbox(v reflect.Value, depth int) reflect.Value {
	t := v.Type()
	if isBox(t) {
		inner, _ := open(v.Field(1)).Interface().(reflect.Value)
		if !inner.IsValid() || depth == 0 {
			return reflect.Value{}
		}
		return unbox(addressable(inner), depth-1)
	}
	if !canBox(t, depth) {
		return open(v)
	}
	out := reflect.New(plainType(t, depth)).Elem()
	switch v = open(v); t.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			set(out, unbox(addressable(v.Elem()), depth-1))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(out.Type().Elem()))
			set(out.Elem(), unbox(v.Elem(), depth-1))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			set(open(out.Field(i)), unbox(v.Field(i), depth-1))
		}
	case reflect.Array:
		for i := range v.Len() {
			set(out.Index(i), unbox(v.Index(i), depth-1))
		}
	case reflect.Slice:
		if !v.IsNil() {
			n := min(v.Len(), maxElements)
			out.Set(reflect.MakeSlice(out.Type(), n, n))
			for i := range n {
				set(out.Index(i), unbox(v.Index(i), depth-1))
			}
		}
	case reflect.Map:
		unboxMap(out, v, depth)
	}
	return out
}

func unboxMap(out, v reflect.Value, depth int) {
	if v.IsNil() {
		return
	}
	out.Set(reflect.MakeMap(out.Type()))
	for it := v.MapRange(); it.Next() && out.Len() < maxElements; {
		e := reflect.New(out.Type().Elem()).Elem()
		set(e, unbox(addressable(it.Value()), depth-1))
		out.SetMapIndex(it.Key(), e)
	}
}

func set(to, v reflect.Value) {
	if v.IsValid() {
		to.Set(v)
	}
}

func addressable(v reflect.Value) reflect.Value {
	p := reflect.New(v.Type()).Elem()
	p.Set(v)
	return p
}

// open lets an unexported field of an addressable struct be read.
func open(v reflect.Value) reflect.Value {
	if v.CanInterface() {
		return v
	}
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

// Inside is what an addressable value holds when it is a box; false when it is
// none.
func Inside(v reflect.Value) (inner reflect.Value, ok bool) {
	if !isBox(v.Type()) {
		return v, false
	}
	inner, ok = open(v.Field(1)).Interface().(reflect.Value)
	return inner, ok
}
