package lineage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
)

// A Column is a column of a dataset version, or of a file, with what it was made
// of: column-level lineage, as OpenLineage has it.
type Column struct {
	Node tracker.Node `json:"node"`
	Name string       `json:"column"`
	From []Origin     `json:"from"`
}

// An Origin is a column that another was made of, and by which edge.
type Origin struct {
	Column
	Edge tracker.Edge `json:"edge"`
}

// Trace follows a column of each seed that is a dataset version to the columns of
// the sources that it came from. ErrNotFound for a column that no seed has.
func (g Graph) Trace(ctx context.Context, s tracker.Store, column string) ([]Column, error) {
	t := tracer{to: map[tracker.Node][]tracker.Edge{}, columns: map[tracker.Node][]string{}}
	for _, e := range g.Edges {
		t.to[e.To] = append(t.to[e.To], e)
	}
	for _, n := range g.Nodes {
		if n.Kind != tracker.KindDataset {
			continue
		}
		d, err := s.Dataset(ctx, n.ID)
		if err != nil {
			continue // one that is gone has edges still, and may have had the column
		}
		for _, c := range d.Columns {
			t.columns[n] = append(t.columns[n], c.Name)
		}
	}
	var found []Column
	var known []string
	for _, seed := range g.Seeds {
		if slices.Contains(t.columns[seed], column) {
			found = append(found, t.column(seed, column))
		}
		known = append(known, t.columns[seed]...)
	}
	if len(found) == 0 {
		err := fmt.Errorf("trace column %q: %w", column, tracker.ErrNotFound)
		if near := nearest.Of(column, known, 3); len(near) > 0 {
			return nil, hint.New(err, "did you mean "+strings.Join(near, " or ")+"?")
		}
		if len(known) == 0 {
			return nil, hint.New(err, "name a dataset, such as wine or wine@v2: only those have columns")
		}
		return nil, hint.New(err, "the columns are "+strings.Join(known[:min(12, len(known))], ", "))
	}
	return found, nil
}

type tracer struct {
	to      map[tracker.Node][]tracker.Edge
	columns map[tracker.Node][]string
	path    []tracker.Node // to the column that is followed
}

func (t *tracer) column(n tracker.Node, name string) Column {
	c := Column{Node: n, Name: name, From: []Origin{}}
	if slices.Contains(t.path, n) {
		return c // versions that came from each other
	}
	t.path = append(t.path, n)
	defer func() { t.path = t.path[:len(t.path)-1] }()
	for _, e := range t.to[n] {
		for _, source := range t.sources(e, name) {
			c.From = append(c.From, Origin{t.column(e.From, source), e})
		}
	}
	return c
}

// sources are the columns of an edge's start that a column of its end was made of.
func (t *tracer) sources(e tracker.Edge, name string) []string {
	if e.Transform != nil {
		if made, ok := e.Transform.Columns[name]; ok {
			return made
		}
	}
	if known, ok := t.columns[e.From]; ok && !slices.Contains(known, name) {
		return nil
	}
	return []string{name}
}

// String is the column as a tree: what it was made of stands under it.
func (c Column) String() string {
	var out strings.Builder
	c.write(&out, "", "", "")
	return strings.TrimRight(out.String(), "\n")
}

func (c Column) write(out *strings.Builder, first, rest, how string) {
	line := display.Line(c.Name + " of " + Graph{}.Label(c.Node))
	if how != "" {
		how = "  (" + display.Line(how) + ")"
	}
	out.WriteString(first + display.ShortenMiddle(line, max(24, treeWidth-display.Width(first)-display.Width(how))) + how + "\n")
	for i, o := range c.From {
		mark, under := "├─ ", "│  "
		if i == len(c.From)-1 {
			mark, under = "└─ ", "   "
		}
		o.write(out, rest+mark, rest+under, o.how())
	}
}

func (o Origin) how() string {
	if o.Edge.Transform == nil {
		return o.Edge.Role
	}
	return strings.TrimSpace(stepText(o.Edge) + " " + paramsText(o.Edge.Transform))
}
