package main

import (
	"fmt"
	"iter"
)

type List[T any] struct {
	head, tail *node[T]
	n          int
}
type node[T any] struct {
	v    T
	next *node[T]
}

func (l *List[T]) Push(v T) *List[T] {
	nd := &node[T]{v: v}
	if l.tail == nil {
		l.head = nd
	} else {
		l.tail.next = nd
	}
	l.tail = nd
	l.n++
	return l
}

// In [2]
func (l *List[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		i := 0
		for n := l.head; n != nil; n = n.next {
			if !yield(i, n.v) {
				return
			}
			i++
		}
	}
}
func (l *List[T]) Reverse() {
	var prev *node[T]
	l.tail = l.head
	for n := l.head; n != nil; {
		n.next, prev, n = prev, n, n.next
	}
	l.head = prev
}
func main() {
	// In [2]
	var l List[string]
	l.Push("a").Push("b").Push("c")
	for i, v := range l.All() {
		fmt.Print(i, v, " ")
	}
	fmt.Println(l.n)
	// In [3]
	l.Reverse()
	l.Push("z")
	for i, v := range l.All() {
		if i == 3 {
			fmt.Println("stop at", v)
			break
		}
		fmt.Print(v, " ")
	}
}

// Output:
// 0a 1b 2c 3
// c b a stop at z
