package main

import "fmt"

func several(s []string) (int, error, any) {
	return 1, nil, append(s, "b")
}

func results() {
	f := func() (int32, error, any) { return 2, nil, append([]string{"a"}, []string{"c"}...) }
	var a, b any
	var c any = 1
	a, b, c = f()
	fmt.Printf("%T %T %T %v\n", a, b, c, c)
	_, _, c = several([]string{"a"})
	fmt.Printf("%T %v\n", c, c)
}

func main() {
	results()
}

// Output:
// int32 <nil> []string [a c]
// []string [a b]
