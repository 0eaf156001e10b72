package interp

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"reflect"
	"runtime/debug"
	"time"
	"unsafe"

	"github.com/cellar-ml/cellar/display"
)

// support is what lowered programs call under the name rtǃ.
func (s *Session) support() map[string]reflect.Value {
	table := map[string]any{
		"Boot": func(stop *bool) int { s.stop = stop; return 0 },
		"Unit": func(f func(), lines ...*int) int { s.handed = unit{f, lines}; return 0 },
		"Line": func(i int, p *int) {
			if r := s.cell(); r != nil && r.program != nil && i < len(r.program.lines) {
				r.program.lines[i] = p
			}
		},
		"Watch": s.watch, "Check": s.nextCheck,
		"Var":  func(name string, p any) int { s.vars[name] = reflect.ValueOf(p); return 0 },
		"Intr": s.interrupted, "Stop": s.stopChannel, "Magic": s.magic,
		"Result": s.take,
		"Panic":  func(v any) { panic(v) }, "Recover": s.recovered, "RecoverLate": s.recoveredLate, "Frame": s.newFrame, "Guard": s.guard, "Owner": s.owner,
		"Print": func(a ...any) { printWords(s.writer(os.Stderr), "", a) }, "Println": func(a ...any) { printWords(s.writer(os.Stderr), "\n", a) }, "Words": words,
		"Put": s.put, "As": s.as, "Equal": equal, "NotA": s.notA, "Method": methodOf, "Code": s.code, "Pun": pun, "Entered": s.entered,
		"Ignore": func(any) {}, "Any": func(v any) any { return v }, "BadShift": func() { panic(runtimeError("runtime error: negative shift amount")) }, "NilCall": func() { panic(nilPointer) }, "Rune": decodeRune, "Times": times, "Iterate": iterate, "Next": next, "Size": makeSize, "Within": within, "AtLeast0": atLeast0,
		"UnsafeString": unsafeString, "StringData": func(s string) *byte { return unsafe.StringData(s) }, "UnsafeSlice": unsafeSlice, "Complex": func(re, im float64) complex128 { return complex(re, im) }, "Min": math.Min, "Max": math.Max,
		"Clear": func(v any) { reflect.ValueOf(v).Clear() },
		"Sort":  sortSlice, "Recv": s.recv, "Send": s.send, "Select": s.choose,
		"Canonical": canonical, "WeakMake": weakMake, "WeakValue": weakValue,
		"Benchmark": s.benchmark, "SubBenchmark": s.subBenchmark, "RunParallel": s.runParallel,
		"Sleep": s.sleep, "AfterFunc": s.afterFunc,
		"Exit":  func(code int) { s.exit(&Exit{Code: code}) },
		"Fatal": func(a ...any) { s.fatal(log.Default(), fmt.Sprint(a...)) }, "Fatalln": func(a ...any) { s.fatal(log.Default(), fmt.Sprintln(a...)) },
		"Fatalf":      func(f string, a ...any) { s.fatal(log.Default(), fmt.Sprintf(f, a...)) },
		"LoggerFatal": func(l *log.Logger, a ...any) { s.fatal(l, fmt.Sprint(a...)) }, "LoggerFatalln": func(l *log.Logger, a ...any) { s.fatal(l, fmt.Sprintln(a...)) },
		"LoggerFatalf": func(l *log.Logger, f string, a ...any) { s.fatal(l, fmt.Sprintf(f, a...)) },
		"Lock":         s.lock, "LockRW": s.lockRW, "RLock": s.rlock, "Wait": s.wait, "WaitGo": s.waitGo, "CondWait": s.condWait,
		"HTTPGet": s.httpGet, "HTTPHead": s.httpHead, "HTTPPost": s.httpPost, "HTTPPostForm": s.httpPostForm,
		"ClientDo": s.clientDo, "ClientGet": s.clientGet, "ClientHead": s.clientHead, "ClientPost": s.clientPost, "ClientPostForm": s.clientPostForm,
		"FileWrite": s.fileWrite, "FileWriteString": s.fileWriteString,
		"CmdRun": s.cmdRun, "CmdWait": s.cmdWait, "CmdOutput": s.cmdOutput, "CmdCombinedOutput": s.cmdCombined,
	}
	out := make(map[string]reflect.Value, len(table))
	for name, f := range table {
		out[name] = reflect.ValueOf(f)
	}
	out["Zero"] = reflect.ValueOf(new(float64)).Elem()
	return out
}

// runtimeError is a fault in the interpreted program.
type runtimeError string

func (e runtimeError) Error() string { return string(e) }

const nilPointer = runtimeError("runtime error: invalid memory address or nil pointer dereference")

// RuntimeError makes it a runtime.Error.
func (runtimeError) RuntimeError() {}

