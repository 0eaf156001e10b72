package main

import "fmt"

type Event struct {
	At   int
	Kind string
}

func debounce(in <-chan Event, window int) <-chan []Event {
	out := make(chan []Event)
	go func() {
		defer close(out)
		var batch []Event
		for e := range in {
			if n := len(batch); n > 0 && e.At-batch[n-1].At > window {
				out <- batch
				batch = nil
			}
			batch = append(batch, e)
		}
		if len(batch) > 0 {
			out <- batch
		}
	}()
	return out
}
func main() {
	in := make(chan Event)
	go func() {
		defer close(in)
		for i, at := range []int{1, 2, 3, 10, 11, 30} {
			in <- Event{at, string(rune('a' + i))}
		}
	}()
	for b := range debounce(in, 3) {
		fmt.Printf("%d %v %+v\n", len(b), b, b[0])
	}
}

// Output:
// 3 [{1 a} {2 b} {3 c}] {At:1 Kind:a}
// 2 [{10 d} {11 e}] {At:10 Kind:d}
// 1 [{30 f}] {At:30 Kind:f}
