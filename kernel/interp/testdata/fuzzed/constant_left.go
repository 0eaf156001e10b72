package main

import "fmt"

type B bool

func yes() B { fmt.Println("called"); return true }

func left(t bool) {
	const no, yep = false, true
	fmt.Println(B(false) || yes(), B(true) && yes(), B(true) || yes(), B(false) && yes())
	x := no || t
	fmt.Println(x, yep && t, no && t, yep || t)
	if no || t {
		fmt.Println("if")
	}
}

func main() {
	left(true)
}

// Output:
// called
// called
// true true true false
// true true false true
// if
