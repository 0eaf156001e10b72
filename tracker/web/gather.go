package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

// gatherLeast is how many runs that are alike are drawn as one.
const gatherLeast = 4

// gather makes one node of runs that came from the same things and from which
// nothing came: a sweep would fill the picture otherwise. Runs that were asked
// for stay. It returns where the nodes lead that it made, by kind:id.
func gather(g lineage.Graph, seeds []tracker.Node) (lineage.Graph, map[string]string) {
	from := map[tracker.Node][]tracker.Edge{}
	source := map[tracker.Node]bool{}
	for _, e := range g.Edges {
		from[e.To] = append(from[e.To], e)
		source[e.From] = true
	}
	alike := map[string][]tracker.Node{}
	for _, n := range g.Nodes {
		if n.Kind == tracker.KindRun && !source[n] && len(from[n]) > 0 && !slices.Contains(seeds, n) {
			alike[origin(from[n])] = append(alike[origin(from[n])], n)
		}
	}
	links, into := map[string]string{}, map[tracker.Node]tracker.Node{}
	for _, key := range slices.Sorted(maps.Keys(alike)) {
		list := alike[key]
		if len(list) < gatherLeast {
			continue
		}
		one := tracker.Node{Kind: tracker.KindRun, ID: fmt.Sprintf("%d runs", len(list))}
		for links[one.Kind+":"+one.ID] != "" { // another group is as large
			one.ID += " "
		}
		links[one.Kind+":"+one.ID] = gathered(from[list[0]], list)
		for _, n := range list {
			into[n] = one
		}
	}
	out := lineage.Graph{}
	have := map[tracker.Node]bool{}
	for _, n := range g.Nodes {
		if one, ok := into[n]; ok {
			n = one
		}
		if !have[n] {
			have[n] = true
			out.Nodes = append(out.Nodes, n)
		}
	}
	drawn := map[tracker.Edge]bool{}
	for _, e := range g.Edges {
		one, ok := into[e.To]
		if key := (tracker.Edge{From: e.From, To: one, Role: e.Role}); ok && !drawn[key] {
			drawn[key] = true
			out.Edges = append(out.Edges, key)
		}
		if !ok {
			out.Edges = append(out.Edges, e)
		}
	}
	return out, links
}

// origin is what edges come from, as a text.
func origin(edges []tracker.Edge) string {
	var parts []string
	for _, e := range edges {
		parts = append(parts, fmt.Sprintf("%q", []string{e.From.Kind, e.From.ID, e.Role}))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// gathered is a table of runs that have the same origin: those that read their
// dataset, or the runs by their ids.
func gathered(edges []tracker.Edge, runs []tracker.Node) string {
	for _, e := range edges {
		if e.From.Kind == tracker.KindDataset {
			return address("/runs", "filter", "dataset = "+quoted(e.From.ID))
		}
	}
	var ids []string
	for _, n := range runs[:min(len(runs), perPage)] {
		ids = append(ids, quoted(n.ID))
	}
	return address("/runs", "filter", "run_id in ("+strings.Join(ids, ", ")+")")
}
