package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

// A View says how much of a comparison is shown. Its zero value shows what
// fits 80 columns.
type View struct {
	Width  int    // columns of text; 0 means 80
	Metric string // the metric by which many runs are ranked; "": Main
	All    bool   // equal parameters, all metrics and all runs too
}

// How much is shown of very many.
const (
	mostBeside  = 6  // groups that stand side by side
	mostRows    = 20 // groups in a list
	mostMetrics = 8  // metrics in a list, and parameters where not all groups are in it
	nameWidth   = 24
)

func (v View) width() int {
	if v.Width <= 0 {
		return 80
	}
	return v.Width
}

// Tables are the parameters that differ, the metrics with the best marked, the
// differences to the baseline, and what else differs. Groups stand side by side
// where that fits the width; else each is a row, and columns that do not fit
// stand in a further table.
func (c *Comparison) Tables(v View) []display.Table {
	if v.Metric == "" {
		v.Metric = c.Main()
	}
	var list []display.Table
	if beside := c.beside(v); beside != nil {
		list = beside
	} else {
		list = c.listed(v)
	}
	if v.All && len(c.Equal) > 0 {
		t := display.Table{Title: "parameters that are the same", Columns: []string{"parameter", "value"}, Limit: -1}
		for _, p := range c.Equal {
			t.Rows = append(t.Rows, []any{p.Name, text(p.Values[0])})
		}
		list = append(list, t)
	}
	return list
}

// equalNote says how many parameters are not shown.
func (c *Comparison) equalNote(v View) string {
	if v.All || len(c.Equal) == 0 {
		return ""
	}
	if len(c.Equal) == 1 {
		return "1 parameter is the same; --all lists it"
	}
	return fmt.Sprintf("%d parameters are the same; --all lists them", len(c.Equal))
}

// beside has a column for each group; nil where they do not fit.
func (c *Comparison) beside(v View) []display.Table {
	if len(c.Groups) > mostBeside {
		return nil
	}
	room := max(10, (v.width()-26)/len(c.Groups)-2)
	names := c.names(min(room, nameWidth))
	params := display.Table{Title: "parameters that differ", Columns: append([]string{"parameter"}, names...), Note: c.equalNote(v), Limit: -1, Empty: "none"}
	params.Rows = append(params.Rows, c.rows(room)...)
	metrics := display.Table{Title: "metrics", Columns: append([]string{"metric"}, names...), Limit: -1, Empty: "none"}
	for _, m := range c.shownMetrics() {
		row := []any{m.Name}
		for g := range c.Groups {
			row = append(row, m.cell(g))
		}
		metrics.Rows = append(metrics.Rows, row)
	}
	list := []display.Table{params, metrics}
	if around := c.environment(names, room); len(around.Rows) > 0 {
		list = append(list, around)
	}
	list[1].Note = c.metricNote()
	if d := c.differences(names); len(d.Rows) > 0 {
		if one := join(list[1], d); len(c.Groups) == 2 && fits(one, v.width()) {
			list[1] = one
		} else {
			list = slices.Insert(list, 2, d)
		}
	}
	for _, t := range list {
		if !fits(t, v.width()) {
			return nil
		}
	}
	return list
}

// rows are the parameters that differ, and what a person must know of the runs
// first.
func (c *Comparison) rows(room int) [][]any {
	var rows [][]any
	add := func(name string, of func(g Group) string) {
		row := []any{name}
		for _, g := range c.Groups {
			row = append(row, display.ShortenMiddle(display.Line(of(g)), room))
		}
		rows = append(rows, row)
	}
	if c.Repeated() {
		add("runs", func(g Group) string { return g.size() })
	}
	if slices.ContainsFunc(c.Runs, func(r tracker.Run) bool { return r.Status != tracker.Finished }) {
		add("status", c.status)
	}
	for _, p := range c.Params {
		add(p.Name, func(g Group) string { return p.in(g) })
	}
	return rows
}

// size is how many runs a group has, and of how many seeds.
func (g Group) size() string {
	if len(g.Runs) == 1 {
		return "1 run"
	}
	if g.N == len(g.Runs) {
		return fmt.Sprintf("%d seeds", g.N)
	}
	return fmt.Sprintf("%d runs, %s", len(g.Runs), counted(g.N, "seed"))
}

