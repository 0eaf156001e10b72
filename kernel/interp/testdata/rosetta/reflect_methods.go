package main

import (
	"fmt"
	"reflect"
)

type Calc struct{ total float64 }

func (c *Calc) Add(x float64) float64 { c.total += x; return c.total }
func (c *Calc) Mul(x float64) float64 { c.total *= x; return c.total }
func (c Calc) Total() string          { return fmt.Sprintf("=%g", c.total) }
func (c Calc) hidden()                {}

type Shape interface{ Area() float64 }
type Sq float64

func (s Sq) Area() float64 { return float64(s * s) }
func main() {
	c := &Calc{}
	v := reflect.ValueOf(c)
	for _, step := range []struct {
		op string
		x  float64
	}{{"Add", 2}, {"Mul", 5}, {"Add", 0.5}} {
		out := v.MethodByName(step.op).Call([]reflect.Value{reflect.ValueOf(step.x)})
		fmt.Print(step.op, " ", out[0].Float(), "; ")
	}
	fmt.Println(c.Total(), v.MethodByName("None").IsValid())
	t := v.Type()
	fmt.Println(t, t.NumMethod(), t.Elem().NumMethod(), t.Elem().Name())
	for i := range t.NumMethod() {
		fmt.Print(t.Method(i).Name, " ")
	}
	fmt.Println()
	// In [2]
	shape := reflect.TypeOf((*Shape)(nil)).Elem()
	fmt.Println(shape.Kind(), reflect.TypeOf(Sq(1)).Implements(shape), reflect.TypeOf(c).Implements(shape), reflect.TypeFor[Sq]().Kind())
	s := reflect.New(reflect.TypeOf(Sq(0))).Elem()
	s.SetFloat(3)
	fmt.Println(s.Interface().(Shape).Area(), s.Type(), reflect.Zero(t).IsNil())
}

// Output:
// Add 2; Mul 10; Add 10.5; =10.5 false
// *main.Calc 3 1 Calc
// Add Mul Total
// interface true false float64
// 9 main.Sq true