// mine is the run that the calling goroutine belongs to, one that was left
// behind included; nil for a goroutine that a cell started, unless the cell waits
// for it in compiled code.
func (s *Session) mine() *run {
	id := goroutine()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && s.current.id == id {
		return s.current
	}
	if r := s.aside[id]; r != nil {
		return r
	}
	return s.left[id]
}

// interrupted is called at loop heads and function entries while something is
// being stopped; goroutines that are not meant go on.
func (s *Session) interrupted() {
	if s.disarmed(goroutine()) != nil {
		s.relax()
	}
	s.checkStack()
	if s.watching.Swap(false) {
		s.relax()
	}
	r := s.mine()
	if r == nil {
		return
	}
	s.mu.Lock()
	stopped, end := r.stopped, r.end
	cleaning := s.cleaning(r.id)
	s.mu.Unlock()
	if cleaning {
		return
	}
	if end != nil {
		s.quit(end)
	}
	if stopped {
		s.quit(ErrInterrupted)
	}
}

// stopChannel is closed when the calling goroutine is to stop; nil for a
// goroutine that no interrupt means.
func (s *Session) stopChannel() <-chan struct{} {
	if r := s.mine(); r != nil {
		return r.ctx.Done()
	}
	return nil
}

// finishWith ends the running cell with err, past every recover in it.
func (s *Session) finishWith(err error) {
	if r := s.mine(); r != nil {
		s.mu.Lock()
		if r.end == nil {
			r.end = err
		}
		*s.stop = true
		s.mu.Unlock()
	}
	s.quit(err)
}

func (s *Session) exit(e *Exit) { s.finishWith(e) }

func (s *Session) fatal(l *log.Logger, text string) {
	_ = l.Output(3, text)
	s.exit(&Exit{Code: 1, Text: "log.Fatal: " + text})
}

// magic runs a magic line. One that was interrupted and still has a value gives
// it: the lowered program binds it and ends at the check that follows.
func (s *Session) magic(i int) any {
	r := s.mine()
	if r == nil || i >= len(r.magics) {
		panic("a magic line runs outside of its cell")
	}
	if r.magic == nil {
		s.finishWith(fmt.Errorf("no magics here: %s", r.magics[i].Line))
	}
	s.mu.Lock()
	r.inMagic++
	s.mu.Unlock()
	v, err := r.magic(r.magics[i])
	s.mu.Lock()
	stopped := r.stopped
	if r.inMagic--; stopped {
		time.AfterFunc(s.opt.Grace, func() { s.abandon(r) })
	}
	s.mu.Unlock()
	if stopped && errors.Is(err, context.Canceled) {
		panic(ending{ErrInterrupted})
	}
	if err != nil {
		s.finishWith(err)
	}
	return v
}

// cell is the run whose own statements call it, which needs no search unless an
// interrupted cell still runs.
func (s *Session) cell() *run {
	s.mu.Lock()
	r, alone := s.current, len(s.left) == 0
	s.mu.Unlock()
	if alone {
		return r
	}
	return s.mine()
}

// take takes a value that the cell shows.
func (s *Session) take(v any) {
	r := s.cell()
	if r == nil || r.out == nil {
		return
	}
	r.out.values = append(r.out.values, v)
	switch d := v.(type) {
	case interface{ Display() display.Bundle }:
		b := d.Display()
		r.out.bundle = &b
	case error, fmt.Stringer, fmt.Formatter:
		r.out.texts = append(r.out.texts, fmt.Sprint(v))
	}
}

// gone reports the panic of a goroutine.
func (s *Session) gone(x any) {
	frames := s.traces.take(goroutine())
	if s.opt.OnGoroutinePanic == nil {
		return
	}
	p := panicOf(x, frames)
	if e, ok := unwrap(x).(ending); ok {
		p = &Panic{Text: e.err.Error(), Frames: frames}
	}
	p.Exit, p.Cell = exitOf(x), s.Owner()
	s.opt.OnGoroutinePanic(p)
}

func (s *Session) sleep(d time.Duration) {
	stop := s.stopChannel()
	if stop == nil {
		time.Sleep(d)
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
		s.interrupted()
	}
}

func (s *Session) afterFunc(d time.Duration, f func()) *time.Timer {
	cell := s.owner()
	return time.AfterFunc(d, func() { s.guard(cell, f) })
}

// guard runs f as the whole of a goroutine that belongs to a cell, and reports
// its panic.
func (s *Session) guard(cell string, f func()) {
	id := goroutine()
	s.owners.Store(id, cell)
	defer s.owners.Delete(id)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a bad address is this goroutine's fault alone
	defer func() {
		s.leaving.Delete(id)
		if x := recover(); x != nil {
			s.gone(x)
		}
	}()
	f()
}
