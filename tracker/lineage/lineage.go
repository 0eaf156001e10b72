// Package lineage follows the edges between files, dataset versions, runs,
// models and what is made of them: what made a thing, and what depends on it.
package lineage

import (
	"encoding/json"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// A Graph is a part of the lineage: what Seeds came from and what came from
// them, or everything where there are none. Nodes are in the order of their
// first edge; every end of an edge is among them.
type Graph struct {
	Nodes  []tracker.Node
	Edges  []tracker.Edge
	Seeds  []tracker.Node
	Runs   []tracker.Run   // those among the nodes, for their names
	Models []tracker.Model // those among the nodes, for their aliases

	folded map[tracker.Node]int // how many nodes one stands for
}

// A jsonNode is a node as JSON has it.
type jsonNode struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Label string `json:"label"`          // how a person calls it
	Seed  bool   `json:"seed,omitempty"` // it was asked about
}

// MarshalJSON writes nodes and edges.
func (g Graph) MarshalJSON() ([]byte, error) {
	nodes, called := []jsonNode{}, g.called()
	for _, n := range g.Nodes {
		nodes = append(nodes, jsonNode{n.Kind, n.ID, called.label(n), slices.Contains(g.Seeds, n)})
	}
	return json.Marshal(map[string]any{"nodes": nodes, "edges": append([]tracker.Edge{}, g.Edges...)})
}

// Of is what the seeds came from and what came from them: all ancestors and all
// descendants, but not what else came from an ancestor. Without seeds it is
// everything. A seed without an edge is a node alone.
func Of(edges []tracker.Edge, seeds ...tracker.Node) Graph {
	if len(seeds) == 0 {
		return graph(edges)
	}
	up, down := reach(edges, seeds, toOrigin), reach(edges, seeds, toResult)
	return Graph{Seeds: seeds}.part(edges, func(e tracker.Edge) bool {
		return up[e.To] && up[e.From] || down[e.From] && down[e.To]
	})
}

// Up is what made the seeds.
func (g Graph) Up() Graph {
	up := reach(g.Edges, g.Seeds, toOrigin)
	return g.part(g.Edges, func(e tracker.Edge) bool { return up[e.To] && up[e.From] })
}

// Down is what depends on the seeds.
func (g Graph) Down() Graph {
	down := reach(g.Edges, g.Seeds, toResult)
	return g.part(g.Edges, func(e tracker.Edge) bool { return down[e.From] && down[e.To] })
}

// part is g with the edges that are kept, their ends and the seeds.
func (g Graph) part(edges []tracker.Edge, keep func(tracker.Edge) bool) Graph {
	var kept []tracker.Edge
	for _, e := range edges {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	out := graph(kept)
	out.Seeds, out.Runs, out.Models, out.folded = g.Seeds, g.Runs, g.Models, g.folded
	out.seed()
	return out
}

// seed puts seeds without an edge among the nodes.
func (g *Graph) seed() {
	for _, s := range g.Seeds {
		if !slices.Contains(g.Nodes, s) {
			g.Nodes = append(g.Nodes, s)
		}
	}
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

// A step leads from one end of an edge to the other.
type step func(tracker.Edge) (from, to tracker.Node)

func toOrigin(e tracker.Edge) (from, to tracker.Node) { return e.To, e.From }
func toResult(e tracker.Edge) (from, to tracker.Node) { return e.From, e.To }

// reach is what can be reached from the seeds by steps.
func reach(edges []tracker.Edge, seeds []tracker.Node, by step) map[tracker.Node]bool {
	next := map[tracker.Node][]tracker.Node{}
	for _, e := range edges {
		from, to := by(e)
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

// Label is how a person calls a node: a file by its base name, with its folder
// where another has the same; a run by its name; a model with its aliases.
func (g Graph) Label(n tracker.Node) string { return g.called().label(n) }
