package rtype_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"unsafe"

	"github.com/cellar-ml/cellar/internal/rtype"
)

// like is laid out as the type that namedStruct makes.
type like struct {
	X int
	_ string
	_ *like
}

var (
	str = reflect.TypeFor[func() string]()
	set = reflect.TypeFor[func(int)]()
)

// namedStruct makes type T struct { X int; s string; next *T } with three methods.
func namedStruct(t *testing.T) *rtype.Named {
	t.Helper()
	n, err := rtype.Declare("main", "T", reflect.Struct, []rtype.Method{{Name: "String"}, {Name: "Set", Pointer: true}, {Name: "low"}})
	if err != nil {
		t.Fatal(err)
	}
	under := rtype.Struct("main", []reflect.StructField{
		{Name: "X", Type: reflect.TypeFor[int](), Tag: `json:"x"`}, {Name: "s", Type: reflect.TypeFor[string]()}, {Name: "next", Type: n.Pointer()},
	}, false)
	if err := n.Complete(under); err != nil {
		t.Fatal(err)
	}
	setMethods(n, map[string]reflect.Type{"String": str, "Set": set, "low": str}, func(name string) reflect.Value {
		if name == "Set" {
			return reflect.ValueOf(func(p *like, x int) { p.X = x })
		}
		return reflect.ValueOf(func(p *like) string { return fmt.Sprintf("T<%d>", p.X) })
	})
	return n
}

func TestNamedStruct(t *testing.T) {
	n := namedStruct(t)
	v := reflect.New(n.Type())
	v.Interface().(interface{ Set(int) }).Set(7)
	if got := fmt.Sprint(v.Elem().Interface()); got != "T<7>" {
		t.Errorf("Sprint = %q, want T<7>", got)
	}
	if got := fmt.Sprintf("%T %T %v", v.Interface(), v.Elem().Interface(), n.Type().NumMethod()); got != "*main.T main.T 1" {
		t.Errorf("types are %q, want *main.T main.T 1", got)
	}
	if b, err := json.Marshal(v.Interface()); string(b) != `{"x":7}` {
		t.Errorf("Marshal = %s, %v, want {\"x\":7}", b, err)
	}
	m := reflect.MakeMap(reflect.MapOf(n.Type(), reflect.TypeFor[int]()))
	m.SetMapIndex(v.Elem(), reflect.ValueOf(1))
	runtime.GC()
	if again := v.Elem().Interface(); !m.MapIndex(v.Elem()).IsValid() || v.Elem().Interface() != again {
		t.Error("T{7} is not equal to itself")
	}
}

func TestNamedStructMethods(t *testing.T) {
	n := namedStruct(t)
	v := reflect.New(n.Type())
	v.Elem().Field(0).SetInt(7)
	i := rtype.Interface("main", []rtype.IMethod{{Name: "low", Type: str}, {Name: "String", Type: str}})
	if !n.Type().Implements(i) {
		t.Fatal("T does not implement interface { String() string; low() string }")
	}
	x := reflect.New(i).Elem()
	x.Set(v.Elem())
	var low func(unsafe.Pointer) string
	word := rtype.Func(x.Addr().UnsafePointer(), 1, unsafe.Pointer(&low))
	for what, got := range map[string]string{
		"v.Method(0)":               v.Elem().Method(0).Call(nil)[0].String(),
		"type T's Method(0).Func":   n.Type().Method(0).Func.Call([]reflect.Value{v.Elem()})[0].String(),
		"type *T's Method(1).Func":  n.Pointer().Method(1).Func.Call([]reflect.Value{v})[0].String(),
		"an interface's Method(0)":  x.Method(0).Call(nil)[0].String(),
		"an interface's low method": low(word),
	} {
		if got != "T<7>" {
			t.Errorf("%s gives %q, want T<7>", what, got)
		}
	}
}

func TestNamedError(t *testing.T) {
	n, err := rtype.Declare("main", "Code", reflect.Int, []rtype.Method{{Name: "Error"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Complete(reflect.TypeFor[int]()); err != nil {
		t.Fatal(err)
	}
	setMethods(n, map[string]reflect.Type{"Error": reflect.TypeFor[func() string]()}, func(string) reflect.Value {
		return reflect.ValueOf(func(p *int) string { return fmt.Sprint("code ", *p) })
	})
	v := reflect.New(n.Type()).Elem()
	v.SetInt(3)
	e := fmt.Errorf("wrapped: %w", v.Interface().(error))
	p := reflect.New(n.Type())
	if e.Error() != "wrapped: code 3" || !errors.As(e, p.Interface()) || p.Elem().Int() != 3 {
		t.Errorf("%v %v", e, p.Elem())
	}
}

func TestMapReceiver(t *testing.T) {
	n, err := rtype.Declare("main", "M", reflect.Map, []rtype.Method{{Name: "Len"}})
	if err != nil {
		t.Fatal(err)
	}
	n.Size(reflect.TypeFor[map[string]int]())
	if err := n.Complete(reflect.MapOf(reflect.TypeFor[string](), n.Type())); err != nil {
		t.Fatal(err)
	}
	setMethods(n, map[string]reflect.Type{"Len": reflect.TypeFor[func() int]()}, func(string) reflect.Value {
		return reflect.ValueOf(func(p *map[string]struct{}) int { return len(*p) })
	})
	v := reflect.MakeMap(n.Type())
	v.SetMapIndex(reflect.ValueOf("a"), reflect.Zero(n.Type()))
	if got := v.Interface().(interface{ Len() int }).Len(); got != 1 {
		t.Errorf("Len() = %d, want 1", got)
	}
	f := reflect.FuncOf([]reflect.Type{n.Type()}, nil, false)
	if f.String() != "func(main.M)" {
		t.Error(f)
	}
}

func TestNamedFunc(t *testing.T) {
	n, err := rtype.Declare("main", "F", reflect.Func, []rtype.Method{{Name: "Serve"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Complete(reflect.TypeFor[func(int) int]()); err != nil {
		t.Fatal(err)
	}
	setMethods(n, map[string]reflect.Type{"Serve": reflect.TypeFor[func(int) int]()}, func(string) reflect.Value {
		return reflect.ValueOf(func(p *func(int) int, x int) int { return (*p)(x) })
	})
	v := reflect.ValueOf(func(x int) int { return x + 1 }).Convert(n.Type())
	if got := v.Interface().(interface{ Serve(int) int }).Serve(4); got != 5 {
		t.Errorf("Serve(4) = %d, want 5", got)
	}
	if n.Type().In(0) != reflect.TypeFor[int]() {
		t.Error("In(0)")
	}
}

func setMethods(n *rtype.Named, ts map[string]reflect.Type, code func(string) reflect.Value) {
	n.SetMethods(func(name string) (reflect.Type, func(reflect.Type) reflect.Value) {
		return ts[name], func(reflect.Type) reflect.Value { return code(name) }
	})
}
