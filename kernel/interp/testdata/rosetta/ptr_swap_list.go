package main

import "fmt"

type Node struct {
	Val  int
	Next *Node
}

func build(xs ...int) *Node {
	var head *Node
	for tail := &head; len(xs) > 0; xs = xs[1:] {
		*tail = &Node{Val: xs[0]}
		tail = &(*tail).Next
	}
	return head
}
func (n *Node) String() string {
	if n == nil {
		return "nil"
	}
	return fmt.Sprintf("%d -> %v", n.Val, n.Next)
}
func remove(head **Node, val int) (n int) {
	for p := head; *p != nil; {
		if (*p).Val == val {
			*p = (*p).Next
			n++
			continue
		}
		p = &(*p).Next
	}
	return
}
func swap[T any](a, b *T) { *a, *b = *b, *a }
func mergeSorted(a, b *Node) *Node {
	var dummy Node
	t := &dummy
	for a != nil && b != nil {
		if b.Val < a.Val {
			swap(&a, &b)
		}
		t.Next, a = a, a.Next
		t = t.Next
	}
	if t.Next = a; a == nil {
		t.Next = b
	}
	return dummy.Next
}
func main() {
	// In [2]
	l := build(1, 2, 1, 3, 1)
	fmt.Println(l)
	n := remove(&l, 1)
	fmt.Println(n, l)
	m := mergeSorted(build(1, 4, 9), build(2, 3, 10))
	fmt.Println(m)
	x, y := "a", "b"
	swap(&x, &y)
	pp := &l
	(*pp).Val = 50
	arr := [2]int{1, 2}
	swap(&arr[0], &arr[1])
	fmt.Println(x, y, l, arr, build())
}

// Output:
// 1 -> 2 -> 1 -> 3 -> 1 -> nil
// 3 2 -> 3 -> nil
// 1 -> 2 -> 3 -> 4 -> 9 -> 10 -> nil
// b a 50 -> 3 -> nil [2 1] nil
