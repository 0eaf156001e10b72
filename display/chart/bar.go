package chart

import (
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// BarOptions says what a bar chart shows: one value of each series for each
// label.
type BarOptions struct {
	Title, XLabel, YLabel string // of the page's axes: with Horizontal, XLabel names the values
	Labels                []string
	Series                []Series  // Y is used
	Horizontal            bool      // bars to the right, the first label on top; for long labels
	Errors                []float64 // half lengths of error bars of the first series; may be nil
}

// Bar draws values by label, such as the importance of each feature.
func Bar(o BarOptions) *Chart {
	if len(o.Labels) == 0 || !hasData(o.Series) {
		return blank("bar", o.Title)
	}
	c := charts.NewBar()
	names := make([]string, len(o.Series))
	for i, s := range o.Series {
		names[i] = s.Name
	}
	global, top := frame(o.Title, names, "axis")
	c.SetGlobalOptions(global...)
	labels := make([]string, len(o.Labels))
	for i, l := range o.Labels {
		labels[i] = label(l)
	}
	c.SetXAxis(labels)
	for _, s := range o.Series {
		data := make([]opts.BarData, len(labels))
		for i := range data {
			data[i] = opts.BarData{Value: plotValue(valueAt(s.Y, i))}
		}
		c.AddSeries(label(s.Name), data)
	}
	c.Validate()
	m := options(c.JSON())
	height := barAxes(m, o, labels, top)
	if len(o.Errors) > 0 {
		errorBars(m, o)
	}
	return finish("bar", o.Title, height, m, func(width int) string { return barText(o, width) })
}

// barAxes turns the axes for horizontal bars and gives the chart's height.
func barAxes(m map[string]any, o BarOptions, labels []string, top int) int {
	x, y := first(m, "xAxis"), first(m, "yAxis")
	delete(y, "axisLabel")
	x["type"], y["type"] = "category", "value"
	box, height := grid(top, bottom(o.XLabel)), plainHeight
	if !o.Horizontal {
		nameAxis(x, o.XLabel, 26)
		nameAxis(y, o.YLabel, 48)
		if o.YLabel != "" {
			box["left"] = 42
		}
		sub(x, "axisLabel")["hideOverlap"] = true
		m["grid"] = box
		return height
	}
	x["inverse"] = true
	axis := sub(x, "axisLabel")
	axis["width"], axis["overflow"] = 170, "truncate" // the tooltip has the whole name
	axis["interval"] = 0
	nameAxis(y, o.XLabel, 26)
	delete(x, "name")
	m["xAxis"], m["yAxis"] = []any{y}, []any{x}
	box["left"] = 32
	m["grid"] = box
	room := 22 * len(labels) * max(1, (len(o.Series)+1)/2)
	return min(1000, max(140, top+bottom(o.XLabel)+30+room))
}

// errorBars draws value ± error as a line over each bar of the first series.
func errorBars(m map[string]any, o BarOptions) {
	var lines []any
	for i, e := range o.Errors {
		v := valueAt(o.Series[0].Y, i)
		if i >= len(o.Labels) || !finite(v) || !finite(e) || e <= 0 {
			continue
		}
		from, to := []any{i, tidy(v - e)}, []any{i, tidy(v + e)}
		if o.Horizontal {
			from, to = []any{from[1], i}, []any{to[1], i}
		}
		lines = append(lines, []any{map[string]any{"coord": from}, map[string]any{"coord": to}})
	}
	first(m, "series")["markLine"] = map[string]any{
		"silent": true, "symbol": []any{"rect", "rect"}, "symbolSize": []any{8, 1.5},
		"label": map[string]any{"show": false}, "data": lines,
		"lineStyle": map[string]any{"type": "solid", "width": 1.5},
	}
}

func valueAt(ys []float64, i int) float64 {
	if i < len(ys) {
		return ys[i]
	}
	return math.NaN()
}

func barText(o BarOptions, width int) string {
	var b strings.Builder
	for k, s := range o.Series {
		if len(o.Series) > 1 {
			b.WriteString(label(s.Name) + "\n")
		}
		values, notes := make([]float64, len(o.Labels)), make([]string, len(o.Labels))
		for i := range values {
			values[i] = valueAt(s.Y, i)
			if k == 0 && i < len(o.Errors) && finite(o.Errors[i]) && o.Errors[i] > 0 {
				notes[i] = "± " + display.Number(o.Errors[i])
			}
		}
		b.WriteString(barRows(o.Labels, values, notes, width))
	}
	return b.String()
}