// status is the states of a group's runs.
func (c *Comparison) status(g Group) string {
	count := map[string]int{}
	var order []string
	for _, i := range g.Runs {
		s := string(c.Runs[i].Status)
		if count[s] == 0 {
			order = append(order, s)
		}
		count[s]++
	}
	if len(order) == 1 {
		return order[0]
	}
	for i, s := range order {
		order[i] = fmt.Sprintf("%d %s", count[s], s)
	}
	return strings.Join(order, ", ")
}

// in is a parameter's value in a group; seeds are listed.
func (p Param) in(g Group) string {
	var values []string
	for _, i := range g.Runs {
		if s := text(p.Values[i]); !slices.Contains(values, s) {
			values = append(values, s)
		}
	}
	return strings.Join(values, " ")
}

func (c *Comparison) environment(names []string, room int) display.Table {
	t := display.Table{Title: "environment that differs", Columns: append([]string{""}, names...), Limit: -1}
	for _, p := range c.Environment {
		row := []any{p.Name}
		for _, g := range c.Groups {
			row = append(row, display.ShortenMiddle(p.in(g), room))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// differences has a column for each group but the baseline.
func (c *Comparison) differences(names []string) display.Table {
	t := display.Table{Title: "difference to " + names[c.Baseline], Columns: []string{"metric"}, Limit: -1}
	for i, n := range names {
		if i != c.Baseline {
			t.Columns = append(t.Columns, n)
		}
	}
	for _, m := range c.shownMetrics() {
		row := []any{m.Name}
		some := false
		for i := range c.Groups {
			d := m.To(i)
			if d != nil {
				some = true
			}
			if i != c.Baseline {
				row = append(row, d.cell())
			}
		}
		if some {
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// join puts the one column of differences beside the metrics.
func join(metrics, differences display.Table) display.Table {
	metrics.Columns = append(slices.Clone(metrics.Columns), "difference")
	metrics.Rows = slices.Clone(metrics.Rows)
	for i, row := range metrics.Rows {
		cell := ""
		for _, d := range differences.Rows {
			if d[0] == row[0] {
				cell = d[1].(string)
			}
		}
		metrics.Rows[i] = append(slices.Clone(row), cell)
	}
	return metrics
}

// cell is a difference with its interval.
func (d *Difference) cell() string {
	switch {
	case d == nil:
		return "-"
	case d.Sure == nil:
		return signed(d.Diff)
	}
	return fmt.Sprintf("%s [%s, %s]", signed(d.Diff), signed(d.Sure.Low), signed(d.Sure.High))
}

// metricNote says what the marks of the metrics mean.
func (c *Comparison) metricNote() string {
	var parts []string
	best, repeated, open := false, false, 0
	methods := []string{}
	for _, m := range c.shownMetrics() {
		best = best || m.Best >= 0
		for _, s := range m.Groups {
			repeated, open = repeated || s.N > 1, max(open, s.Open)
		}
		for _, d := range m.Differences {
			if d.Sure != nil && !slices.Contains(methods, d.Sure.Method) {
				methods = append(methods, d.Sure.Method)
			}
		}
	}
	if best {
		parts = append(parts, "* best")
	}
	if repeated {
		parts = append(parts, "mean ± standard deviation over seeds")
	}
	if len(c.Groups) > 1 {
		parts = append(parts, "differences are to "+c.Groups[c.Baseline].Name)
	}
	if len(methods) > 0 {
		slices.Sort(methods)
		how := map[string]string{Welch: "Welch's t", Paired: "paired t over the same seeds"}
		for i, m := range methods {
			methods[i] = how[m]
		}
		parts = append(parts, "[95 % interval, "+strings.Join(methods, " or ")+"]")
	}
	if open > 0 {
		parts = append(parts, "runs that did not finish are left out of means")
	}
	return strings.Join(parts, "; ")
}

// names are the groups' names in at most so many columns, the baseline marked.
func (c *Comparison) names(most int) []string {
	var list []string
	for _, g := range c.Groups {
		name := display.ShortenMiddle(display.Line(g.Name), most)
		if slices.Contains(list, name) {
			name = fmt.Sprintf("%s#%d", display.ShortenMiddle(name, most-3), len(list)+1)
		}
		list = append(list, name)
	}
	return list
}
