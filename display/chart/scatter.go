package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// ScatterOptions says what a scatter chart shows.
type ScatterOptions struct {
	Title, XLabel, YLabel string
	Series                []Series
	Diagonal              bool // the line y = x, for predicted against true values
	LogX                  bool // a logarithmic x axis; ignored where an x is not above 0
}

// Points of one cloud that the page gets; of more, every n-th.
const maxCloud = 2000

// Each series has a shape of its own besides its colour.
var (
	shapes = []string{"circle", "triangle", "rect", "diamond"}
	marks  = []rune("•▲■◆")
)

// Scatter draws points.
func Scatter(o ScatterOptions) *Chart {
	if !hasData(o.Series) {
		return blank("scatter", o.Title)
	}
	c := charts.NewScatter()
	names := make([]string, len(o.Series))
	for i, s := range o.Series {
		names[i] = s.Name
	}
	global, top := frame(o.Title, names, "item")
	c.SetGlobalOptions(global...)
	for i, s := range o.Series {
		pts := every(s.points(), maxCloud)
		size := 8
		if len(pts) > 300 {
			size = 5
		}
		data := make([]opts.ScatterData, 0, len(pts))
		for _, p := range pts {
			if finite(p.y) {
				data = append(data, opts.ScatterData{Value: []float64{tidy(p.x), tidy(p.y)}})
			}
		}
		c.AddSeries(label(s.Name), data, charts.WithScatterChartOpts(opts.ScatterChart{
			Symbol: shapes[i%len(shapes)], SymbolSize: size}),
			charts.WithItemStyleOpts(opts.ItemStyle{Opacity: opts.Float(0.85)}))
	}
	m := options(c.JSON())
	x, y := first(m, "xAxis"), first(m, "yAxis")
	x["type"], x["scale"], y["type"], y["scale"] = "value", true, "value", true
	if o.logX() {
		x["type"] = "log"
	}
	nameAxis(x, o.XLabel, 26)
	nameAxis(y, o.YLabel, 48)
	box := grid(top, bottom(o.XLabel))
	if o.YLabel != "" {
		box["left"] = 42
	}
	m["grid"] = box
	if o.Diagonal {
		diagonal(m, o.Series)
	}
	return finish("scatter", o.Title, 360, m, func(width int) string { return scatterText(o, width) })
}

func (o ScatterOptions) logX() bool {
	x0, _, _, _ := bounds(o.Series)
	return o.LogX && x0 > 0
}

// diagonal draws y = x over what both axes have.
func diagonal(m map[string]any, all []Series) {
	x0, x1, y0, y1 := bounds(all)
	low, high := tidy(max(x0, y0)), tidy(min(x1, y1))
	if low >= high {
		return
	}
	first(m, "series")["markLine"] = map[string]any{
		"silent": true, "symbol": "none", "label": map[string]any{"show": false},
		"lineStyle": map[string]any{"type": "dashed"},
		"data":      []any{[]any{map[string]any{"coord": []any{low, low}}, map[string]any{"coord": []any{high, high}}}},
	}
}

// every keeps at most n points, evenly taken.
func every(pts []point, n int) []point {
	if len(pts) <= n {
		return pts
	}
	out := make([]point, n)
	for i := range out {
		out[i] = pts[i*len(pts)/n]
	}
	return out
}

// bounds is the least and the largest x and y of what can be drawn.
func bounds(all []Series) (x0, x1, y0, y1 float64) {
	x0, x1, y0, y1 = math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, s := range all {
		for _, p := range s.points() {
			if finite(p.y) {
				x0, x1, y0, y1 = min(x0, p.x), max(x1, p.x), min(y0, p.y), max(y1, p.y)
			}
		}
	}
	return
}

// scatterText marks the cells of a grid that have points.
func scatterText(o ScatterOptions, width int) string {
	cols, rows := min(64, width-14), 14
	cells := make([][]rune, rows)
	for i := range cells {
		cells[i] = []rune(strings.Repeat(" ", cols))
	}
	x0, x1, y0, y1 := bounds(o.Series)
	across := func(x float64) int { return place(x, x0, x1, cols) }
	if o.logX() {
		across = func(x float64) int { return place(math.Log(x), math.Log(x0), math.Log(x1), cols) }
	}
	for i, s := range o.Series {
		for _, p := range s.points() {
			if finite(p.y) {
				cells[rows-1-place(p.y, y0, y1, rows)][across(p.x)] = marks[i%len(marks)]
			}
		}
	}
	n := display.Number
	edge := max(display.Width(n(y0)), display.Width(n(y1)))
	var b strings.Builder
	for i, row := range cells {
		mark := ""
		switch i {
		case 0:
			mark = n(y1)
		case rows - 1:
			mark = n(y0)
		}
		b.WriteString(strings.TrimRight(display.Pad(mark, edge, true)+" │"+string(row), " ") + "\n")
	}
	b.WriteString(strings.Repeat(" ", edge) + " └" + strings.Repeat("─", cols) + "\n")
	right := n(x1)
	b.WriteString(strings.Repeat(" ", edge+2) + display.Pad(n(x0), cols-display.Width(right), false) + right + "\n")
	if o.XLabel != "" || o.YLabel != "" {
		scale := ""
		if o.logX() {
			scale = ", logarithmic"
		}
		fmt.Fprintf(&b, "%s over %s%s\n", display.Line(o.YLabel), display.Line(o.XLabel), scale)
	}
	for i, s := range o.Series {
		if s.Name != "" {
			fmt.Fprintf(&b, "%c %s  ", marks[i%len(marks)], label(s.Name))
		}
	}
	return b.String()
}

// place is the cell of v among n.
func place(v, low, high float64, n int) int {
	if high <= low {
		return n / 2
	}
	return max(0, min(n-1, int((v-low)/(high-low)*float64(n-1)+0.5)))
}
