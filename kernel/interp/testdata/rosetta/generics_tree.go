package main

import (
	"cmp"
	"fmt"
	"strings"
)

type Tree[K, V any] struct {
	root *tnode[K, V]
	cmp  func(a, b K) int
}
type tnode[K, V any] struct {
	k           K
	v           V
	left, right *tnode[K, V]
}

func NewTree[K cmp.Ordered, V any]() *Tree[K, V] { return &Tree[K, V]{cmp: cmp.Compare[K]} }
func (t *Tree[K, V]) find(k K) **tnode[K, V] {
	p := &t.root
	for *p != nil {
		switch c := t.cmp(k, (*p).k); {
		case c < 0:
			p = &(*p).left
		case c > 0:
			p = &(*p).right
		default:
			return p
		}
	}
	return p
}
func (t *Tree[K, V]) Put(k K, v V) bool {
	p := t.find(k)
	if *p != nil {
		(*p).v = v
		return false
	}
	*p = &tnode[K, V]{k: k, v: v}
	return true
}
func (t *Tree[K, V]) Each(f func(K, V)) {
	var walk func(*tnode[K, V])
	walk = func(n *tnode[K, V]) {
		if n != nil {
			walk(n.left)
			f(n.k, n.v)
			walk(n.right)
		}
	}
	walk(t.root)
}
func main() {
	// In [2]
	t := NewTree[string, int]()
	for i, w := range strings.Fields("to be or not to be that is") {
		fmt.Print(t.Put(w, i), " ")
	}
	fmt.Println()
	t.Each(func(k string, v int) { fmt.Print(k, ":", v, " ") })
	fmt.Println()
	byLen := &Tree[string, bool]{cmp: func(a, b string) int { return len(a) - len(b) }}
	fmt.Println(byLen.Put("aa", true), byLen.Put("bb", true), byLen.Put("c", false))
	byLen.Each(func(k string, v bool) { fmt.Print(k, v, " ") })
	fmt.Println()
}

// Output:
// true true true true false false true true
// be:5 is:7 not:3 or:2 that:6 to:4
// true false true
// cfalse aatrue
