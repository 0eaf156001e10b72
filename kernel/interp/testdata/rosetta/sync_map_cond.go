package main

import (
	"fmt"
	"strings"
	"sync"
)

type Queue[T any] struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []T
	done  bool
}

func NewQueue[T any]() *Queue[T] {
	q := &Queue[T]{}
	q.cond = sync.NewCond(&q.mu)
	return q
}
func (q *Queue[T]) Put(x T) {
	q.mu.Lock()
	q.items = append(q.items, x)
	q.mu.Unlock()
	q.cond.Signal()
}
func (q *Queue[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done = true
	q.cond.Broadcast()
}
func (q *Queue[T]) Take() (x T, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.done {
		q.cond.Wait()
	}
	if len(q.items) == 0 {
		return x, false
	}
	x, q.items = q.items[0], q.items[1:]
	return x, true
}
func main() {
	q := NewQueue[string]()
	got := make(chan string)
	go func() {
		for x, ok := q.Take(); ok; x, ok = q.Take() {
			got <- x
		}
		close(got)
	}()
	for _, s := range []string{"a", "b", "c"} {
		q.Put(s)
		fmt.Print(<-got)
	}
	q.Close()
	_, open := <-got
	fmt.Println(open)
	// In [2]
	var m sync.Map
	for i, w := range strings.Fields("x y z x") {
		prev, loaded := m.LoadOrStore(w, i)
		fmt.Print(prev, loaded, " ")
	}
	m.Delete("y")
	n := 0
	m.Range(func(k, v any) bool { n += v.(int); return true })
	v, ok := m.Load("y")
	fmt.Println(n, v, ok)
}

// Output:
// abcfalse
// 0 false 1 false 2 false 0 true 2 <nil> false
