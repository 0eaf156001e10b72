package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type Config struct {
	Name string
	N    int
}

func main() {
	var n atomic.Int64
	var flag atomic.Bool
	var wg sync.WaitGroup
	for range 1225 {
		wg.Go(func() {
			n.Add(1)
			flag.Store(true)
		})
	}
	wg.Wait()
	fmt.Println(n.Load(), flag.Load(), n.CompareAndSwap(1225, 7), n.Swap(9), n.Load())
	// In [2]
	var cfg atomic.Pointer[Config]
	fmt.Println(cfg.Load() == nil)
	cfg.Store(&Config{"a", 1})
	old := cfg.Swap(&Config{"b", 2})
	fmt.Println(old.Name, cfg.Load().Name, *cfg.Load())
	same := cfg.Load()
	fmt.Println(cfg.CompareAndSwap(old, same), cfg.CompareAndSwap(same, old), cfg.Load().N)
	// In [3]
	var v atomic.Value
	v.Store([]string{"x"})
	fmt.Println(v.Load().([]string)[0])
	var u uint32
	atomic.AddUint32(&u, ^uint32(0))
	fmt.Println(u, atomic.LoadUint32(&u))
}

// Output:
// 1225 true true 7 9
// true
// a b {b 2}
// false true 1
// x
// 4294967295 4294967295
