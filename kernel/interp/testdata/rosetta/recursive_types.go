package main

import "fmt"

type JSON interface{}
type Obj map[string]JSON
type Tree struct {
	Val  string
	Kids []Tree
	Attr map[string]*Tree
	Next func() *Tree
}
type List struct {
	Head int
	Tail *List
}
type Handler func(depth int, next Handler) int
type Matrix []Matrix

func (t Tree) Depth() int {
	d := 0
	for _, k := range t.Kids {
		d = max(d, k.Depth())
	}
	return d + 1
}
func (l *List) Sum() int {
	if l == nil {
		return 0
	}
	return l.Head + l.Tail.Sum()
}
func (m Matrix) Count() int {
	n := 1
	for _, k := range m {
		n += k.Count()
	}
	return n
}
func main() {
	// In [2]
	t := Tree{Val: "a", Kids: []Tree{{Val: "b", Kids: []Tree{{Val: "c"}}}, {Val: "d"}}}
	t.Attr = map[string]*Tree{"self": &t.Kids[0]}
	t.Next = func() *Tree { return t.Attr["self"] }
	fmt.Println(t.Depth(), t.Next().Val, t.Next().Kids[0].Val, t.Attr["none"] == nil)
	fmt.Println((&List{1, &List{2, &List{3, nil}}}).Sum(), (*List)(nil).Sum())
	fmt.Println(Matrix{{}, {{}, {}}}.Count())
	var h Handler = func(d int, next Handler) int {
		if d == 0 {
			return 1
		}
		return d * next(d-1, next)
	}
	fmt.Println(h(5, h))
	o := Obj{"a": Obj{"b": []JSON{1, "x", Obj{}}}}
	fmt.Println(o["a"].(Obj)["b"].([]JSON)[1], o)
}

// Output:
// 3 b c true
// 6 0
// 5
// 120
// x map[a:map[b:[1 x map[]]]]
