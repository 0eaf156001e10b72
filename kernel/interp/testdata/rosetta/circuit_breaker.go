package main

import (
	"errors"
	"fmt"
	"io"
	"time"
)

type State uint8

const (
	Closed State = iota
	Open
	HalfOpen
)

var stateNames = map[State]string{Closed: "closed", Open: "open", HalfOpen: "half-open"}

func (s State) String() string { return stateNames[s] }

type Breaker struct {
	State
	fails, limit int
	opened       time.Time
	cool         time.Duration
	now          func() time.Time
}

var ErrOpen = errors.New("breaker open")

func (b *Breaker) Do(f func() error) error {
	if b.State == Open {
		if b.now().Sub(b.opened) < b.cool {
			return ErrOpen
		}
		b.State = HalfOpen
	}
	err := f()
	switch {
	case err == nil:
		b.State, b.fails = Closed, 0
	case b.State == HalfOpen, b.fails+1 >= b.limit:
		b.State, b.opened, b.fails = Open, b.now(), 0
	default:
		b.fails++
	}
	return err
}
func main() {
	clock := time.Unix(0, 0)
	b := &Breaker{limit: 2, cool: time.Minute, now: func() time.Time { return clock }}
	bad, good := func() error { return io.EOF }, func() error { return nil }
	for i, step := range []struct {
		f    func() error
		tick time.Duration
	}{{good, 0}, {bad, 0}, {bad, 0}, {good, 0}, {bad, 2 * time.Minute}, {good, time.Second}, {good, time.Hour}} {
		clock = clock.Add(step.tick)
		err := b.Do(step.f)
		fmt.Println(i, err, b.State, b.fails)
	}
}

// Output:
// 0 <nil> closed 0
// 1 EOF closed 1
// 2 EOF open 0
// 3 breaker open open 0
// 4 EOF open 0
// 5 breaker open open 0
// 6 <nil> closed 0
