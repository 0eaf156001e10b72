package main

import (
	"fmt"
	"sync"
	"time"
)

type Ticker struct {
	C    chan int
	quit chan struct{}
	once sync.Once
}

func NewTicker() *Ticker {
	t := &Ticker{C: make(chan int), quit: make(chan struct{})}
	go t.loop()
	return t
}
func (t *Ticker) loop() {
	defer close(t.C)
	for n := 0; ; n++ {
		select {
		case t.C <- n:
		case <-t.quit:
			return
		}
	}
}
func (t *Ticker) Stop() { t.once.Do(func() { close(t.quit) }) }
func main() {
	t := NewTicker()
	for n := range t.C {
		fmt.Print(n, " ")
		if n == 4 {
			t.Stop()
			t.Stop()
			break
		}
	}
	for range t.C {
	}
	_, open := <-t.C
	fmt.Println(open)
	// In [2]
	tick := time.NewTicker(time.Millisecond)
	n := 0
loop:
	for {
		select {
		case <-tick.C:
			n++
			if n == 3 {
				tick.Stop()
				break loop
			}
		}
	}
	fmt.Println("ticks", n)
}

// Output:
// 0 1 2 3 4 false
// ticks 3
