package main

import (
	"errors"
	"fmt"
)

type Temp float64

func (t Temp) String() string { return fmt.Sprintf("%.1f°", float64(t)) }

type Secret string

func (Secret) GoString() string { return "Secret(***)" }
func (Secret) String() string   { return "***" }

type Vec struct{ X, Y float64 }

func (v *Vec) String() string { return fmt.Sprintf("<%g %g>", v.X, v.Y) }

type Both struct {
	T Temp
	S Secret
	V Vec
	P *Vec
	E error
	t Temp
}
type Bad struct{}

func (Bad) String() string { panic("no string") }

func main() {
	fmt.Println(Temp(36.6), []Temp{1, 2}, map[string]Temp{"a": 3}, &[]Temp{4})
	fmt.Printf("%v %s %d %#v %x\n", Secret("pw"), Secret("pw"), Temp(1), Secret("pw"), Secret("pw"))
	v := Vec{1, 2}
	fmt.Println(v, &v, []Vec{v}, []*Vec{&v}[0], struct{ P *Vec }{nil})
	b := Both{T: 1.25, S: "s", V: v, E: errors.New("e"), t: 2}
	fmt.Printf("%v\n%+v\n", b, b)
	fmt.Printf("%8v|%-8v|%s\n", Temp(1), Temp(2), []any{Temp(3), Secret("x"), nil})
	fmt.Println(Bad{}, (*Vec)(nil) == nil)
	m := map[Temp]Secret{3: "a", 1: "b"}
	fmt.Println(m, len(m))
}

// Output:
// 36.6° [1.0° 2.0°] map[a:3.0°] &[4.0°]
// *** *** %!d(main.Temp=1) Secret(***) 2a2a2a
// {1 2} <1 2> [{1 2}] <1 2> {<nil>}
// {1.2° *** {1 2} <nil> e 2}
// {T:1.2° S:*** V:{X:1 Y:2} P:<nil> E:e t:2}
//     1.0°|2.0°    |[3.0° *** <nil>]
// %!v(PANIC=String method: no string) true
// map[1.0°:*** 3.0°:***] 2
