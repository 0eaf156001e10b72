package main

import (
	"fmt"
	"strconv"
)

var x = "package"

func show() string { return x }
func shadow(x int) (y int) {
	y = x
	if x := x * 2; x > 5 {
		y := x
		_ = y
		x++
		{
			x := "inner"
			_ = x
		}
		return x
	} else if y := x + 1; y > 3 {
		return -y
	}
	return y
}
func main() {
	// In [2]
	fmt.Println(shadow(1), shadow(2), shadow(3), show())
	n, err := strconv.Atoi("12")
	if m, err := strconv.Atoi("bad"); err != nil {
		fmt.Println("inner", m, err != nil)
	}
	fmt.Println(n, err)
	len := func(s string) int { return 42 }
	fmt.Println(len("abc"))
	true := false
	fmt.Println(true, !true)
	for i := range 2 {
		i := i * 10
		defer func() { fmt.Println("i", i) }()
	}
	func() {
		string := "s"
		nil := 0
		fmt.Println(string, nil)
	}()
}

// Output:
// 1 -5 7 package
// inner 0 true
// 12 <nil>
// 42
// false true
// s 0
// i 10
// i 0
