package interp

import (
	"reflect"
	"strings"
)

// A deferral is one call of a function that defers: the host runs its body and
// then what it deferred.
type deferral struct {
	s        *Session
	calls    []func()
	shared   bool // deferred functions find it by their goroutine
	panicked bool
	value    any
	outer    *deferral // whose deferred calls run around this one's, in the same goroutine
}

// newFrame begins such a call: what adds to its deferred calls, what runs its
// body, and what recovers its panic. calls says that functions are deferred that
// may be called from elsewhere too: they find the panic by their goroutine.
func (s *Session) newFrame(calls bool) (add func(func()), run func(func()), rec func(*any)) {
	d := &deferral{s: s, shared: calls}
	return func(f func()) { d.calls = append(d.calls, f) }, d.run, d.recover
}

// run runs the body and the deferred calls, last first; a panic that none of
// them recovers goes on.
func (d *deferral) run(body func()) {
	d.call(body)
	_, ends := unwrap(d.value).(ending)
	if len(d.calls) > 0 && (d.shared || ends) {
		id := goroutine()
		d.enter(id)
		defer d.leave(id)
	}
	for len(d.calls) > 0 {
		f := d.calls[len(d.calls)-1]
		d.calls = d.calls[:len(d.calls)-1]
		d.call(f)
	}
	if d.panicked {
		panic(d.value)
	}
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
	if d.outer != nil {
		d.s.deferring[id] = d.outer
	} else {
		delete(d.s.deferring, id)
	}
}

// call makes one call; its panic takes the place of the one under way.
func (d *deferral) call(f func()) {
	ended := false
	defer func() {
		if x := recover(); x != nil || !ended {
			d.panicked, d.value = true, x
		}
	}()
	f()
	ended = true
}

// cleaning says whether a goroutine makes the deferred calls of something that
// was ended: they run to their end.
func (s *Session) cleaning(id uint64) bool {
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
func (s *Session) recovered(p *any) {
	id := goroutine()
	s.deferMu.Lock()
	d := s.deferring[id]
	s.deferMu.Unlock()
	if d != nil {
		d.recover(p)
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
		if fault(v) != v {
			x = runtimeError(fault(v))
		}
	case *reflect.ValueError:
		x = runtimeError(fault(v.Error()))
	case error:
		if strings.HasSuffix(reflect.TypeOf(x).String(), "cfgError") {
			x = runtimeError(fault(v.Error()))
		}
	}
	d.panicked, d.value = false, nil
	d.s.traces.take(goroutine())
	*p = x
}
