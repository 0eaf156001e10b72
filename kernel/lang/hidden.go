package lang

import (
	"fmt"
	"slices"
	"strings"
)

// A Hidden is a value which the notebook, as it stands, would not make again: the
// cell that made it was deleted or edited since, or read what has changed since.
type Hidden struct {
	Name    string // what the running cell, or a cell that it depends on, read
	Cell    Cell   // that made it, in the text that did
	Because string // "[3] was deleted"
}

// Hidden lists the values of hidden state that the running cell uses, itself or
// by way of the cells that it depends on, in the order in which they were made.
func (s *Session) Hidden() []Hidden {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	x := g.current()
	if x == nil {
		return nil
	}
	seen := map[*execution]bool{x: true}
	var list []Hidden
	for queue := []*execution{x}; len(queue) > 0; queue = queue[1:] {
		for _, in := range queue[0].inputs {
			if seen[in.from] {
				continue
			}
			seen[in.from] = true
			queue = append(queue, in.from)
			if because := g.hidden(in.from, x); because != "" {
				list = append(list, Hidden{strings.TrimPrefix(in.name, varDecl), in.from.cell, because})
			}
		}
	}
	slices.SortFunc(list, func(a, b Hidden) int { return a.Cell.N - b.Cell.N })
	return list
}

// hidden says why the notebook would not do again what made did; "" when it would.
func (g *graph) hidden(made, running *execution) string {
	n, key := made.cell.N, made.cell.key()
	if g.deleted[made.cell.ID] {
		return fmt.Sprintf("[%d] was deleted", n)
	}
	if key == running.cell.key() {
		return "" // it goes on from what it left
	}
	if now := g.cells[key]; now != nil && now.cell.Code != made.cell.Code {
		return fmt.Sprintf("[%d] was edited and ran again as [%d]", n, now.cell.N)
	}
	if because := g.outdated(made); because != "" {
		return fmt.Sprintf("in [%d], %s since", n, because)
	}
	return ""
}

// Deleted says that cells of the notebook, by the front end's ids, are gone.
func (s *Session) Deleted(ids ...string) {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, id := range ids {
		g.deleted[id] = true
	}
}

// Running is the innermost cell that runs; false when none does.
func (s *Session) Running() (Cell, bool) {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	if x := g.current(); x != nil {
		return x.cell, true
	}
	return Cell{}, false
}
