package interp

import (
	"fmt"
	"runtime/metrics"
	"time"
	"unsafe"
)

// A recursion without end would end the process: Go cannot recover from a stack
// that is full. So while a cell runs, something looks at how much memory stacks
// take; past a bound it sets the interpreter's stopǃ, and the next call in a
// goroutine that is deep panics.
const (
	stacksBound = 256 << 20 // of all goroutines together
	stackBound  = 64 << 20  // of one of them, for it to be meant
	stackPause  = 5 * time.Millisecond
)

// watchStacks looks until done is closed.
func (s *Session) watchStacks(done <-chan struct{}) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	t := time.NewTicker(stackPause)
	defer t.Stop()
	for {
		select {
		case <-done:
			if s.overflow.Swap(false) {
				s.relax()
			}
			return
		case <-t.C:
		}
		metrics.Read(sample)
		if sample[0].Value.Kind() != metrics.KindUint64 {
			return
		}
		over := sample[0].Value.Uint64() > stacksBound
		if s.overflow.Swap(over) == over {
			continue
		}
		if over {
			s.mu.Lock()
			*s.stop = true
			s.mu.Unlock()
		} else {
			s.relax()
		}
	}
}

// checkStack ends the calling goroutine's call when its stack is what is too
// large.
func (s *Session) checkStack() {
	if !s.overflow.Load() {
		return
	}
	if used := stackUsed(); used > stackBound {
		s.finishWith(&Panic{Text: fmt.Sprintf("stack overflow: a recursion went on until its stack had %d MB; is there a call without end?", used>>20)})
	}
}

// here is an address on the calling goroutine's stack.
//
//go:noinline
func here() uintptr {
	var x byte
	return uintptr(unsafe.Pointer(&x))
}
