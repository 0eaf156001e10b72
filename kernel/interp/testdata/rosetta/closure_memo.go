package main

import "fmt"

func memo[K comparable, V any](f func(K) V) func(K) V {
	seen := map[K]V{}
	return func(k K) V {
		if v, ok := seen[k]; ok {
			return v
		}
		v := f(k)
		seen[k] = v
		return v
	}
}
func main() {
	calls := 0
	var fib func(int) int
	fib = memo(func(n int) int {
		calls++
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	})
	fmt.Println(fib(50), calls)
	type pair struct{ a, b string }
	dist := memo(func(p pair) int { calls++; return len(p.a) - len(p.b) })
	fmt.Println(dist(pair{"abc", "x"}), dist(pair{"abc", "x"}), calls)
}

// Output:
// 12586269025 51
// 2 2 52
