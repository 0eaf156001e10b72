package main

import "fmt"

func nums(yield func(int) bool) {
	defer fmt.Println("cleanup")
	for i := 1; i <= 5; i++ {
		if !yield(i) {
			fmt.Println("stopped at", i)
			return
		}
	}
}
func find(want int) (int, bool) {
	for n := range nums {
		if n == want {
			return n * 100, true
		}
	}
	return 0, false
}
func nested() (pairs []string) {
outer:
	for a := range nums {
		for b := range nums {
			if b == 2 {
				continue outer
			}
			if a == 3 {
				break outer
			}
			pairs = append(pairs, fmt.Sprint(a, b))
		}
	}
	return
}
func deferred() {
	for n := range nums {
		defer fmt.Println("deferred", n)
		if n == 2 {
			break
		}
	}
	fmt.Println("body over")
}
func main() {
	fmt.Println(find(3))
	fmt.Println(find(9))
	fmt.Println(nested())
	deferred()
}

// Output:
// stopped at 3
// cleanup
// 300 true
// cleanup
// 0 false
// stopped at 2
// cleanup
// stopped at 2
// cleanup
// stopped at 1
// cleanup
// stopped at 3
// cleanup
// [1 1 2 1]
// stopped at 2
// cleanup
// body over
// deferred 2
// deferred 1
