package main

import "fmt"

func is(x any) bool { b, ok := x.(bool); return b && ok }

func and(t bool, n int) {
	if is(any(t)) && n < 3 {
		fmt.Println("if")
	}
	x := !is(any(n)) || n > 3
	fmt.Println(x, any(t).(bool) && any(n == 2).(bool), any(!t).(bool) || n < 3)
}

func main() {
	and(true, 2)
}

// Output:
// if
// true true true
