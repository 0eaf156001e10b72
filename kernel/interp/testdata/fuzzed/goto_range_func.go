package main

import "fmt"

func seq(yield func(int) bool) {
	defer fmt.Println("done")
	for i := range 4 {
		if !yield(i) {
			return
		}
	}
}

func inside() {
	for i := range seq {
		n := 0
	again:
		n++
		for j := range 3 {
			if n < 3 && j == i {
				goto again
			}
			if j == 2 {
				goto over
			}
		}
	over:
		fmt.Println(i, n)
	}
}

func outside() (r int) {
	n := 0
again:
	n++
	for i := range seq {
		for j := range seq {
			switch {
			case n < 3 && j == 1:
				goto again
			case i == 1:
				goto out
			}
			fmt.Println(n, i, j)
		}
	}
	fmt.Println("not here")
out:
	return n
}

func main() {
	inside()
	fmt.Println(outside())
}

// Output:
// 0 3
// 1 3
// 2 3
// 3 1
// done
// 1 0 0
// done
// done
// 2 0 0
// done
// done
// 3 0 0
// 3 0 1
// 3 0 2
// 3 0 3
// done
// done
// done
// 3
