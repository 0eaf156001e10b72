package interp

import (
	"sync"
	"testing"
)

func TestGoroutine(t *testing.T) {
	mine := goroutine()
	var wg, ready sync.WaitGroup
	var mu sync.Mutex
	seen := map[uint64]bool{mine: true}
	hold := make(chan struct{})
	for range 50 {
		wg.Add(1)
		ready.Add(1)
		go func() {
			defer wg.Done()
			first := goroutine()
			grow(100) // the stack moves, the goroutine stays
			mu.Lock()
			if seen[first] || goroutine() != first {
				t.Errorf("goroutine %x: seen before, or another after its stack grew", first)
			}
			seen[first] = true
			mu.Unlock()
			ready.Done()
			<-hold
		}()
	}
	ready.Wait()
	close(hold)
	wg.Wait()
	if goroutine() != mine {
		t.Error("goroutine() of the test has changed")
	}
}

func grow(n int) byte {
	var b [1024]byte
	if n > 0 {
		b[n%len(b)] = grow(n - 1)
	}
	return b[n%len(b)] + 1
}
