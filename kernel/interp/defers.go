package interp

import (
	"reflect"
	"runtime"
	"strings"
)

// A deferral is one call of a function that defers: the host runs its body and
// then what it deferred.
type deferral struct {
	s        *Session
	calls    []func()
	number   int // deferred functions that recover know it by
	panicked bool
	value    any
	outer    *deferral // whose deferred calls run around this one's, in the same goroutine
}

// newFrame begins such a call: what adds to its deferred calls, what runs its
// body.
func (s *Session) newFrame() (add func(func()), run func(func())) {
	d := &deferral{s: s}
	return func(f func()) { d.calls = append(d.calls, f) }, d.run
}

// run runs the body and the deferred calls, last first; a panic that none of
// them recovers goes on.
func (d *deferral) run(body func()) {
	whole := false
	defer func() {
		if !whole {
			d.finish() // runtime.Goexit
		}
	}()
	d.call(body)
	d.finish()
	whole = true
	if d.panicked {
		panic(d.value)
	}
}

// finish makes the deferred calls.
func (d *deferral) finish() {
	if len(d.calls) == 0 {
		return
	}
	id := goroutine()
	d.enter(id)
	defer d.leave(id)
	for len(d.calls) > 0 {
		f := d.calls[len(d.calls)-1]
		d.calls = d.calls[:len(d.calls)-1]
		d.s.arm(id, d)
		d.call(f)
		d.s.disarm(id, d)
	}
}

// arm lets the function that the goroutine enters next know that it is deferred.
// Functions look while the interpreter's stopǃ is set.
func (s *Session) arm(id uint64, d *deferral) {
	s.deferMu.Lock()
	s.armed[id] = d
	s.deferMu.Unlock()
	s.mu.Lock()
	*s.stop = true
	s.mu.Unlock()
}

// disarm takes back what no interpreted function took.
func (s *Session) disarm(id uint64, d *deferral) {
	s.deferMu.Lock()
	if s.armed[id] == d {
		delete(s.armed, id)
	}
	s.deferMu.Unlock()
	s.relax()
}

// disarmed is what the goroutine was armed with, which is so no more.
func (s *Session) disarmed(id uint64) *deferral {
	s.deferMu.Lock()
	defer s.deferMu.Unlock()
	d := s.armed[id]
	delete(s.armed, id)
	return d
}

// relax takes back the interpreter's stopǃ when nothing needs it.
func (s *Session) relax() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deferMu.Lock()
	armed := len(s.armed)
	s.deferMu.Unlock()
	if armed == 0 && !s.overflow.Load() && len(s.left) == 0 && (s.current == nil || !s.current.stopped && s.current.end == nil) {
		*s.stop = false
	}
}

// entered is interrupted for a function that recovers; it gives the number of
// the call whose panic it may recover, 0 when it is not deferred.
func (s *Session) entered() int {
	d := s.disarmed(goroutine())
	if d == nil {
		s.interrupted()
		return 0
	}
	s.deferMu.Lock()
	defer s.deferMu.Unlock()
	if d.number == 0 {
		s.deferrals++
		d.number = s.deferrals
	}
	s.numbered[d.number] = d
	return d.number
}

func (d *deferral) enter(id uint64) {
	d.s.deferMu.Lock()
	defer d.s.deferMu.Unlock()
	d.outer = d.s.deferring[id]
	d.s.deferring[id] = d
}

func (d *deferral) leave(id uint64) {
	d.s.deferMu.Lock()
	defer d.s.deferMu.Unlock()
	delete(d.s.numbered, d.number)
	if d.outer != nil {
		d.s.deferring[id] = d.outer
	} else {
		delete(d.s.deferring, id)
	}
}

// call makes one call; its panic takes the place of the one under way.
func (d *deferral) call(f func()) {
	defer func() {
		if x := recover(); x != nil { // nil: it ended, or runtime.Goexit does
			d.panicked, d.value = true, x
		}
	}()
	f()
}

// cleaning says whether a goroutine makes the deferred calls of something that
// was ended: they run to their end.
func (s *Session) cleaning(id uint64) bool {
	if s.isLeaving(id) {
		return true
	}
	s.deferMu.Lock()
	defer s.deferMu.Unlock()
	for d := s.deferring[id]; d != nil; d = d.outer {
		if _, ok := unwrap(d.value).(ending); ok && d.panicked {
			return true
		}
	}
	return false
}

// recovered is recover: it stops the panic whose deferred calls are running. The
// end of a cell cannot be stopped.
func (s *Session) recovered(number int, p *any) {
	*p = nil
	if number == 0 {
		return
	}
	s.deferMu.Lock()
	d := s.numbered[number]
	s.deferMu.Unlock()
	if d != nil {
		d.recover(p)
	}
}

// recoveredLate is `defer recover()`: as a call by the function that defers it, which
// it is only when that one has returned, not when it panics.
func (s *Session) recoveredLate(number int) {
	s.deferMu.Lock()
	own := s.deferring[goroutine()]
	s.deferMu.Unlock()
	if own == nil || !own.panicked {
		var x any
		s.recovered(number, &x)
	}
}

func (d *deferral) recover(p *any) {
	if !d.panicked {
		return
	}
	x := unwrap(d.value)
	switch v := x.(type) {
	case ending:
		return
	case string:
		if strings.HasPrefix(v, "reflect") || isFault(v) {
			x = runtimeError(fault(v))
		}
	case *reflect.ValueError:
		x = runtimeError(fault(v.Error()))
	case error:
		text := v.Error()
		_, isRuntime := x.(runtime.Error)
		if strings.HasSuffix(reflect.TypeOf(x).String(), "cfgError") || isRuntime && strings.Contains(text, "unhashable type: ") {
			x = runtimeError(fault(text))
		}
	}
	d.panicked, d.value = false, nil
	d.s.traces.take(goroutine())
	*p = x
}
