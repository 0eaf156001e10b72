package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/cellar-ml/cellar/display"
)

// listed has a row for each group, the best first and the baseline before them
// where not all are shown.
func (c *Comparison) listed(v View) []display.Table {
	order, note := c.chosen(v)
	names := c.names(nameWidth)
	var list []display.Table
	if len(order) < len(c.Groups) {
		list = append(list, c.spans()...)
	}
	params := display.Table{Title: "parameters that differ", Columns: []string{"run"}, Note: joinNotes(note, c.equalNote(v)), Limit: -1, Empty: "none"}
	metrics := display.Table{Title: "metrics", Columns: []string{"run"}, Limit: -1, Empty: "none"}
	heads := c.rows(30)
	if more := len(heads) - mostMetrics; more > 0 && len(order) < len(c.Groups) {
		heads = heads[:mostMetrics]
		params.Note = joinNotes(params.Note, fmt.Sprintf("%d more that differ; --all shows them", more))
	}
	for _, h := range heads {
		params.Columns = append(params.Columns, display.ShortenMiddle(h[0].(string), nameWidth))
	}
	shown, more := c.someMetrics(v)
	for _, m := range shown {
		metrics.Columns = append(metrics.Columns, m.Name)
	}
	for _, g := range order {
		p, q := []any{names[g]}, []any{names[g]}
		for _, h := range heads {
			p = append(p, h[g+1])
		}
		for _, m := range shown {
			q = append(q, m.cell(g))
		}
		params.Rows, metrics.Rows = append(params.Rows, p), append(metrics.Rows, q)
	}
	metrics.Note = joinNotes(c.metricNote(), more)
	if len(heads) > 0 {
		list = append(list, split(params, v.width())...)
	}
	list = append(list, split(metrics, v.width())...)
	if t := c.against(v, order, names); len(t.Rows) > 0 {
		list = append(list, split(t, v.width())...)
	}
	return append(list, c.around()...)
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// chosen are the groups to list.
func (c *Comparison) chosen(v View) (order []int, note string) {
	for i := range c.Groups {
		order = append(order, i)
	}
	if v.All || len(order) <= mostRows {
		return order, ""
	}
	how := "the first"
	if m, ok := c.Find(v.Metric); ok && m.Direction != UnknownDirection {
		how = "the best by " + m.Name
		slices.SortStableFunc(order, func(a, b int) int { return m.compare(a, b) })
	}
	at := slices.Index(order, c.Baseline)
	order = slices.Insert(slices.Delete(order, at, at+1), 0, c.Baseline)
	return order[:mostRows], fmt.Sprintf("the baseline and %s of %d; --all lists them", how, len(c.Groups))
}

// compare orders groups, the better first; those without a number come last.
func (m *Metric) compare(a, b int) int {
	x, y := m.Groups[a].Mean, m.Groups[b].Mean
	switch {
	case math.IsNaN(x) || math.IsNaN(y):
		return cmp.Compare(map[bool]int{true: 1}[math.IsNaN(x)], map[bool]int{true: 1}[math.IsNaN(y)])
	case m.Direction == LowerIsBetter:
		return cmp.Compare(x, y)
	}
	return cmp.Compare(y, x)
}

// someMetrics are those that a list has room for.
func (c *Comparison) someMetrics(v View) (shown []Metric, note string) {
	all := c.shownMetrics()
	if v.All || len(all) <= mostMetrics {
		return all, ""
	}
	if i := slices.IndexFunc(all, func(m Metric) bool { return m.Name == v.Metric }); i >= mostMetrics {
		all[mostMetrics-1], all[i] = all[i], all[mostMetrics-1]
	}
	return all[:mostMetrics], fmt.Sprintf("%d more metrics; --all shows them", len(all)-mostMetrics)
}

// against is one metric of many groups against the baseline.
func (c *Comparison) against(v View, order []int, names []string) display.Table {
	m, ok := c.Find(v.Metric)
	if !ok {
		return display.Table{}
	}
	t := display.Table{Title: fmt.Sprintf("%s, difference to %s", m.Name, c.Groups[c.Baseline].Name),
		Columns: []string{"run", "seeds", "value", "difference", "95 % interval", "method"}, Limit: -1}
	sure := false
	for _, g := range order {
		d := m.To(g)
		if d == nil {
			continue
		}
		row := []any{names[g], m.Groups[g].N, m.cell(g), signed(d.Diff), "", ""}
		if d.Sure != nil {
			row[4], row[5] = d.Sure.text(), d.Sure.Method
			sure = true
		}
		t.Rows = append(t.Rows, row)
	}
	if !sure {
		t.Columns = t.Columns[:4]
	}
	return t
}

// spans are what very many groups have in common: the values of each parameter,
// and of each metric the quartiles.
func (c *Comparison) spans() []display.Table {
	params := display.Table{Title: fmt.Sprintf("%d runs in %d groups", len(c.Runs), len(c.Groups)), Columns: []string{"parameter", "values", "from … to, or the most frequent"}, Limit: -1}
	for _, p := range c.Params {
		params.Rows = append(params.Rows, p.span())
	}
	metrics := display.Table{Title: "metrics over all groups", Columns: []string{"metric", "groups", "least", "median", "most", "best"}, Limit: -1}
	for _, m := range c.shownMetrics() {
		var list []float64
		for _, s := range m.Groups {
			if s.has && finite(s.Mean) {
				list = append(list, s.Mean)
			}
		}
		if len(list) == 0 {
			continue
		}
		slices.Sort(list)
		best := ""
		if m.Best >= 0 {
			best = display.ShortenMiddle(c.Groups[m.Best].Name, nameWidth)
		}
		n := display.Number
		middle := (list[(len(list)-1)/2] + list[len(list)/2]) / 2
		metrics.Rows = append(metrics.Rows, []any{m.Name, len(list), n(list[0]), n(middle), n(list[len(list)-1]), best})
	}
	if len(params.Rows) == 0 {
		return []display.Table{metrics}
	}
	return []display.Table{params, metrics}
}

// span is a parameter's row: numbers from the least to the most, other values by
// how often they are there.
func (p Param) span() []any {
	count := map[string]int{}
	var values []string
	low, high, numbers := math.Inf(1), math.Inf(-1), true
	for _, v := range p.Values {
		s := text(v)
		if count[s] == 0 {
			values = append(values, s)
		}
		count[s]++
		x, ok := number(s)
		numbers = numbers && ok
		low, high = min(low, x), max(high, x)
	}
	if numbers {
		return []any{p.Name, len(values), display.Number(low) + " … " + display.Number(high)}
	}
	slices.SortStableFunc(values, func(a, b string) int { return count[b] - count[a] })
	for i, s := range values {
		values[i] = fmt.Sprintf("%s (%d)", display.Shorten(s, nameWidth), count[s])
	}
	return []any{p.Name, len(values), listed(values, 4)}
}

// around is the environment of many groups: how many values each thing has.
func (c *Comparison) around() []display.Table {
	if len(c.Environment) == 0 {
		return nil
	}
	t := display.Table{Title: "environment that differs", Columns: []string{"", "values", "the most frequent"}, Limit: -1}
	for _, p := range c.Environment {
		t.Rows = append(t.Rows, p.span())
	}
	return []display.Table{t}
}
