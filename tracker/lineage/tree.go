package lineage

import (
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

// Tree is the graph as text: what came from a thing stands under it, indented.
// A thing with two origins is written out under the first.
func (g Graph) Tree() string {
	t := g.tree(toResult)
	for _, n := range g.Nodes {
		if !t.under[n] {
			t.write(n, "", "", "")
		}
	}
	for _, n := range g.Nodes { // what is on a circle only
		if !t.done[n] {
			t.write(n, "", "", "")
		}
	}
	return strings.TrimRight(t.out.String(), "\n")
}

// Trees are the answers to two questions about the seeds as text, one below the
// other: what made it, unless only down is asked for, and what depends on it.
func (g Graph) Trees(up, down bool) string {
	it := "it"
	if len(g.Seeds) > 1 {
		it = "them"
	}
	var list []string
	if up || !down {
		list = append(list, "What made "+it+":\n"+g.Up().from(toOrigin, "nothing is recorded"))
	}
	if down || !up {
		list = append(list, "What depends on "+it+":\n"+g.Down().from(toResult, "nothing so far"))
	}
	return strings.Join(list, "\n\n")
}

// from is what can be reached from the seeds, each marked, under them.
func (g Graph) from(by step, nothing string) string {
	t := g.tree(by)
	for _, s := range g.Seeds {
		if t.done[s] {
			continue // under another seed
		}
		t.write(s, "", "", "")
		if len(t.next[s]) == 0 {
			t.out.WriteString("  (" + nothing + ")\n")
		}
	}
	return strings.TrimRight(t.out.String(), "\n")
}

type tree struct {
	g      Graph
	called names
	next   map[tracker.Node][]tracker.Node
	how    map[[2]tracker.Node]string // by what an edge was made, where that is recorded
	under  map[tracker.Node]bool      // has something above it
	done   map[tracker.Node]bool
	out    strings.Builder
}

func (g Graph) tree(by step) *tree {
	t := &tree{g: g, called: g.called(), next: map[tracker.Node][]tracker.Node{}, how: map[[2]tracker.Node]string{}, under: map[tracker.Node]bool{}, done: map[tracker.Node]bool{}}
	seen := map[[2]tracker.Node]bool{}
	for _, e := range g.Edges {
		from, to := by(e)
		if pair := [2]tracker.Node{from, to}; !seen[pair] {
			seen[pair] = true
			t.next[from] = append(t.next[from], to)
			t.how[pair] = stepText(e)
		}
		t.under[to] = true
	}
	return t
}

// treeWidth is how many columns a line of a tree takes at most.
const treeWidth = 80

// write adds a node and what is under it; how says by what it comes from, or made,
// what stands above.
func (t *tree) write(n tracker.Node, first, rest, how string) {
	line, again := display.Line(t.called.line(n)), ""
	if slices.Contains(t.g.Seeds, n) {
		line = "● " + line
	}
	if t.done[n] && len(t.next[n]) > 0 {
		again = " (above)"
	}
	if how != "" {
		again += "  (" + display.Line(how) + ")"
	}
	line = display.ShortenMiddle(line, max(24, treeWidth-display.Width(first)-display.Width(again)))
	t.out.WriteString(first + line + again + "\n")
	if t.done[n] {
		return
	}
	t.done[n] = true
	for i, c := range t.next[n] {
		how := t.how[[2]tracker.Node{n, c}]
		if i == len(t.next[n])-1 {
			t.write(c, rest+"└─ ", rest+"   ", how)
			continue
		}
		t.write(c, rest+"├─ ", rest+"│  ", how)
	}
}
