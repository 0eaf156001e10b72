package main

import (
	"errors"
	"fmt"
	"sync"
)

type Conn struct{ id int }

func main() {
	made := 0
	pool := sync.Pool{New: func() any { made++; return &Conn{made} }}
	c := pool.Get().(*Conn)
	fmt.Println(c.id, made)
	pool.Put(c)
	var once sync.Once
	for i := range 3 {
		once.Do(func() { fmt.Println("once", i) })
	}
	// In [2]
	load := sync.OnceValue(func() map[string]int { fmt.Println("loading"); return map[string]int{"a": 1} })
	fmt.Println(load()["a"], load()["b"], len(load()))
	pair := sync.OnceValues(func() (int, error) { return 7, errors.New("cached too") })
	pair()
	fmt.Println(pair())
	f := sync.OnceFunc(func() { fmt.Println("func once") })
	f()
	f()
}

// Output:
// 1 1
// once 0
// loading
// 1 0 1
// 7 cached too
// func once
