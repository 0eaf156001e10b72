package main

import (
	"container/list"
	"fmt"
)

type Row map[string]any

func less(a, b int) any        { return a < b }
func isNil(p *int) any         { return p == nil }
func not(b bool) any           { return !b }
func both(a, b int) (any, any) { return a + b, a == b }
func pick(kind string) any {
	switch kind {
	case "bool":
		return len(kind) > 3
	case "int":
		return len(kind) * 2
	case "func":
		return func() int { return 3 }
	}
	return nil
}
func main() {
	fmt.Println(less(1, 2), isNil(nil), not(true))
	fmt.Println(both(2, 3))
	for _, k := range []string{"bool", "int", "func", "none"} {
		fmt.Printf("%T ", pick(k))
	}
	fmt.Println()
	x := 4
	r := Row{"small": x < 3, "next": x + 1, "neg": -x}
	fmt.Println(r)
	e := list.New().PushBack(0)
	e.Value = x * 2
	fmt.Println(e.Value)
	var v any = x > 3
	fmt.Println(v)
}

// Output:
// true true false
// 5 false
// bool int func() int <nil>
// map[neg:-4 next:5 small:false]
// 8
// true
