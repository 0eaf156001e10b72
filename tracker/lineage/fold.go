package lineage

import (
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// Fold is the graph with at most about most nodes, for a person to look at:
// things of one kind that came from the same, or that the same came from, stand
// together as one, except for the newest of them, the seeds, and the models that
// have an alias. A graph that is not larger is itself.
func (g Graph) Fold(most int) Graph {
	for _, keep := range []int{12, 8, 5, 3, 2, 1} {
		if len(g.Nodes) > most {
			g = g.fold(keep)
		}
	}
	return g
}

// fold keeps so many of each group: downwards what is below the seeds, upwards
// what is above them.
func (g Graph) fold(keep int) Graph {
	if len(g.Seeds) == 0 {
		return g.foldAlong(toResult, keep)
	}
	up, down := g.Up().foldAlong(toOrigin, keep), g.Down().foldAlong(toResult, keep)
	out := graph(append(slices.Clone(up.Edges), down.Edges...))
	out.Seeds, out.Runs, out.Models, out.folded = g.Seeds, g.Runs, g.Models, up.folded
	maps.Copy(out.folded, down.folded)
	out.seed()
	return out
}

// foldAlong folds the nodes that the same nodes lead to by steps, the nearest to
// the seeds first, so that what follows a group that was folded is folded too.
func (g Graph) foldAlong(by step, keep int) Graph {
	f := folder{g: g, into: map[tracker.Node]tracker.Node{}, before: map[tracker.Node][]tracker.Node{}, folded: map[tracker.Node]int{}}
	maps.Copy(f.folded, g.folded)
	for _, e := range g.Edges {
		from, to := by(e)
		f.before[to] = append(f.before[to], from)
	}
	called := g.called()
	for _, layer := range f.layers() {
		groups := map[string][]tracker.Node{}
		for _, n := range layer {
			if aliased := n.Kind == tracker.KindModel && len(called.models[n.ID].Aliases) > 0; !aliased && !slices.Contains(g.Seeds, n) {
				key := f.key(n)
				groups[key] = append(groups[key], n)
			}
		}
		for _, group := range groups {
			f.fold(group, keep)
		}
	}
	return f.graph()
}

type folder struct {
	g      Graph
	before map[tracker.Node][]tracker.Node
	into   map[tracker.Node]tracker.Node // a folded node to what stands for it
	folded map[tracker.Node]int
}

// at is what stands for a node.
func (f *folder) at(n tracker.Node) tracker.Node {
	if to, ok := f.into[n]; ok {
		return to
	}
	return n
}

// key says which nodes belong together: of one kind, after the same nodes.
func (f *folder) key(n tracker.Node) string {
	var list []string
	for _, b := range f.before[n] {
		b = f.at(b)
		list = append(list, b.Kind+" "+b.ID)
	}
	slices.Sort(list)
	return n.Kind + "\n" + strings.Join(slices.Compact(list), "\n")
}

// fold lets one node stand for all but the newest of a group; for all of them
// where they come from folded ones only.
func (f *folder) fold(group []tracker.Node, keep int) {
	if !slices.ContainsFunc(f.before[group[0]], func(b tracker.Node) bool { return f.folded[f.at(b)] == 0 }) && len(f.before[group[0]]) > 0 {
		keep = 0
	}
	gone := group[:max(0, len(group)-keep)]
	if len(gone) < 2 {
		return
	}
	one := tracker.Node{Kind: gone[0].Kind, ID: gone[0].ID + " …"}
	for _, n := range gone {
		f.into[n] = one
		f.folded[one] += max(1, f.g.folded[n])
	}
}

// layers are the nodes by the longest way that leads to them, each in the order
// of the graph. An edge that closes a circle does not count.
func (f *folder) layers() [][]tracker.Node {
	depth, open := map[tracker.Node]int{}, map[tracker.Node]bool{}
	var visit func(n tracker.Node) int
	visit = func(n tracker.Node) int {
		if d, ok := depth[n]; ok {
			return d
		}
		open[n] = true
		d := 0
		for _, b := range f.before[n] {
			if !open[b] {
				d = max(d, visit(b)+1)
			}
		}
		depth[n], open[n] = d, false
		return d
	}
	var layers [][]tracker.Node
	for _, n := range f.g.Nodes {
		d := visit(n)
		for len(layers) <= d {
			layers = append(layers, nil)
		}
		layers[d] = append(layers[d], n)
	}
	return layers
}

// graph is the folded graph: an edge for each pair and role that is left.
func (f *folder) graph() Graph {
	type link struct {
		from, to tracker.Node
		role     string
	}
	seen := map[link]bool{}
	var edges []tracker.Edge
	for _, e := range f.g.Edges {
		e.From, e.To = f.at(e.From), f.at(e.To)
		if l := (link{e.From, e.To, e.Role}); !seen[l] && e.From != e.To {
			seen[l] = true
			edges = append(edges, e)
		}
	}
	out := f.g.part(edges, func(tracker.Edge) bool { return true })
	out.folded = f.folded
	return out
}
