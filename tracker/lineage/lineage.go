// Package lineage follows the edges between files, dataset versions, runs and
// models: where a thing came from and what came from it. It reads no store.
package lineage

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// A Graph is a part of the lineage. Nodes are in the order of their first edge.
type Graph struct {
	Nodes []tracker.Node `json:"nodes"`
	Edges []tracker.Edge `json:"edges"`
	Runs  []tracker.Run  `json:"-"` // those among the nodes, for their names
}

// Of is what the seeds came from and what came from them: all ancestors and all
// descendants, but not what else came from an ancestor. Without seeds it is
// everything. A seed without an edge is a node alone.
func Of(edges []tracker.Edge, seeds ...tracker.Node) Graph {
	if len(seeds) == 0 {
		return graph(edges)
	}
	var kept []tracker.Edge
	up := reach(edges, seeds, func(e tracker.Edge) (from, to tracker.Node) { return e.To, e.From })
	down := reach(edges, seeds, func(e tracker.Edge) (from, to tracker.Node) { return e.From, e.To })
	for _, e := range edges {
		if up[e.To] && up[e.From] || down[e.From] && down[e.To] {
			kept = append(kept, e)
		}
	}
	g := graph(kept)
	for _, s := range seeds {
		if !slices.Contains(g.Nodes, s) {
			g.Nodes = append(g.Nodes, s)
		}
	}
	return g
}

func graph(edges []tracker.Edge) Graph {
	g := Graph{Edges: edges}
	seen := map[tracker.Node]bool{}
	for _, e := range edges {
		for _, n := range []tracker.Node{e.From, e.To} {
			if !seen[n] {
				seen[n] = true
				g.Nodes = append(g.Nodes, n)
			}
		}
	}
	return g
}

// reach is what can be reached from the seeds by steps.
func reach(edges []tracker.Edge, seeds []tracker.Node, step func(tracker.Edge) (from, to tracker.Node)) map[tracker.Node]bool {
	next := map[tracker.Node][]tracker.Node{}
	for _, e := range edges {
		from, to := step(e)
		next[from] = append(next[from], to)
	}
	found := map[tracker.Node]bool{}
	queue := slices.Clone(seeds)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if !found[n] {
			found[n] = true
			queue = append(queue, next[n]...)
		}
	}
	return found
}

// Label is how a person calls a node: a file by its base name, a run by its
// name and kind.
func (g Graph) Label(n tracker.Node) string {
	switch n.Kind {
	case tracker.KindFile:
		return path.Base(n.ID)
	case tracker.KindRun:
		for _, r := range g.Runs {
			if r.ID == n.ID {
				return r.Name
			}
		}
	}
	return n.ID
}

// describe is a node's line in the tree.
func (g Graph) describe(n tracker.Node) string {
	if n.Kind != tracker.KindRun {
		return n.Kind + " " + g.Label(n)
	}
	for _, r := range g.Runs {
		if r.ID == n.ID {
			return fmt.Sprintf("run %s (%s, %s)", r.Name, r.Kind, r.Status)
		}
	}
	return "run " + n.ID
}

// Tree is the graph as text: what came from a thing stands under it, indented.
// A thing with two origins is written out under the first.
func (g Graph) Tree() string {
	children := map[tracker.Node][]tracker.Node{}
	hasParent := map[tracker.Node]bool{}
	for _, e := range g.Edges {
		if !slices.Contains(children[e.From], e.To) {
			children[e.From] = append(children[e.From], e.To)
		}
		hasParent[e.To] = true
	}
	t := tree{g: g, children: children, done: map[tracker.Node]bool{}}
	for _, n := range g.Nodes {
		if !hasParent[n] {
			t.write(n, "", "")
		}
	}
	for _, n := range g.Nodes { // what is on a circle only
		if !t.done[n] {
			t.write(n, "", "")
		}
	}
	return strings.TrimRight(t.out.String(), "\n")
}

type tree struct {
	g        Graph
	children map[tracker.Node][]tracker.Node
	done     map[tracker.Node]bool
	out      strings.Builder
}

func (t *tree) write(n tracker.Node, first, rest string) {
	t.out.WriteString(first + t.g.describe(n))
	if t.done[n] && len(t.children[n]) > 0 {
		t.out.WriteString(" (above)\n")
		return
	}
	t.out.WriteString("\n")
	t.done[n] = true
	for i, c := range t.children[n] {
		if i == len(t.children[n])-1 {
			t.write(c, rest+"└─ ", rest+"   ")
			continue
		}
		t.write(c, rest+"├─ ", rest+"│  ")
	}
}
