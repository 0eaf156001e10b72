package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type Barrier struct {
	mu    sync.Mutex
	cond  sync.Cond
	n     int
	count int
	gen   int
}

func NewBarrier(n int) *Barrier {
	b := &Barrier{n: n}
	b.cond.L = &b.mu
	return b
}
func (b *Barrier) Wait() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	gen := b.gen
	if b.count++; b.count == b.n {
		b.gen++
		b.count = 0
		b.cond.Broadcast()
		return gen
	}
	for gen == b.gen {
		b.cond.Wait()
	}
	return gen
}
func main() {
	const workers, rounds = 4, 3
	b := NewBarrier(workers)
	var wg sync.WaitGroup
	var sums [rounds]atomic.Int64
	seen := make(chan [2]int, workers*rounds)
	for w := range workers {
		wg.Add(1)
		go func(id int) {
			defer wg.Done()
			for r := range rounds {
				sums[r].Add(int64(id))
				gen := b.Wait()
				seen <- [2]int{gen, int(sums[r].Load())}
			}
		}(w + 1)
	}
	wg.Wait()
	close(seen)
	counts := map[[2]int]int{}
	for s := range seen {
		counts[s]++
	}
	fmt.Println(counts)
}

// Output:
// map[[0 10]:4 [1 10]:4 [2 10]:4]
