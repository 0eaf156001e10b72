package main

import "fmt"

type T4 complex128

func (t T4) String() string { return "T4" }

func step0() {
	b := 1
	_ = b
	mu6 := func() (T4, error, any) {
		return (T4)(complex(-0.5, 3.0)), fmt.Errorf("%d", b), any(complex128(0.5)).(complex128)
	}
	{
		var a any
		var b any
		var c any = 1
		a, b, c = mu6()
		fmt.Printf("t7 %T %T %T %v\n", a, b, c, c)
	}
}

func main() { step0() }

// Output:
// t7 main.T4 *errors.errorString complex128 (0.5+0i)
