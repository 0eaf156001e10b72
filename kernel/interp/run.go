package interp

import (
	"context"
	"fmt"
	"go/types"
	"runtime/debug"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// run is one running cell.
type run struct {
	id        uint64 // of the goroutine
	ctx       context.Context
	cancel    context.CancelFunc
	magic     func(lang.Segment) (any, error)
	magics    []lang.Segment
	out       *outcome
	program   *program
	stopped   bool
	inMagic   int           // a magic ends by itself, however long it takes
	end       error         // why the cell ends at its next check, when not interrupted
	abandoned chan struct{} // closed when the cell is left behind
	cell      lang.Cell
	compiled  bool // it declared names by a compiled cell
	unit      *lang.Unit
	watched   []*any // where the addresses of local variables are, by the unit's numbers
}

// outcome collects what lowered code hands over while it runs.
type outcome struct {
	values []any
	texts  []string
	bundle *display.Bundle
}

// Run runs a whole cell, checked before anything runs. The magic lines in it
// are handed to magic in their place; an error of magic ends the cell and is
// returned as it is. Other errors are lang.Diagnostics, *Panic, *Exit and
// ErrInterrupted.
func (s *Session) Run(c lang.Cell, magic func(seg lang.Segment) (any, error)) (Result, error) {
	if r := s.inside(); r != nil {
		return s.nested(r, c, magic)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := &run{ctx: ctx, cancel: cancel, magic: magic, abandoned: make(chan struct{}), cell: c}
	// An interrupt may come while the cell is still being compiled.
	s.mu.Lock()
	s.current, s.count = r, c.N
	s.mu.Unlock()
	u, p, f, err := s.prepare(c)
	s.promote(u)
	if err != nil || f == nil {
		s.finish(r)
		return s.declared(u), err
	}
	r.magics, r.out, r.program, r.unit = u.Magics, &outcome{}, p, u
	done, over := make(chan error, 1), make(chan struct{})
	defer close(over)
	go s.watchStacks(over)
	go s.execute(r, f, done)
	select {
	case err = <-done:
	case <-r.abandoned:
		return s.declared(u), ErrInterrupted
	}
	res := s.result(u, p, r.out, err)
	res.Declares = res.Declares || r.compiled
	return res, err
}

// RunCell is Run for a cell of the notebook, which the session remembers as one:
// what it reads and makes, and from which cells. It may be called inside a
// running cell, by a magic that runs others again.
func (s *Session) RunCell(c lang.Cell, magic func(seg lang.Segment) (any, error)) (Result, error) {
	s.lang.Begin(c)
	defer s.lang.End()
	return s.Run(c, magic)
}

func (s *Session) declared(u *lang.Unit) Result {
	if u == nil {
		return Result{}
	}
	return Result{Declares: u.Declares(), Warnings: u.Warnings}
}

// execute runs f in the goroutine of the cell.
func (s *Session) execute(r *run, f func(), done chan<- error) {
	s.mu.Lock()
	r.id = goroutine()
	stopped := r.stopped
	s.mu.Unlock()
	ended := false
	var err error
	debug.SetPanicOnFault(true)
	s.owners.Store(r.id, s.running())
	defer func() {
		if !ended {
			err = s.failure(r, recover())
		}
		s.leaving.Delete(r.id)
		s.owners.Delete(r.id)
		s.finish(r)
		done <- err
	}()
	if !stopped {
		f()
		ended = true
	} else {
		ended, err = true, ErrInterrupted
	}
	s.mu.Lock()
	switch {
	case err != nil:
	case r.end != nil:
		err = r.end
	case r.stopped:
		err = ErrInterrupted
	}
	s.mu.Unlock()
}

// finish ends a run: what it stopped may go on.
func (s *Session) finish(r *run) {
	s.mu.Lock()
	r.cancel()
	if s.current == r {
		s.current = nil
	}
	delete(s.left, r.id)
	s.mu.Unlock()
	s.relax()
}

// inside is the run whose goroutine this is: a magic that runs Go.
func (s *Session) inside() *run {
	s.mu.Lock()
	r := s.current
	s.mu.Unlock()
	if r == nil || r.id != goroutine() {
		return nil
	}
	return r
}

// nested runs Go inside a running cell, in its goroutine.
func (s *Session) nested(r *run, c lang.Cell, magic func(lang.Segment) (any, error)) (res Result, err error) {
	u, p, f, err := s.prepare(c)
	s.promote(u)
	if err != nil || f == nil {
		return s.declared(u), err
	}
	out, magics, outerMagic, outerProgram := r.out, r.magics, r.magic, r.program
	unit, watched := r.unit, r.watched
	mine := &outcome{}
	r.out, r.magics, r.program, r.unit, r.watched = mine, u.Magics, p, u, nil
	if magic != nil {
		r.magic = magic
	}
	defer func() {
		x := recover()
		e, ends := x.(ending)
		if x != nil && !ends {
			err = s.failure(r, x)
		}
		r.out, r.magics, r.magic, r.program = out, magics, outerMagic, outerProgram
		r.unit, r.watched = unit, watched
		if ends {
			panic(e) // the whole cell ends
		}
	}()
	f()
	return s.result(u, p, mine, nil), nil
}

func (s *Session) result(u *lang.Unit, p *program, out *outcome, err error) Result {
	res := s.declared(u)
	if err != nil || len(p.Results) == 0 || len(out.values) == 0 {
		return res
	}
	res.Shown = true
	res.Bundle = out.bundle
	res.Text = strings.Join(out.texts, ", ")
	var ts []string
	for _, t := range p.Results {
		ts = append(ts, types.TypeString(t, func(p *types.Package) string {
			if p.Path() == "main" || lang.IsNative(p.Path()) {
				return ""
			}
			return p.Name()
		}))
	}
	res.Type = strings.Join(ts, ", ")
	if len(p.Results) == 1 {
		res.Value = out.values[0]
		return res
	}
	res.Value, res.Type = out.values, "("+res.Type+")"
	res.Text = tuple(out.values)
	return res
}

func tuple(values []any) string {
	var ts []string
	for _, v := range values {
		if s, ok := v.(string); ok {
			ts = append(ts, fmt.Sprintf("%q", s))
		} else {
			ts = append(ts, fmt.Sprint(v))
		}
	}
	return "(" + strings.Join(ts, ", ") + ")"
}

// Interrupt ends the running cell at its next loop, call or wait; a cell that
// does not end then is left behind in its goroutine. Variables, closures and
// other goroutines are as they were.
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.current
	if r == nil || r.stopped {
		return
	}
	r.stopped = true
	*s.stop = true
	r.cancel()
	time.AfterFunc(s.opt.Grace, func() { s.abandon(r) })
}

// abandon leaves a run behind that did not end in time.
func (s *Session) abandon(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != r || r.id == 0 || r.inMagic > 0 {
		return
	}
	s.current = nil
	s.left[r.id] = r
	close(r.abandoned)
}

// Context is done when the running cell is interrupted or has ended; without a
// running cell it is done at once.
func (s *Session) Context() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		return s.current.ctx
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
