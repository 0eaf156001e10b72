package main

import (
	"fmt"
	"io"
)

type Slot struct {
	val  *int
	next int
}

func divmod(a, b int) (q, r int) { return a / b, a % b }
func main() {
	slots := []*Slot{{new(1), 1}, {new(2), 2}}
	first := slots[0]
	slots[0], first.next = nil, -1
	fmt.Println(slots[0] == nil, first.next, *first.val)
	m := map[string]*int{"a": new(5)}
	n := 0
	m["a"], n = nil, 7
	fmt.Println(m, n, len(m))
	a := []int{1, 2, 3}
	i := 0
	i, a[i] = 2, 10
	fmt.Println(i, a)
	a[0], a[1], a[2] = a[2], a[0], a[1]
	fmt.Println(a)
	var q, r int
	q, r = divmod(17, 5)
	q, r = r, q
	fmt.Println(q, r)
	var e error
	var p *int
	p, e = nil, io.EOF
	fmt.Println(p == nil, e)
	s := first
	s.val, s = nil, &Slot{next: 9}
	fmt.Println(first.val == nil, s.next)
}

// Output:
// true -1 1
// map[a:<nil>] 7 1
// 2 [10 2 3]
// [3 10 2]
// 2 3
// true EOF
// true 9
