package main

import "fmt"

type msg interface{ apply(*actor) }
type inc struct{ by int }
type get struct{ reply chan<- int }
type stop struct{}
type actor struct {
	box   chan msg
	n     int
	alive bool
}

func (m inc) apply(a *actor) { a.n += m.by }
func (m get) apply(a *actor) { m.reply <- a.n }
func (stop) apply(a *actor)  { a.alive = false }
func spawn() (chan<- msg, <-chan struct{}) {
	a := &actor{box: make(chan msg, 8), alive: true}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for a.alive {
			m := <-a.box
			m.apply(a)
		}
	}()
	return a.box, done
}
func main() {
	// In [2]
	box, done := spawn()
	for i := range 5 {
		box <- inc{i}
	}
	reply := make(chan int)
	box <- get{reply}
	fmt.Println(<-reply)
	box <- &inc{100}
	box <- get{reply}
	fmt.Println(<-reply)
	box <- stop{}
	<-done
	fmt.Println("stopped", len(box))
}

// Output:
// 10
// 110
// stopped 0
