package interp

import (
	"fmt"
	"runtime"
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

// checkStack ends the calling goroutine when its stack is what is too large.
func (s *Session) checkStack() {
	if !s.overflow.Load() {
		return
	}
	id, used := goroutine(), stackUsed()
	if used < stackBound || s.isLeaving(id) {
		return
	}
	p := &Panic{Text: fmt.Sprintf("stack overflow: a recursion went on until its stack had %d MB; is there a call without end?", used>>20)}
	r := s.mine()
	if r == nil { // a goroutine of its own
		p.Cell = s.Owner()
		if s.opt.OnGoroutinePanic != nil {
			s.opt.OnGoroutinePanic(p)
		}
		s.leave(id)
	}
	p.Frames = r.program.top()
	s.finishWith(p)
}

// top is the frame of the cell's own statements.
func (p *program) top() []Frame {
	if p == nil {
		return nil
	}
	for i, f := range p.Funcs {
		if f.Name == "" && f.Cell.N != 0 && i < len(p.lines) && p.lines[i] != nil {
			return []Frame{{Cell: f.Cell, Line: *p.lines[i]}}
		}
	}
	return nil
}

// deepStack is how much stack makes a panic a bad way to leave: the interpreter
// recovers and panics again in every call, each on top of the one before, which
// takes seconds for some thousands of calls and hours for a runaway recursion.
const deepStack = 256 << 10

// quit ends the calling goroutine's run with the error e, past every recover:
// by a panic, which stops at the bounds between cell and host, or from deep down
// by the end of the goroutine. Deferred calls are made either way.
func (s *Session) quit(e error) {
	if stackUsed() > deepStack {
		s.leave(goroutine())
	}
	panic(ending{e})
}

// leave ends the calling goroutine; what it defers is not interrupted.
func (s *Session) leave(id uint64) {
	s.leaving.Store(id, true)
	runtime.Goexit()
}

func (s *Session) isLeaving(id uint64) bool {
	_, ok := s.leaving.Load(id)
	return ok
}

// here is an address on the calling goroutine's stack.
//
//go:noinline
func here() uintptr {
	var x byte
	return uintptr(unsafe.Pointer(&x))
}
