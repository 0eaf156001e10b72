package compare

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// mostLines is how many groups have their curves in one chart.
const mostLines = 12

// Chart overlays the curves of a metric: one colour a group, the curves of its
// runs alike; with smoothing the raw curve lies behind, fainter. Of very many
// groups it has the baseline and the best. It is nil where there are no curves.
func (c *Comparison) Chart(ctx context.Context, s tracker.Store, metric string, o CurveOptions) (*chart.Chart, error) {
	order, title := c.drawnGroups(metric)
	var runs []tracker.Run
	var labels, notes []string
	for _, g := range order {
		for _, i := range c.Groups[g].Runs {
			note := ""
			if len(c.Groups[g].Runs) > 1 {
				note = "seed " + cmp.Or(c.subjects[i].seed(), "?")
			}
			notes = append(notes, note)
			runs, labels = append(runs, c.Runs[i]), append(labels, c.Groups[g].Name)
		}
	}
	curves, err := Curves(ctx, s, runs, metric, o)
	if err != nil {
		return nil, err
	}
	for i := range curves {
		curves[i].Note = notes[curves[i].Run]
	}
	return LineChart(curves, labels, metric, title, o), nil
}

func (c *Comparison) drawnGroups(metric string) (order []int, title string) {
	for i := range c.Groups {
		order = append(order, i)
	}
	if len(order) <= mostLines {
		return order, metric
	}
	order, _ = c.chosen(View{Metric: metric})
	order = order[:mostLines]
	return order, fmt.Sprintf("%s, %d of %d", metric, mostLines, len(c.Groups))
}

// LineChart draws curves; labels are by Curve.Run. Curves of one label have one
// colour. It is nil where there are none.
func LineChart(curves []Curve, labels []string, metric, title string, o CurveOptions) *chart.Chart {
	if len(curves) == 0 {
		return nil
	}
	contexts := map[string]bool{}
	for _, c := range curves {
		contexts[c.Metric] = true
	}
	out := chart.LineOptions{Title: title, XLabel: Step, YLabel: metric}
	switch o.X {
	case Time:
		out.XLabel = "seconds since the start"
	case Epoch:
		out.XLabel = Epoch
	}
	for _, c := range curves {
		name := labels[c.Run]
		if len(contexts) > 1 {
			name = strings.TrimSpace(name + " " + strings.Trim(strings.TrimPrefix(c.Metric, baseName(c.Metric)), "{}"))
		}
		if c.Smooth == nil {
			out.Series = append(out.Series, chart.Series{Name: name, X: c.X, Y: c.Y, Note: c.Note})
			continue
		}
		out.Series = append(out.Series, chart.Series{Name: name, X: c.X, Y: c.Y, Faint: true, Note: c.Note}, chart.Series{Name: name, X: c.SmoothX, Y: c.Smooth, Note: c.Note})
	}
	if o.Smooth > 0 {
		out.Title += fmt.Sprintf(", smoothed by %g", o.Smooth)
	}
	return chart.Line(out)
}

// ParallelChart draws every group across the parameters that differ, with a
// metric as the last axis. It is nil for fewer than three groups and where no
// parameter differs.
func (c *Comparison) ParallelChart(metric string) *chart.Chart {
	m, ok := c.Find(metric)
	if !ok || len(c.Groups) < 3 {
		return nil
	}
	o := chart.ParallelOptions{Title: metric + " and the parameters that differ"}
	var params []Param
	for _, p := range c.Params {
		if seedName(p.Name) && c.Repeated() || len(params) == 9 {
			continue
		}
		params = append(params, p)
		o.Axes = append(o.Axes, p.Name)
	}
	if len(params) == 0 {
		return nil
	}
	o.Axes = append(o.Axes, metric)
	for i, g := range c.Groups {
		s := m.Groups[i]
		if !s.has || !finite(s.Mean) {
			continue
		}
		line := chart.ParallelLine{Name: g.Name}
		for _, p := range params {
			line.Values = append(line.Values, p.Values[g.Runs[0]])
		}
		line.Values = append(line.Values, s.Mean)
		o.Lines = append(o.Lines, line)
	}
	if len(o.Lines) < 3 {
		return nil
	}
	o.ByLast = len(o.Lines) > mostLines
	return chart.Parallel(o)
}

// ScatterChart draws a metric of every run against a parameter that is a number.
func (c *Comparison) ScatterChart(param, metric string) (*chart.Chart, error) {
	m, ok := c.Find(metric)
	if !ok {
		return nil, fmt.Errorf("compare: no metric %s in these runs", metric)
	}
	i := slices.IndexFunc(c.Params, func(p Param) bool { return p.Name == param })
	if i < 0 {
		return nil, hint.New(fmt.Errorf("compare: no parameter %s differs between these runs", param), "those that differ: "+listed(c.ParamNames(), 12))
	}
	s := chart.Series{}
	low, high := 0.0, 0.0
	for r, v := range c.Params[i].Values {
		if v == nil || !m.Has[r] || !finite(m.Values[r]) {
			continue
		}
		x, ok := number(valueText(v))
		if !ok {
			return nil, hint.New(fmt.Errorf("compare: %s is no number in %s: %s", param, c.Runs[r].Name, text(v)), "parallel coordinates show it, with three settings or more")
		}
		if len(s.X) == 0 {
			low, high = x, x
		}
		low, high = min(low, x), max(high, x)
		s.X, s.Y = append(s.X, x), append(s.Y, m.Values[r])
	}
	if len(s.X) == 0 {
		return nil, fmt.Errorf("compare: no run has both %s and a finite %s", param, metric)
	}
	return chart.Scatter(chart.ScatterOptions{Title: metric + " against " + param, XLabel: param, YLabel: metric,
		Series: []chart.Series{s}, LogX: low > 0 && high/low >= 50}), nil
}

// ParamNames are the parameters that differ.
func (c *Comparison) ParamNames() []string {
	var names []string
	for _, p := range c.Params {
		names = append(names, p.Name)
	}
	return names
}
