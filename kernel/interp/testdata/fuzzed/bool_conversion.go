package main

import "fmt"

type B bool

func conditions(f, t bool) {
	if bool(f == t) {
		fmt.Println("wrong: ==")
	}
	if B(f == t) {
		fmt.Println("wrong: named")
	}
	if bool(B(f)) {
		fmt.Println("wrong: twice")
	}
	for bool(f && t) {
		fmt.Println("wrong: for")
		break
	}
	switch {
	case bool(!t):
		fmt.Println("wrong: switch")
	}
	fmt.Println(bool(f != t), B(f == t), any(B(f != t)))
}

func main() {
	conditions(false, true)
}

// Output:
// true false true
