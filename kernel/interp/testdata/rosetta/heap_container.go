package main

import (
	"container/heap"
	"fmt"
)

type Item struct {
	value    string
	priority int
	index    int
}
type PQ []*Item

func (pq PQ) Len() int           { return len(pq) }
func (pq PQ) Less(i, j int) bool { return pq[i].priority > pq[j].priority }
func (pq PQ) Swap(i, j int) {
	pq[i], pq[j] = pq[j], pq[i]
	pq[i].index, pq[j].index = i, j
}
func (pq *PQ) Push(x any) {
	it := x.(*Item)
	it.index = len(*pq)
	*pq = append(*pq, it)
}
func (pq *PQ) Pop() any {
	old := *pq
	n := len(old) - 1
	it := old[n]
	old[n], it.index = nil, -1
	*pq = old[:n]
	return it
}
func (pq *PQ) update(it *Item, p int) {
	it.priority = p
	heap.Fix(pq, it.index)
}
func main() {
	// In [2]
	pq := PQ{}
	items := map[string]*Item{}
	for i, w := range []string{"banana", "apple", "pear"} {
		it := &Item{value: w, priority: (i*7 + 3) % 5}
		items[w] = it
		heap.Push(&pq, it)
	}
	pq.update(items["apple"], 10)
	removed := heap.Remove(&pq, items["pear"].index).(*Item)
	fmt.Println(removed.value, removed.index, pq.Len())
	for pq.Len() > 0 {
		it := heap.Pop(&pq).(*Item)
		fmt.Printf("%d:%s ", it.priority, it.value)
	}
	fmt.Println()
}

// Output:
// pear -1 2
// 10:apple 3:banana
