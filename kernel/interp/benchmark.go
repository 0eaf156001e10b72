package interp

import (
	"sync"
	"testing"
)

// A helper is a function of a cell that compiled code calls in goroutines of its
// own while the cell waits: an interrupt of the cell is theirs, and a panic in
// them the cell's.
type helper struct {
	s        *Session
	run      *run   // the cell's; nil when a goroutine of the cell waits
	goes     uint64 // the goroutine that waits
	mu       sync.Mutex
	panicked bool
	value    any
}

func (s *Session) helper() *helper { return &helper{s: s, run: s.mine(), goes: goroutine()} }

// call calls f in a goroutine of compiled code; failed is called when it panics.
func (h *helper) call(f, failed func()) {
	id := goroutine()
	if h.run != nil {
		h.s.mu.Lock()
		h.s.aside[id] = h.run
		h.s.mu.Unlock()
		defer func() {
			h.s.mu.Lock()
			delete(h.s.aside, id)
			h.s.mu.Unlock()
		}()
	}
	defer func() {
		if x := recover(); x != nil {
			h.mu.Lock()
			if !h.panicked {
				h.panicked, h.value = true, x
				h.s.traces.move(id, h.goes)
			}
			h.mu.Unlock()
			failed()
		}
	}()
	f()
}

// end goes on with a panic, or an interrupt, in the goroutine that waited.
func (h *helper) end() {
	if h.panicked {
		panic(h.value)
	}
	h.s.interrupted()
}

// benchmark is testing.Benchmark.
func (s *Session) benchmark(f func(*testing.B)) testing.BenchmarkResult {
	h := s.helper()
	res := testing.Benchmark(func(b *testing.B) { h.call(func() { f(b) }, b.FailNow) })
	h.end()
	return res
}

// subBenchmark is the method Run of testing.B.
func (s *Session) subBenchmark(b *testing.B, name string, f func(*testing.B)) bool {
	h := s.helper()
	ok := b.Run(name, func(b *testing.B) { h.call(func() { f(b) }, b.FailNow) })
	h.end()
	return ok
}

// runParallel is the method of testing.B, which ends its goroutine when one of
// those that it starts has panicked.
func (s *Session) runParallel(b *testing.B, f func(*testing.PB)) {
	h := s.helper()
	defer h.end()
	b.RunParallel(func(pb *testing.PB) { h.call(func() { f(pb) }, func() {}) })
}
