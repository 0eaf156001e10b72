package main

import "fmt"

func call(f func() int) bool { return f() == 5 }

func size(xs []int) bool { return len(xs) == 2 }

func text(s string) bool { return s == "b" }

func and(n int) {
	if call((func() int)(func() int { return n })) && n < 3 {
		fmt.Println("wrong")
	}
	x := size(([]int)(make([]int, 2))) && n < 3
	y := text(map[string]string{"a": "b"}["a"]) || n > 3
	z := struct{ a bool }{true}.a && n < 3
	fmt.Println(x, y, z, map[int]bool{1: true}[n] && x, n > 3 || call((func() int)(func() int { return 5 })) && y)
}

func main() {
	and(1)
}

// Output:
// true true true true true
