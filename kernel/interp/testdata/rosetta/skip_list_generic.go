package main

import (
	"cmp"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
)

type node[K cmp.Ordered, V any] struct {
	key  K
	val  V
	next []*node[K, V]
}
type SkipList[K cmp.Ordered, V any] struct {
	head *node[K, V]
	rng  *rand.Rand
	n    int
}

const maxLevel = 8

func New[K cmp.Ordered, V any](seed uint64) *SkipList[K, V] {
	return &SkipList[K, V]{head: &node[K, V]{next: make([]*node[K, V], maxLevel)}, rng: rand.New(rand.NewPCG(seed, 1))}
}
func (s *SkipList[K, V]) before(k K) (prev [maxLevel]*node[K, V]) {
	x := s.head
	for i := maxLevel - 1; i >= 0; i-- {
		for x.next[i] != nil && x.next[i].key < k {
			x = x.next[i]
		}
		prev[i] = x
	}
	return
}
func (s *SkipList[K, V]) Set(k K, v V) {
	prev := s.before(k)
	if n := prev[0].next[0]; n != nil && n.key == k {
		n.val = v
		return
	}
	level := 1
	for level < maxLevel && s.rng.IntN(2) == 0 {
		level++
	}
	n := &node[K, V]{k, v, make([]*node[K, V], level)}
	for i := range level {
		n.next[i] = prev[i].next[i]
		prev[i].next[i] = n
	}
	s.n++
}
func (s *SkipList[K, V]) Get(k K) (v V, ok bool) {
	if n := s.before(k)[0].next[0]; n != nil && n.key == k {
		return n.val, true
	}
	return
}
func (s *SkipList[K, V]) From(k K) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for n := s.before(k)[0].next[0]; n != nil && yield(n.key, n.val); n = n.next[0] {
		}
	}
}
func main() {
	s := New[string, int](5)
	for i, w := range strings.Fields("m c x a q z b m") {
		s.Set(w, i)
	}
	fmt.Println(s.n)
	for k, v := range s.From("c") {
		fmt.Print(k, v, " ")
		if k == "x" {
			break
		}
	}
	fmt.Println()
	fmt.Println(s.Get("m"))
	fmt.Println(s.Get("nope"))
}

// Output:
// 7
// c1 m7 q4 x2
// 7 true
// 0 false
