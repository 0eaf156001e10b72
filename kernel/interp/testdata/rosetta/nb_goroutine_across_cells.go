package main

import (
	"fmt"
	"strings"
	"sync"
)

func main() {
	// In [1]
	in := make(chan int)
	out := make(chan string)
	go func() {
		defer close(out)
		for n := range in {
			out <- strings.Repeat("*", n)
		}
	}()
	// In [2]
	in <- 3
	fmt.Println(<-out)
	// In [3]
	for i := range 2 {
		in <- i + 1
		fmt.Println(<-out)
	}
	close(in)
	_, ok := <-out
	fmt.Println(ok)
	// In [4]
	var mu sync.Mutex
	hits := map[string]int{}
	var wg sync.WaitGroup
	visit := func(k string) {
		defer wg.Done()
		mu.Lock()
		defer mu.Unlock()
		hits[k]++
	}
	// In [5]
	for i := range 9 {
		wg.Add(1)
		go visit([]string{"a", "b", "c"}[i%3])
	}
	wg.Wait()
	fmt.Println(hits)
}

// Output:
// ***
// *
// **
// false
// map[a:3 b:3 c:3]
