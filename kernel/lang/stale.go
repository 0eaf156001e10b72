package lang

import (
	"fmt"
	"sort"
	"strings"
)

// A Stale is a cell whose result is not what it would be if it ran now.
type Stale struct {
	Cell    Cell
	Because string // "x changed in [7]"
}

// Stale lists the cells whose inputs have changed since they last ran, and those
// that were made from them, in the order in which to run them again: each after
// the cells that make what it reads. A cell of which nothing is left, because
// others have since set all that it made, is not among them; neither is one that
// only changed a part of what others went on to change. With most above 0 the
// list, and the work for it, ends with so many.
func (s *Session) Stale(most int) []Stale {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.doubted) == 0 {
		return nil
	}
	if most <= 0 {
		most = len(g.cells)
	}
	why := map[*execution]string{}
	var keep []*execution
	at := 0
	for ; at < len(g.doubted) && len(why) < most; at++ {
		x := g.doubted[at]
		if because := g.outdated(x); because != "" {
			why[x] = because
			keep = append(keep, x)
		} else {
			delete(g.suspects, x)
			g.watch(x)
		}
	}
	if len(keep) < at {
		g.doubted = append(keep, g.doubted[at:]...)
	}
	g.spread(why, most)
	return g.ordered(why)
}

// outdated says why x would not give what it gave; "" when it would.
func (g *graph) outdated(x *execution) string {
	if g.cells[x.cell.key()] != x || g.spent(x) {
		return ""
	}
	for _, in := range x.inputs {
		m, name := g.names[in.name], strings.TrimPrefix(in.name, varDecl)
		switch {
		case m.by.cell.key() == x.cell.key():
		case m.by == in.from && g.orphan(m):
			return fmt.Sprintf("%s is of [%d], which ran again as [%d] without it", name, m.by.cell.N, g.cells[m.by.cell.key()].cell.N)
		case m.version == in.version || x.seq >= m.since && x.wrote(in.name):
		default:
			return fmt.Sprintf("%s changed in [%d]", name, m.by.cell.N)
		}
	}
	return ""
}

func (x *execution) wrote(name string) bool {
	for _, w := range x.writes {
		if w == name {
			return true
		}
	}
	return false
}

// spent says whether others have set all that x made.
func (g *graph) spent(x *execution) bool {
	for _, w := range x.writes {
		if strings.HasPrefix(w, varDecl) {
			continue
		}
		if _, reads := x.input(w); reads || g.names[w].by.cell.key() == x.cell.key() {
			return false
		}
	}
	return len(x.writes) > 0
}

// watch lets x hear again of changes of what it reads.
func (g *graph) watch(x *execution) {
	if g.cells[x.cell.key()] != x {
		return
	}
	for _, in := range x.inputs {
		if m := g.names[in.name]; m.by != x {
			m.readers = append(m.readers, x)
		}
	}
}

// spread adds the cells that read from those in why.
func (g *graph) spread(why map[*execution]string, most int) {
	var queue []*execution
	for x := range why {
		queue = append(queue, x)
	}
	sort.Slice(queue, func(i, j int) bool { return queue[i].seq < queue[j].seq })
	for len(queue) > 0 && len(why) < most {
		from := queue[0]
		queue = queue[1:]
		for _, x := range from.out {
			if why[x] != "" || g.cells[x.cell.key()] != x || g.spent(x) {
				continue
			}
			for _, in := range x.inputs {
				if in.from == from {
					why[x] = fmt.Sprintf("%s comes from [%d], which is stale", strings.TrimPrefix(in.name, varDecl), from.cell.N)
				}
			}
			if why[x] != "" {
				queue = append(queue, x)
			}
		}
	}
}

// ordered puts each cell after those that make what it reads.
func (g *graph) ordered(why map[*execution]string) []Stale {
	var list []*execution
	for x := range why {
		list = append(list, x)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].seq < list[j].seq })
	var out []Stale
	seen := map[*execution]bool{}
	var add func(*execution)
	add = func(x *execution) {
		if seen[x] {
			return
		}
		seen[x] = true
		for _, in := range x.inputs {
			if by := g.names[in.name].by; why[by] != "" {
				add(by)
			}
			if why[in.from] != "" {
				add(in.from)
			}
		}
		out = append(out, Stale{Cell: x.cell, Because: why[x]})
	}
	for _, x := range list {
		add(x)
	}
	return out
}

// Dependants is the cell with a number and those that read what it made, and so
// on, in the order in which to run them again; nil for a number that no cell has.
func (s *Session) Dependants(n int) []Cell {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	root := g.numbered(n)
	if root == nil {
		return nil
	}
	why := map[*execution]string{root: "asked for"}
	for queue := []*execution{root}; len(queue) > 0; queue = queue[1:] {
		for _, x := range queue[0].out {
			if why[x] == "" && g.cells[x.cell.key()] == x {
				why[x] = "reads it"
				queue = append(queue, x)
			}
		}
	}
	var cells []Cell
	for _, st := range g.ordered(why) {
		cells = append(cells, st.Cell)
	}
	return cells
}
