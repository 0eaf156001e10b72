package main

import "fmt"

type Shape interface {
	Area() float64
	comparable
}
type Sq struct{ s float64 }
type Rect struct{ w, h float64 }

func (s Sq) Area() float64    { return s.s * s.s }
func (r *Rect) Area() float64 { return r.w * r.h }

func Largest[S Shape](shapes ...S) (best S, n int) {
	for _, s := range shapes {
		if s == best || s.Area() > 3 {
			n++
		}
		var zero S
		if best == zero || s.Area() > best.Area() {
			best = s
		}
	}
	return
}

// In [2]
type Setter[T any] interface {
	*T
	Set(string)
}
type Conf struct{ v string }

func (c *Conf) Set(s string) { c.v = "set:" + s }

type Num int

func (n *Num) Set(s string) { *n = Num(len(s)) }
func FromStrings[T any, PT Setter[T]](ss []string) []T {
	out := make([]T, len(ss))
	for i, s := range ss {
		PT(&out[i]).Set(s)
	}
	return out
}
func main() {
	// In [1]
	b, n := Largest(Sq{1}, Sq{3}, Sq{2})
	fmt.Println(b, n)
	p, n := Largest(&Rect{1, 2}, &Rect{5, 1})
	fmt.Println(*p, n)
	// In [2]
	fmt.Println(FromStrings[Conf]([]string{"a", "b"}), FromStrings[Num]([]string{"one", "three"}))
}

// Output:
// {3} 2
// {5 1} 1
// [{set:a} {set:b}] [3 5]
