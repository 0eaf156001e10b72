package main

import "fmt"

type Point struct{ X, Y int }
type Named struct {
	Name string
	P    Point
	PP   *Point
	Tags []string
	M    map[string]Point
	any
}
type Celsius float64
type IDs []int
type Flag bool
type Fn func(int) string

func main() {
	p := Point{1, -2}
	fmt.Printf("%v %+v %#v %T\n", p, p, p, p)
	fmt.Printf("%v %+v %T\n", &p, &p, &p)
	n := Named{"n", p, nil, []string{"a"}, map[string]Point{"k": {3, 4}}, 5}
	fmt.Printf("%v\n%+v\n%#v\n", n, n, n)
	// In [2]
	fmt.Printf("%v %.1f %#v %T\n", Celsius(36.6), Celsius(36.6), Celsius(36.6), Celsius(0))
	fmt.Printf("%v %d %#v %T %v %#v\n", IDs{1, 2}, IDs{3}, IDs{1, 2}, IDs{}, IDs(nil), IDs(nil))
	fmt.Printf("%v %t %#v %T %T %T\n", Flag(true), Flag(false), Flag(true), Flag(true), Fn(nil), []*Point{})
	fmt.Printf("%T %T %T %T\n", map[Point][]Named{}, struct{ A Point }{}, make(chan Point), [2]Celsius{})
	// In [3]
	fmt.Printf("%#v %#v %#v\n", map[string]int{"a": 1}, []any{1, "x", nil, p}, struct {
		A int
		B string
	}{1, "b"})
	var e error
	var ip *int
	fmt.Printf("%v %v %+v %T %T %#v\n", e, ip, []error{nil}, e, ip, ip)
	fmt.Printf("%d %!|%z %d\n", "str", 1)
	fmt.Printf("%v %v\n", [3]bool{true}, [][]string{{"a"}, nil})
	fmt.Printf("%x %X %q %v %s\n", "hi", []byte("hi"), []string{"a b"}, []byte("hi"), []byte("hi"))
}

// Output:
// {1 -2} {X:1 Y:-2} main.Point{X:1, Y:-2} main.Point
// &{1 -2} &{X:1 Y:-2} *main.Point
// {n {1 -2} <nil> [a] map[k:{3 4}] 5}
// {Name:n P:{X:1 Y:-2} PP:<nil> Tags:[a] M:map[k:{X:3 Y:4}] any:5}
// main.Named{Name:"n", P:main.Point{X:1, Y:-2}, PP:(*main.Point)(nil), Tags:[]string{"a"}, M:map[string]main.Point{"k":main.Point{X:3, Y:4}}, any:5}
// 36.6 36.6 36.6 main.Celsius
// [1 2] [3] main.IDs{1, 2} main.IDs [] main.IDs(nil)
// true false true main.Flag main.Fn []*main.Point
// map[main.Point][]main.Named struct { A main.Point } chan main.Point [2]main.Celsius
// map[string]int{"a":1} []interface {}{1, "x", interface {}(nil), main.Point{X:1, Y:-2}} struct { A int; B string }{A:1, B:"b"}
// <nil> <nil> [<nil>] <nil> *int (*int)(nil)
// %!d(string=str) %!!(int=1)|%!z(MISSING) %!d(MISSING)
// [true false false] [[a] []]
// 6869 6869 ["a b"] [104 105] hi
