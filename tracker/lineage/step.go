package lineage

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

// stepText says how the end of an edge was made of its start: "filter, 178 → 150
// rows". It is empty where no transform is recorded.
func stepText(e tracker.Edge) string {
	t := e.Transform
	if t == nil {
		return ""
	}
	return Step(e) + ", " + rowsText(t)
}

// Step is what the edge's end was made by: the step of its transform, else its role.
func Step(e tracker.Edge) string {
	if e.Transform != nil {
		return cmp.Or(e.Transform.Step, e.Role)
	}
	return e.Role
}

func rowsText(t *tracker.Transform) string {
	text := fmt.Sprintf("%d rows", t.RowsOut)
	if t.RowsOut == 1 {
		text = "1 row"
	}
	if t.RowsIn != t.RowsOut {
		text = fmt.Sprintf("%d → %s", t.RowsIn, text)
	}
	return text
}

// paramsText is name=value, by name.
func paramsText(t *tracker.Transform) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(t.Params)) {
		list = append(list, name+"="+t.Params[name])
	}
	return strings.Join(list, " ")
}

// Steps is the journey of the seeds as a table: a line for each edge that leads to
// them, the first step first.
func (g Graph) Steps() display.Table {
	called := g.called()
	t := display.Table{Columns: []string{"step", "from", "to", "rows", "parameters", "cell"}, Limit: -1, Empty: "no step is recorded"}
	for _, e := range g.Up().Edges {
		rows, params, cell := "", "", ""
		if e.Transform != nil {
			rows, params = rowsText(e.Transform), paramsText(e.Transform)
		}
		if e.Origin.Count > 0 {
			cell = fmt.Sprintf("[%d]", e.Origin.Count)
		}
		t.Rows = append(t.Rows, []any{Step(e), called.label(e.From), called.label(e.To), rows, params, cell})
	}
	return t
}
