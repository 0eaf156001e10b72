package main

import (
	"fmt"
	"maps"
	"sync"
)

type Metrics struct {
	sync.RWMutex
	counts map[string]int
}

func (m *Metrics) Inc(name string, by int) {
	m.Lock()
	defer m.Unlock()
	m.counts[name] += by
}
func (m *Metrics) Snapshot() map[string]int {
	m.RLock()
	defer m.RUnlock()
	return maps.Clone(m.counts)
}

type Locker interface {
	Lock()
	Unlock()
}

func with(l Locker, f func()) {
	l.Lock()
	defer l.Unlock()
	f()
}
func main() {
	m := &Metrics{counts: map[string]int{}}
	var wg sync.WaitGroup
	for i := 0; i < 20; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m.Inc([]string{"even", "odd"}[i%2], i)
		}()
	}
	wg.Wait()
	fmt.Println(m.Snapshot())
	with(m, func() { m.counts["locked"] = 1 })
	fmt.Println(m.Snapshot()["locked"], m.TryLock())
	m.Unlock()
	var l sync.Locker = m.RLocker()
	with(l, func() { fmt.Println("read locked", m.TryLock()) })
}

// Output:
// map[even:90 odd:100]
// 1 true
// read locked false
