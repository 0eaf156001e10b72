package main

import "fmt"

func heads() {
	if struct{ v bool }{true}.v {
		fmt.Println("if")
	}
	for i := range struct{ n int }{2}.n {
		fmt.Println(i)
	}
	p := &struct{ A int }{3}
	p.A++
	fmt.Println(*p)
}

func main() {
	heads()
}

// Output:
// if
// 0
// 1
// {4}
