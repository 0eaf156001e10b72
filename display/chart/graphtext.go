package chart

import (
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// graphText is the graph as a tree from its sources; a node that came from
// several is shown whole once.
func graphText(o GraphOptions, width int) string {
	t := tree{nodes: map[string]Node{}, next: map[string][]Edge{}, seen: map[string]bool{}, width: width}
	fed := map[string]bool{}
	for _, n := range o.Nodes {
		t.nodes[n.ID] = n
	}
	for _, e := range o.Edges {
		_, from := t.nodes[e.From]
		if _, to := t.nodes[e.To]; from && to && e.From != e.To {
			t.next[e.From], fed[e.To] = append(t.next[e.From], e), true
		}
	}
	for _, n := range o.Nodes {
		if !fed[n.ID] {
			t.walk(n, 0, "")
		}
	}
	for _, n := range o.Nodes { // what stands in a cycle has no source
		if !t.seen[n.ID] {
			t.walk(n, 0, "")
		}
	}
	return t.b.String()
}

type tree struct {
	nodes map[string]Node
	next  map[string][]Edge
	seen  map[string]bool
	width int
	b     strings.Builder
}

// walk writes n, which was reached by an edge named via, and what came from it.
func (t *tree) walk(n Node, depth int, via string) {
	line := strings.Repeat("  ", min(depth, 12))
	if depth > 0 {
		line += "→ "
	}
	if via != "" {
		line += "(" + display.Line(via) + ") "
	}
	if n.Kind != "" {
		line += display.Line(n.Kind) + " "
	}
	line += display.Line(n.Label)
	if n.Note != "" {
		line += " " + display.Line(n.Note)
	}
	again := t.seen[n.ID]
	if again && len(t.next[n.ID]) > 0 {
		line += " …"
	}
	t.b.WriteString(display.Shorten(line, t.width) + "\n")
	if again {
		return
	}
	t.seen[n.ID] = true
	for _, e := range t.next[n.ID] {
		t.walk(t.nodes[e.To], depth+1, e.Label)
	}
}
