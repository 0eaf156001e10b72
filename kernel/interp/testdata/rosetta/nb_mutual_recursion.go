package main

import (
	"fmt"
	"strconv"
)

type Expr interface{ String() string }
type Add struct{ L, R Expr }
type Lit int

// In [2]
func (l Lit) String() string { return strconv.Itoa(int(l)) }
func (a Add) String() string { return "(" + a.L.String() + " + " + a.R.String() + ")" }

// In [3]
func isEven(n int) bool { return n == 0 || isOdd(n-1) }
func isOdd(n int) bool  { return n != 0 && isEven(n-1) }

// In [4]
func eval(e Expr) int {
	switch e := e.(type) {
	case Lit:
		return int(e)
	case Add:
		return eval(e.L) + eval(e.R)
	}
	panic("unknown " + e.String())
}
func main() {
	// In [3]
	e := Add{Lit(1), Add{Lit(2), Lit(3)}}
	fmt.Println(e, isEven(10), isOdd(7))
	// In [4]
	fmt.Println(eval(e))
}

// Output:
// (1 + (2 + 3)) true true
// 6
