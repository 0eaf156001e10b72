package main

import (
	"errors"
	"fmt"
)

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(xs ...T) { s.items = append(s.items, xs...) }

// In [2]
var ErrEmpty = errors.New("empty stack")

func Pop[T any](s *Stack[T]) (top T, err error) {
	if len(s.items) == 0 {
		return top, fmt.Errorf("pop: %w", ErrEmpty)
	}
	n := len(s.items) - 1
	top, s.items = s.items[n], s.items[:n]
	return top, nil
}
func main() {
	var s Stack[string]
	s.Push("a", "b", "c")
	fmt.Println(s, len(s.items))
	// In [2]
	for {
		v, err := Pop(&s)
		if errors.Is(err, ErrEmpty) {
			fmt.Printf("%q %v\n", v, err)
			break
		}
		fmt.Println(v)
	}
	// In [3]
	q := &Stack[[2]int]{}
	q.Push([2]int{1, 2}, [2]int{3})
	top, _ := Pop(q)
	fmt.Printf("%v %+v %T\n", top, *q, q)
}

// Output:
// {[a b c]} 3
// c
// b
// a
// "" pop: empty stack
// [3 0] {items:[[1 2]]} *main.Stack[[2]int]
