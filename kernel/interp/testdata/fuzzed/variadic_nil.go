package main

import "fmt"

type S struct{ n int }

func (s S) M(a int, w ...string) (int, bool) { return a, w == nil }

type I interface {
	M(a int, w ...string) (int, bool)
}

func two() (int, string) { return 1, "a" }

func more(a int, b string, w ...error) bool { return w == nil }

func gen[T any](w ...T) bool { return w == nil }

func calls() {
	f := func(w ...int) { fmt.Println(w == nil, len(w)) }
	f()
	f([]int{}...)
	f(nil...)
	var i I = S{1}
	fmt.Println(i.M(1))
	fmt.Println(S.M(S{2}, 3))
	fmt.Println(more(two()), gen[int](), gen([]string{}...))
	defer func(w ...int) { fmt.Println("defer", w == nil) }()
	done := make(chan bool)
	go func(w ...int) { done <- w == nil }()
	fmt.Println("go", <-done)
}

func main() {
	calls()
}

// Output:
// true 0
// false 0
// true 0
// 1 true
// 3 true
// true true false
// go true
// defer true
