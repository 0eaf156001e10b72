package main

import "fmt"

func generate(n int) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		for i := 2; i <= n; i++ {
			ch <- i
		}
	}()
	return ch
}
func filter(in <-chan int, prime int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range in {
			if i%prime != 0 {
				out <- i
			}
		}
	}()
	return out
}
func sieve(n int) []bool {
	comp := make([]bool, n+1)
	for i := 2; i*i <= n; i++ {
		if comp[i] {
			continue
		}
		for j := i * i; j <= n; j += i {
			comp[j] = true
		}
	}
	return comp
}
func main() {
	ch := generate(50)
	var ps []int
	for p, ok := <-ch; ok; p, ok = <-ch {
		ps = append(ps, p)
		ch = filter(ch, p)
	}
	fmt.Println(ps)
	n := 0
	for i, c := range sieve(1000)[2:] {
		if !c {
			n++
			if n == 168 {
				fmt.Println(i + 2)
			}
		}
	}
	fmt.Println(n)
}

// Output:
// [2 3 5 7 11 13 17 19 23 29 31 37 41 43 47]
// 997
// 168
