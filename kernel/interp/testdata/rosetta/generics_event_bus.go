package main

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

type Bus[E any] struct {
	mu   sync.RWMutex
	subs map[int]func(E)
	next int
}

func (b *Bus[E]) Subscribe(f func(E)) (cancel func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = make(map[int]func(E))
	}
	id := b.next
	b.next++
	b.subs[id] = f
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, id)
	}
}
func (b *Bus[E]) Publish(e E) int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, id := range slices.Sorted(maps.Keys(b.subs)) {
		b.subs[id](e)
	}
	return len(b.subs)
}

// In [2]
type Epoch struct {
	N    int
	Loss float64
}

func main() {
	// In [2]
	var bus Bus[Epoch]
	var losses []float64
	stop := bus.Subscribe(func(e Epoch) { losses = append(losses, e.Loss) })
	bus.Subscribe(func(e Epoch) { fmt.Printf("epoch %d: %.2f\n", e.N, e.Loss) })
	// In [3]
	for i := range 3 {
		if i == 2 {
			stop()
		}
		n := bus.Publish(Epoch{i, 1 / float64(i+1)})
		fmt.Println("told", n)
	}
	fmt.Println(losses)
}

// Output:
// epoch 0: 1.00
// told 2
// epoch 1: 0.50
// told 2
// epoch 2: 0.33
// told 1
// [1 0.5]
