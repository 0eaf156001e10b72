package main

import (
	"fmt"
	"io"
	"strings"
)

type Token struct {
	Kind byte
	Text string
}

func classify(n int) string {
	s := ""
	switch {
	case n < 0:
		s += "neg "
		fallthrough
	case n == 0:
		s += "zero-ish "
	case n > 100:
		s += "huge "
		if n%2 == 0 {
			break
		}
		s += "odd "
	default:
		s += "small "
	}
	return s
}
func day(d string) int {
	switch d = strings.ToLower(d); d {
	case "sat", "sun":
		return 2
	case "":
		return -1
	default:
		return 1
	}
}
func main() {
	// In [2]
	for _, n := range []int{-1, 0, 5, 101, 102} {
		fmt.Print(classify(n), "| ")
	}
	fmt.Println(day("SAT"), day(""), day("mon"))
	f := func() (int, error) { return 1, io.EOF }
	switch v, err := f(); {
	case err == io.EOF && v == 1:
		fmt.Println("eof", v)
	}
	switch t := (Token{'i', "x"}); t {
	case Token{'i', "y"}:
		fmt.Println("y")
	case Token{'i', "x"}:
		fmt.Println("x")
	}
	var x any = 2.0
	switch x {
	case 2:
		fmt.Println("int two")
	case 2.0:
		fmt.Println("float two")
	}
	switch c := 'x'; {
	case c >= 'a' && c <= 'z', c == '_':
		fmt.Println("lower")
	}
}

// Output:
// neg zero-ish | zero-ish | small | huge odd | huge | 2 -1 1
// eof 1
// x
// float two
// lower
