package main

import (
	"fmt"
	"unicode"
)

type Level int

func grade(n int, late bool) string {
	switch {
	case n > 90 && !late, n == 100:
		return "A"
	case late, n < 10:
		return "F"
	}
	return "B"
}
func vowel(r rune) bool {
	switch unicode.ToLower(r) {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
func main() {
	fmt.Println(grade(95, false), grade(100, true), grade(50, true), grade(5, false), grade(50, false))
	n := 0
	for _, r := range "Hello Audio" {
		if vowel(r) {
			n++
		}
	}
	fmt.Println(n)
	calls := 0
	f := func(v int) int { calls++; return v }
	switch f(3) {
	case f(1), f(2), f(3), f(4):
		fmt.Println("matched after", calls)
	}
	switch x := any(Level(2)).(type) {
	case int, Level:
		fmt.Printf("%T %v\n", x, x)
	}
}

// Output:
// A A F F B
// 6
// matched after 4
// main.Level 2
