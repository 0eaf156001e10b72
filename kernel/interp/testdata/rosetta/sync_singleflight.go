package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

type call[V any] struct {
	done chan struct{}
	val  V
	err  error
	dups int
}
type Flight[K comparable, V any] struct {
	mu    sync.Mutex
	calls map[K]*call[V]
}

func (f *Flight[K, V]) Do(k K, fn func() (V, error)) (V, error, bool) {
	f.mu.Lock()
	if f.calls == nil {
		f.calls = make(map[K]*call[V])
	}
	if c, ok := f.calls[k]; ok {
		c.dups++
		f.mu.Unlock()
		<-c.done
		return c.val, c.err, true
	}
	c := &call[V]{done: make(chan struct{})}
	f.calls[k] = c
	f.mu.Unlock()
	c.val, c.err = fn()
	close(c.done)
	f.mu.Lock()
	delete(f.calls, k)
	f.mu.Unlock()
	return c.val, c.err, c.dups > 0
}
func main() {
	var f Flight[string, int]
	release, started := make(chan struct{}), make(chan struct{})
	var runs atomic.Int32
	results := make(chan int, 5)
	go func() {
		v, _, _ := f.Do("k", func() (int, error) {
			runs.Add(1)
			close(started)
			<-release
			return 42, nil
		})
		results <- v
	}()
	<-started
	for range 4 {
		go func() {
			v, _, _ := f.Do("k", func() (int, error) { runs.Add(1); return -1, nil })
			results <- v
		}()
	}
	for {
		f.mu.Lock()
		n := f.calls["k"].dups
		f.mu.Unlock()
		if n == 4 {
			break
		}
		runtime.Gosched()
	}
	close(release)
	sum := 0
	for range 5 {
		sum += <-results
	}
	fmt.Println(sum, runs.Load(), len(f.calls))
}

// Output:
// 210 1 0
