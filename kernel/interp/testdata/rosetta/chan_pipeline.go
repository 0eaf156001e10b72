package main

import (
	"context"
	"fmt"
	"sync"
)

func gen(ctx context.Context, xs ...int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, x := range xs {
			select {
			case out <- x:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
func stage[A, B any](in <-chan A, f func(A) B) <-chan B {
	out := make(chan B)
	go func() {
		defer close(out)
		for a := range in {
			out <- f(a)
		}
	}()
	return out
}
func merge[T any](ins ...<-chan T) <-chan T {
	out := make(chan T)
	var wg sync.WaitGroup
	for _, in := range ins {
		wg.Go(func() {
			for v := range in {
				out <- v
			}
		})
	}
	go func() { wg.Wait(); close(out) }()
	return out
}
func main() {
	// In [2]
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sq := func(x int) float64 { return float64(x * x) }
	a := stage(gen(ctx, 1, 2, 3), sq)
	b := stage(gen(ctx, 10, 20), sq)
	total, n := 0.0, 0
	for v := range merge(a, b) {
		total += v
		n++
	}
	fmt.Println(total, n)
	for s := range stage(gen(ctx, 7, 8), func(i int) string { return fmt.Sprintf("<%d>", i) }) {
		fmt.Print(s)
	}
	fmt.Println()
}

// Output:
// 514 5
// <7><8>
