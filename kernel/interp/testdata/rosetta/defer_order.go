package main

import (
	"errors"
	"fmt"
)

type Resource struct{ name string }

func open(name string) (*Resource, func()) {
	fmt.Println("open", name)
	return &Resource{name}, func() { fmt.Println("close", name) }
}
func named(n int) (out int, err error) {
	defer func() {
		out *= 2
		if err != nil {
			err = fmt.Errorf("named(%d): %w", n, err)
		}
	}()
	if n < 0 {
		return -1, errors.New("negative")
	}
	return n + 1, nil
}
func args() {
	x := 1
	defer fmt.Println("evaluated early", x)
	defer func() { fmt.Println("evaluated late", x) }()
	x = 2
	for i := 0; i < 3; i++ {
		defer fmt.Print(i, " ")
	}
}
func main() {
	// In [2]
	func() {
		a, closeA := open("a")
		defer closeA()
		_, closeB := open("b")
		defer closeB()
		fmt.Println("using", a.name)
	}()
	fmt.Println(named(4))
	fmt.Println(named(-4))
	args()
}

// Output:
// open a
// open b
// using a
// close b
// close a
// 10 <nil>
// -2 named(-4): negative
// 2 1 0 evaluated late 2
// evaluated early 1
