package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

func collect(n int, start func(wg *sync.WaitGroup, f func())) (wrong int) {
	hits := make([]int32, n)
	var wg sync.WaitGroup
	for i := range hits {
		start(&wg, func() { atomic.AddInt32(&hits[i], 1) })
	}
	wg.Wait()
	for _, h := range hits {
		if h != 1 {
			wrong++
		}
	}
	return
}
func direct(n int) (wrong int) {
	squares := make([]int, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { squares[i] += i * i })
	}
	wg.Wait()
	for i, s := range squares {
		if s != i*i {
			wrong++
		}
	}
	return
}
func main() {
	// In [2]
	fmt.Println(collect(5000, func(wg *sync.WaitGroup, f func()) { wg.Go(f) }))
	fmt.Println(collect(5000, func(wg *sync.WaitGroup, f func()) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}))
	fmt.Println(direct(20000))
}

// Output:
// 0
// 0
// 0
