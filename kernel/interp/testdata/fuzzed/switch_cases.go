package main

import "fmt"

func tr(k, v int) int { fmt.Println("tr", k); return v }

func id[T any](v T) T { return v }

func cases(n int) {
	switch tr(1, 5) {
	case tr(2, 4), tr(3, 5):
		fmt.Println("first")
	case tr(4, 5):
		fmt.Println("second")
	}
	switch {
	case any(id(true)).(bool) && n > 3:
		fmt.Println("wrong")
	case n == 1, tr(5, n) == 2:
		fmt.Println("list")
	}
	switch n {
	case 2:
		tr(6, n)
	loop:
		for i := 0; ; i++ {
			if i > 1 {
				break loop
			}
			fmt.Println(i)
		}
	}
}

func main() {
	cases(2)
}

// Output:
// tr 1
// tr 2
// tr 3
// first
// tr 5
// list
// tr 6
// 0
// 1
