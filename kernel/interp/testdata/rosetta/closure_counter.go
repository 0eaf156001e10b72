package main

import "fmt"

func counter(step int) (next func() int, reset func()) {
	n := 0
	next = func() int {
		n += step
		return n
	}
	reset = func() { n = 0 }
	return
}
func main() {
	a, resetA := counter(1)
	b, _ := counter(10)
	fmt.Println(a(), a(), b(), a(), b())
	resetA()
	fmt.Println(a(), b())
	fs := map[string]func() int{"a": a, "b": b}
	for _, k := range []string{"a", "b", "a"} {
		fmt.Print(k, "=", fs[k](), " ")
	}
	fmt.Println()
}

// Output:
// 1 2 10 3 20
// 1 30
// a=2 b=40 a=3
