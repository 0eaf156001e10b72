package main

import (
	"container/list"
	"container/ring"
	"fmt"
)

type entry[K comparable, V any] struct {
	k K
	v V
}
type LRU[K comparable, V any] struct {
	cap   int
	order *list.List
	items map[K]*list.Element
}

func NewLRU[K comparable, V any](n int) *LRU[K, V] {
	return &LRU[K, V]{n, list.New(), make(map[K]*list.Element, n)}
}
func (c *LRU[K, V]) Get(k K) (v V, ok bool) {
	e, ok := c.items[k]
	if !ok {
		return
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry[K, V]).v, true
}
func (c *LRU[K, V]) Put(k K, v V) {
	if e, ok := c.items[k]; ok {
		e.Value.(*entry[K, V]).v = v
		c.order.MoveToFront(e)
		return
	}
	c.items[k] = c.order.PushFront(&entry[K, V]{k, v})
	if c.order.Len() > c.cap {
		last := c.order.Back()
		c.order.Remove(last)
		delete(c.items, last.Value.(*entry[K, V]).k)
	}
}
func main() {
	c := NewLRU[string, int](2)
	c.Put("a", 1)
	c.Put("b", 2)
	c.Get("a")
	c.Put("c", 3)
	_, okb := c.Get("b")
	a, oka := c.Get("a")
	fmt.Println(okb, a, oka, c.order.Len())
	for e := c.order.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value.(*entry[string, int]).k, " ")
	}
	fmt.Println()
	r := ring.New(5)
	for i := range r.Len() {
		r.Value = i * i
		r = r.Next()
	}
	sum := 0
	r.Move(2).Do(func(v any) { sum = sum*10 + v.(int)%10 })
	fmt.Println(sum, r.Len())
	// Josephus
	p := ring.New(7)
	for i := range 7 {
		p.Value = i + 1
		p = p.Next()
	}
	p = p.Prev()
	for p.Len() > 1 {
		p = p.Move(2)
		fmt.Print(p.Unlink(1).Value, " ")
	}
	fmt.Println("last", p.Value)
}

// Output:
// false 1 true 2
// a c
// 49601 5
// 3 6 2 7 5 1 last 4
