package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

type Event struct {
	At   float64
	Kind string
	Cust int
}
type Queue []Event

func (q *Queue) Push(e Event) {
	i, _ := slices.BinarySearchFunc(*q, e, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Cust, b.Cust))
	})
	*q = slices.Insert(*q, i, e)
}
func (q *Queue) Pop() (e Event, ok bool) {
	if len(*q) == 0 {
		return
	}
	e = (*q)[0]
	*q = (*q)[1:]
	return e, true
}
func main() {
	r := rand.New(rand.NewPCG(3, 4))
	var q Queue
	at := 0.0
	for i := range 6 {
		at += r.ExpFloat64() * 2
		q.Push(Event{at, "arrive", i})
	}
	var waiting []Event
	busy, served, wait := false, 0, 0.0
	start := func(e Event, now float64) {
		busy = true
		wait += now - e.At
		q.Push(Event{now + 1 + r.Float64(), "leave", e.Cust})
	}
	for e, ok := q.Pop(); ok; e, ok = q.Pop() {
		switch e.Kind {
		case "arrive":
			if busy {
				waiting = append(waiting, e)
				continue
			}
			start(e, e.At)
		case "leave":
			served++
			if busy = false; len(waiting) > 0 {
				start(waiting[0], e.At)
				waiting = waiting[1:]
			}
		}
	}
	fmt.Printf("%d served, mean wait %.3f, empty %t\n", served, wait/float64(served), len(q) == 0)
}

// Output:
// 6 served, mean wait 0.678, empty true
