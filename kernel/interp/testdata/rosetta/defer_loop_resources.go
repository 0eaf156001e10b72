package main

import (
	"errors"
	"fmt"
	"runtime"
)

type Pool struct {
	free []int
	out  map[int]bool
}

func (p *Pool) Get() (id int, release func()) {
	if len(p.free) == 0 {
		panic(errors.New("pool: exhausted"))
	}
	id, p.free = p.free[0], p.free[1:]
	p.out[id] = true
	return id, func() {
		delete(p.out, id)
		p.free = append(p.free, id)
	}
}
func use(p *Pool, n int) (ids []int, err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = fmt.Errorf("use(%d): %w", n, e)
		}
	}()
	for range n {
		id, release := p.Get()
		defer release()
		ids = append(ids, id)
	}
	return ids, nil
}
func main() {
	p := &Pool{[]int{1, 2, 3}, map[int]bool{}}
	fmt.Println(use(p, 2))
	fmt.Println(p.free, len(p.out))
	fmt.Println(use(p, 4))
	fmt.Println(p.free, len(p.out))
	func() {
		defer fmt.Println("outer sees", recover())
		defer func() {
			fmt.Println("inner", recover())
			defer func() { fmt.Println("second", recover()) }()
			panic("two")
		}()
		panic("one")
	}()
	var f func()
	func() {
		defer func() { fmt.Println("nil func:", recover() != nil) }()
		defer f()
		fmt.Println("body runs")
	}()
	runtime.GC()
	done := make(chan bool)
	go func() {
		defer close(done)
		defer fmt.Println("goexit defers")
		runtime.Goexit()
	}()
	<-done
}

// Output:
// [1 2] <nil>
// [3 2 1] 0
// [3 2 1] use(4): pool: exhausted
// [1 2 3] 0
// inner one
// second two
// outer sees <nil>
// body runs
// nil func: true
// goexit defers
