package main

import (
	"fmt"
	"time"
)

type Timer struct {
	now  func() time.Time
	laps []time.Duration
	last time.Time
}

func (t *Timer) Lap() time.Duration {
	n := t.now()
	d := n.Sub(t.last)
	t.last = n
	t.laps = append(t.laps, d)
	return d
}
func main() {
	// In [2]
	clock := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	t := &Timer{now: func() time.Time { clock = clock.Add(1500 * time.Millisecond); return clock }, last: clock}
	for range 3 {
		fmt.Print(t.Lap(), " ")
	}
	fmt.Println(t.laps)
	start := time.Now()
	el := time.Since(start)
	fmt.Println(el >= 0, el < time.Hour, start.Before(start.Add(1)))
}

// Output:
// 1.5s 1.5s 1.5s [1.5s 1.5s 1.5s]
// true true true
