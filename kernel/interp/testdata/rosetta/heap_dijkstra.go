package main

import (
	"container/heap"
	"fmt"
)

type Edge struct {
	to   string
	cost int
}
type Graph map[string][]Edge
type state struct {
	node string
	dist int
}
type queue []state

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].dist < q[j].dist }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(state)) }
func (q *queue) Pop() (x any) {
	n := len(*q) - 1
	x, *q = (*q)[n], (*q)[:n]
	return
}

// In [2]
func (g Graph) Path(from, to string) (path []string, total int) {
	dist, prev := map[string]int{from: 0}, map[string]string{}
	q := &queue{{from, 0}}
	for q.Len() > 0 {
		s := heap.Pop(q).(state)
		if s.node == to {
			break
		}
		if d, ok := dist[s.node]; ok && d < s.dist {
			continue
		}
		for _, e := range g[s.node] {
			nd := s.dist + e.cost
			if d, ok := dist[e.to]; !ok || nd < d {
				dist[e.to], prev[e.to] = nd, s.node
				heap.Push(q, state{e.to, nd})
			}
		}
	}
	if _, ok := dist[to]; !ok {
		return nil, -1
	}
	for n := to; n != ""; n = prev[n] {
		path = append([]string{n}, path...)
	}
	return path, dist[to]
}
func main() {
	// In [3]
	g := Graph{"a": {{"b", 7}, {"c", 9}, {"f", 14}}, "b": {{"c", 10}, {"d", 15}}, "c": {{"d", 11}, {"f", 2}}, "d": {{"e", 6}}, "f": {{"e", 9}}}
	fmt.Println(g.Path("a", "e"))
	fmt.Println(g.Path("e", "a"))
	fmt.Println(g.Path("b", "b"))
}

// Output:
// [a c f e] 20
// [] -1
// [b] 0
