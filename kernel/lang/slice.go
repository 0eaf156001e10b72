package lang

import (
	"slices"
	"sort"
	"strings"
)

// A Step is one execution of a cell in a slice: what it made of what.
type Step struct {
	Cell  Cell
	Makes []string // the names that those after it in the slice read, or that were asked for
	From  []int    // the numbers of the cells that it read from, in order
}

// Slice is the cells that names were made from, in the order in which they ran,
// each in the text that made them: the backward slice on what stands under the
// names now. A name that no cell made is left out. A magic line's dataset is
// "dataset NAME"; "" stands for the running cell itself.
func (s *Session) Slice(names ...string) []Step {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	makes := map[*execution]nameSet{}
	for _, name := range names {
		if name == "" {
			if x := g.current(); x != nil {
				g.gather(x, "", makes)
			}
			continue
		}
		for _, n := range g.also(name) {
			if m := g.names[n]; m != nil {
				g.gather(m.by, n, makes)
			}
		}
	}
	return steps(makes)
}

// SliceOf is Slice for what the cell with a number made and read; nil for a
// number that no cell has.
func (s *Session) SliceOf(n int) []Step {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	x := g.numbered(n)
	if x == nil {
		return nil
	}
	makes := map[*execution]nameSet{}
	g.gather(x, "", makes)
	return steps(makes)
}

// also is a name and the methods of the type that it is.
func (g *graph) also(name string) []string {
	list := []string{name}
	for n := range g.names {
		if strings.HasPrefix(n, name+".") {
			list = append(list, n)
		}
	}
	return list
}

// numbered is the latest execution of a cell number.
func (g *graph) numbered(n int) *execution {
	var found *execution
	for _, x := range g.cells {
		if x.cell.N == n && (found == nil || found.seq < x.seq) {
			found = x
		}
	}
	return found
}

func (g *graph) gather(x *execution, name string, makes map[*execution]nameSet) {
	seen := makes[x] != nil
	if !seen {
		makes[x] = nameSet{}
	}
	if name != "" {
		makes[x][strings.TrimPrefix(name, varDecl)] = true
	}
	if seen {
		return
	}
	for _, in := range x.inputs {
		g.gather(in.from, in.name, makes)
	}
}

func steps(makes map[*execution]nameSet) []Step {
	var list []*execution
	for x := range makes {
		list = append(list, x)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].seq < list[j].seq })
	var out []Step
	for _, x := range list {
		st := Step{Cell: x.cell, Makes: names(makes[x])}
		for _, in := range x.inputs {
			if !slices.Contains(st.From, in.from.cell.N) {
				st.From = append(st.From, in.from.cell.N)
			}
		}
		slices.Sort(st.From)
		out = append(out, st)
	}
	return out
}

func names(m nameSet) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	return ks
}
