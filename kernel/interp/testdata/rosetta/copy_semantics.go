package main

import "fmt"

type Inner struct{ N int }
type Outer struct {
	Arr [3]int
	In  Inner
	Ptr *Inner
	S   []int
	M   map[string]int
}

func mutate(o Outer) Outer {
	o.Arr[0] = 100
	o.In.N = 100
	o.Ptr.N = 100
	o.S[0] = 100
	o.M["k"] = 100
	return o
}
func main() {
	a := Outer{[3]int{1, 2, 3}, Inner{1}, &Inner{1}, []int{1}, map[string]int{"k": 1}}
	b := mutate(a)
	fmt.Println(a.Arr, a.In, *a.Ptr, a.S, a.M)
	fmt.Println(b.Arr, b.In, *b.Ptr, b.S, b.M)
	// In [2]
	arr := [3]int{1, 2, 3}
	cp := arr
	cp[1] = 9
	p := &arr
	p[2] = 7
	for i, v := range arr {
		arr[2] = 50
		fmt.Print(i, v, " ")
	}
	fmt.Println(arr, cp, arr == cp, len(p))
	// In [3]
	structs := []Inner{{1}, {2}}
	for _, s := range structs {
		s.N *= 10
	}
	for i := range structs {
		structs[i].N++
	}
	ptrs := []*Inner{{1}, {2}}
	for _, s := range ptrs {
		s.N *= 10
	}
	m := map[string]Inner{"a": {1}}
	t := m["a"]
	t.N = 5
	fmt.Println(structs, *ptrs[1], m, t)
	var x any = a.In
	a.In.N = 77
	fmt.Println(x, x == any(Inner{1}), [2][2]int{{1}, {2, 3}} == [...][2]int{{1, 0}, {2, 3}})
}

// Output:
// [1 2 3] {1} {100} [100] map[k:100]
// [100 2 3] {100} {100} [100] map[k:100]
// 0 1 1 2 2 7 [1 2 50] [1 9 3] false 3
// [{2} {3}] {20} map[a:{1}] {5}
// {1} true true
