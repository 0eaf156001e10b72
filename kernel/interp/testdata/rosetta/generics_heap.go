package main

import (
	"cmp"
	"fmt"
)

type Heap[T any] struct {
	data []T
	less func(a, b T) bool
}

func NewHeap[T any](less func(a, b T) bool, xs ...T) *Heap[T] {
	h := &Heap[T]{less: less}
	for _, x := range xs {
		h.Push(x)
	}
	return h
}
func (h *Heap[T]) Push(x T) {
	h.data = append(h.data, x)
	for i := len(h.data) - 1; i > 0; {
		p := (i - 1) / 2
		if !h.less(h.data[i], h.data[p]) {
			break
		}
		h.data[i], h.data[p] = h.data[p], h.data[i]
		i = p
	}
}
func (h *Heap[T]) Pop() (x T, ok bool) {
	if len(h.data) == 0 {
		return
	}
	x, ok = h.data[0], true
	n := len(h.data) - 1
	h.data[0] = h.data[n]
	h.data = h.data[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && h.less(h.data[c+1], h.data[c]) {
			c++
		}
		if !h.less(h.data[c], h.data[i]) {
			return
		}
		h.data[i], h.data[c] = h.data[c], h.data[i]
		i = c
	}
}

type task struct {
	name string
	prio int
}

func main() {
	// In [2]
	h := NewHeap(cmp.Less[int], 5, 2, 8, 1, 9, 3)
	for x, ok := h.Pop(); ok; x, ok = h.Pop() {
		fmt.Print(x, " ")
	}
	fmt.Println()
	tasks := NewHeap(func(a, b task) bool { return a.prio > b.prio }, task{"low", 1}, task{"high", 9}, task{"mid", 5})
	for len(tasks.data) > 0 {
		t, _ := tasks.Pop()
		fmt.Printf("%s(%d) ", t.name, t.prio)
	}
	_, ok := tasks.Pop()
	fmt.Println(ok)
}

// Output:
// 1 2 3 5 8 9
// high(9) mid(5) low(1) false
