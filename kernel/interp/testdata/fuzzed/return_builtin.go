package main

import "fmt"

func two(n int, s []int) (int, int) { return n, len(s) }

func three(n int, s []int) (int, []int, int) { return n + 1, append(s, n), cap(s[:1:1]) }

func main() {
	fmt.Println(two(7, []int{1, 2}))
	fmt.Println(three(7, []int{1, 2}))
}

// Output:
// 7 2
// 8 [1 2 7] 1
