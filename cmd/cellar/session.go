package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/worker"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
)

// A goSession is the Go of a notebook as magics see it. It implements
// magics.Session.
type goSession struct {
	call worker.MagicCall

	mu     sync.Mutex
	cell   lang.Cell // of origin
	origin tracker.Origin
}

func (s *goSession) Eval(_ context.Context, expr string) (any, error) {
	r, err := s.call.Session.Eval(expr)
	return r.Value, err
}

func (s *goSession) RunGo(ctx context.Context, code string, quiet bool) error {
	return s.call.RunGo(ctx, code, quiet)
}

func (s *goSession) Names() []magics.Variable {
	var list []magics.Variable
	for _, n := range s.call.Session.Names() {
		v := magics.Variable{Name: n.Name, Kind: n.Kind, Type: n.Type, Value: n.Value, Cell: n.Cell, Len: n.Len, Cap: n.Cap}
		if n.Kind == "var" {
			v.Size = func() (int64, bool) { return s.call.Session.Size(n.Name) }
		}
		list = append(list, v)
	}
	return list
}

func (s *goSession) Closure(name string) string { return s.call.Session.Closure(name) }

// Cells is the slice of the running cell.
func (s *goSession) Cells() []tracker.Cell {
	var list []tracker.Cell
	for _, st := range s.Slice("") {
		list = append(list, st.Cell)
	}
	return list
}

func (s *goSession) Slice(name string) []magics.Step {
	var list []magics.Step
	for _, st := range s.call.Session.Lang().Slice(name) {
		list = append(list, magics.Step{Cell: s.recorded(st.Cell), Makes: st.Makes, From: st.From})
	}
	return list
}

func (s *goSession) Stale() []magics.Stale {
	var list []magics.Stale
	for _, st := range s.call.Session.Lang().Stale(0) {
		list = append(list, magics.Stale{Cell: s.recorded(st.Cell), Because: st.Because})
	}
	return list
}

func (s *goSession) Dependants(n int) []tracker.Cell {
	var list []tracker.Cell
	for _, c := range s.call.Session.Lang().Dependants(n) {
		list = append(list, s.recorded(c))
	}
	return list
}

func (s *goSession) Rerun(ctx context.Context, c tracker.Cell) error {
	return s.call.Rerun(ctx, lang.Cell{N: c.Count, Code: c.Code, ID: c.CellID})
}

// Origin is the cell that the caller's goroutine was started by, or the one that
// runs.
func (s *goSession) Origin() tracker.Origin {
	c, known := s.call.CellOf(s.call.Session.Owner())
	if !known {
		c, known = s.call.Session.Lang().Running()
	}
	if !known {
		return tracker.Origin{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c != s.cell {
		s.cell, s.origin = c, s.recorded(c).Origin()
	}
	return s.origin
}

func (s *goSession) Hidden() []string {
	var list []string
	for _, h := range s.call.Session.Lang().Hidden() {
		list = append(list, h.Name+": "+h.Because)
	}
	return list
}

// recorded is a cell as the tracker keeps it.
func (s *goSession) recorded(c lang.Cell) tracker.Cell {
	sum := sha256.Sum256([]byte(c.Code))
	return tracker.Cell{Session: s.call.Kernel, Count: c.N, CellID: c.ID, Code: c.Code, SHA256: hex.EncodeToString(sum[:])}
}

// History asks the kernel for what magics ask.
func (s *goSession) History(ctx context.Context, q magics.PastQuery) ([]magics.PastCell, error) {
	ask := link.HistoryQuery{Access: "range", Session: q.Session, Start: q.Start, Stop: q.Stop}
	if q.All {
		ask = link.HistoryQuery{Access: "search", Pattern: q.Pattern, N: q.N, Unique: q.Unique}
	}
	cells, err := s.call.History(ctx, ask)
	var list []magics.PastCell
	for _, c := range cells {
		list = append(list, magics.PastCell{Session: c.Session, Line: c.Line, Input: c.Input, Output: c.Output})
	}
	return list, err
}
