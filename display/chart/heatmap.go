package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// HeatmapOptions says what a heat map shows, such as a confusion matrix: a
// value for each row (from the top) and column.
type HeatmapOptions struct {
	Title, XLabel, YLabel string
	Columns, Rows         []string
	Values                [][]float64 // by row; NaN and missing cells stay empty
}

// One hue from light to dark is read right without colours too.
var heat = []string{"#e6f0f8", "#a6cbe5", "#5a9fcf", "#1f6bab", "#08306b"}

// Cells of a heat map that still carry their numbers.
const labelledCells = 400

// Heatmap draws a matrix.
func Heatmap(o HeatmapOptions) *Chart {
	var data []opts.HeatMapData
	low, high := math.Inf(1), math.Inf(-1)
	for i := range o.Rows {
		for j := range o.Columns {
			if v := o.at(i, j); finite(v) {
				low, high = min(low, v), max(high, v)
				data = append(data, opts.HeatMapData{Value: []any{j, i, tidy(v)}})
			}
		}
	}
	if len(data) == 0 {
		return blank("heatmap", o.Title)
	}
	c := charts.NewHeatMap()
	global, top := frame(o.Title, nil, "item")
	c.SetGlobalOptions(append(global, charts.WithVisualMapOpts(opts.VisualMap{
		Min: float32(min(low, 0)), Max: float32(max(high, low+1e-9)), Show: opts.Bool(false), InRange: &opts.VisualMapInRange{Color: heat}}))...)
	c.AddSeries("", data)
	m := options(c.JSON())
	x, y := first(m, "xAxis"), first(m, "yAxis")
	x["type"], x["data"], y["type"], y["data"], y["inverse"] = "category", lines(o.Columns), "category", lines(o.Rows), true
	sub(x, "axisLabel")["hideOverlap"] = true
	axis := sub(y, "axisLabel")
	axis["width"], axis["overflow"] = 150, "truncate"
	nameAxis(x, o.XLabel, 26)
	nameAxis(y, o.YLabel, 16+7*min(22, longest(o.Rows)))
	s := first(m, "series")
	s["label"] = map[string]any{"show": len(data) <= labelledCells}
	s["itemStyle"] = map[string]any{"borderWidth": 1, "borderColor": "rgba(128,128,128,0.35)"}
	box := grid(top+4, bottom(o.XLabel))
	if o.YLabel != "" {
		box["left"] = 42
	}
	m["grid"] = box
	height := min(900, max(180, top+bottom(o.XLabel)+40+len(o.Rows)*34))
	return finish("heatmap", o.Title, height, m, func(width int) string { return heatText(o, low, high, width) })
}

func (o HeatmapOptions) at(i, j int) float64 {
	if i < len(o.Values) && j < len(o.Values[i]) {
		return o.Values[i][j]
	}
	return math.NaN()
}

func lines(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = label(n)
	}
	return out
}

func longest(names []string) int {
	w := 0
	for _, n := range names {
		w = max(w, display.Width(label(n)))
	}
	return w
}

// heatText is the matrix as a table, each number with a shade.
func heatText(o HeatmapOptions, low, high float64, width int) string {
	t := display.Table{Columns: append([]string{o.YLabel}, o.Columns...), Limit: 40}
	if o.XLabel != "" {
		t.Note = fmt.Sprintf("columns: %s", display.Line(o.XLabel))
	}
	shades := []rune(" ░▒▓█")
	for i, name := range o.Rows {
		row := []any{name}
		for j := range o.Columns {
			v := o.at(i, j)
			if !finite(v) {
				row = append(row, nil)
				continue
			}
			row = append(row, display.Number(v)+" "+string(shades[place(v, min(0, low), high, len(shades))]))
		}
		t.Rows = append(t.Rows, row)
	}
	return strings.TrimRight(t.Text(width), "\n")
}
