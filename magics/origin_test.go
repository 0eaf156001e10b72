package magics_test

import (
	"context"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
)

// What a session of the scripts knows of its cells: by their words, where the
// kernel knows it from the types. "x := ..." and "x = ..." make x.

func (s *session) makes(c tracker.Cell) string {
	for _, sep := range []string{" := ", " = "} {
		if name, _, ok := strings.Cut(c.Code, sep); ok && !strings.ContainsAny(name, " %") {
			return name
		}
	}
	return ""
}

// maker is the last of the first n cells that makes a name; -1: none.
func (s *session) maker(name string, n int) int {
	for i := n - 1; i >= 0; i-- {
		if s.makes(s.ran[i]) == name {
			return i
		}
	}
	return -1
}

// reads lists the cells that cell i reads from, by what was made before n.
func (s *session) reads(i, n int) []int {
	var list []int
	words := strings.FieldsFunc(s.ran[i].Code, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz", r) })
	for _, w := range words {
		if m := s.maker(w, n); m >= 0 && w != s.makes(s.ran[i]) && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

func (s *session) Cells() []tracker.Cell { return s.slice(len(s.ran) - 1) }

func (s *session) slice(last int) []tracker.Cell {
	need := map[int]bool{}
	var add func(int)
	add = func(i int) {
		if !need[i] {
			need[i] = true
			for _, m := range s.reads(i, i) {
				add(m)
			}
		}
	}
	add(last)
	var cells []tracker.Cell
	for i, c := range s.ran {
		if need[i] {
			cells = append(cells, c)
		}
	}
	return cells
}

func (s *session) Slice(name string) []magics.Step {
	var steps []magics.Step
	if m := s.maker(name, len(s.ran)); m >= 0 {
		for _, c := range s.slice(m) {
			st := magics.Step{Cell: c, Makes: []string{s.makes(c)}}
			for _, from := range s.reads(c.Count-1, c.Count-1) {
				st.From = append(st.From, s.ran[from].Count)
			}
			steps = append(steps, st)
		}
	}
	return steps
}

func (s *session) Stale() []magics.Stale {
	var list []magics.Stale
	for i, c := range s.ran {
		if m := s.makes(c); m != "" && s.maker(m, len(s.ran)) != i {
			continue
		}
		for _, m := range s.reads(i, len(s.ran)) {
			if m > i {
				list = append(list, magics.Stale{Cell: c, Because: s.makes(s.ran[m]) + " changed"})
				break
			}
		}
	}
	return list
}

func (s *session) Dependants(n int) []tracker.Cell {
	if n < 1 || n > len(s.ran) {
		return nil
	}
	cells := []tracker.Cell{s.ran[n-1]}
	for i := n; i < len(s.ran); i++ {
		for _, m := range s.reads(i, i) {
			if slices.ContainsFunc(cells, func(c tracker.Cell) bool { return c.Count == m+1 }) {
				cells = append(cells, s.ran[i])
				break
			}
		}
	}
	return cells
}

func (s *session) Rerun(ctx context.Context, c tracker.Cell) error {
	s.ran = append(s.ran, tracker.Cell{Count: len(s.ran) + 1, Code: c.Code})
	return s.RunGo(ctx, c.Code, false)
}

func (s *session) Origin() tracker.Origin {
	if len(s.ran) == 0 {
		return tracker.Origin{}
	}
	return s.ran[len(s.ran)-1].Origin()
}

// Hidden is what was made again since a cell between read it.
func (s *session) Hidden() []string {
	var list []string
	for _, st := range s.Stale() {
		list = append(list, st.Because)
	}
	return list
}
