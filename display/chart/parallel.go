package chart

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// ParallelOptions says what a chart of parallel coordinates shows: a line for
// each thing that is compared, such as a run, across an axis for each of its
// parameters and metrics.
type ParallelOptions struct {
	Title string
	Axes  []string
	Lines []ParallelLine

	// ByLast colours the lines by the last axis, which must have numbers, in
	// place of a colour and a name in the legend for each: for very many lines.
	ByLast bool
}

// ParallelLine is one line; Values stand in the order of the axes and are
// numbers, strings, booleans or nil. An axis with anything but numbers shows
// categories.
type ParallelLine struct {
	Name   string
	Values []any
}

// Parallel draws parallel coordinates.
func Parallel(o ParallelOptions) *Chart {
	if len(o.Axes) == 0 || len(o.Lines) == 0 {
		return blank("parallel", o.Title)
	}
	c := charts.NewParallel()
	global, top := frame(o.Title, o.legend(), "item")
	c.SetGlobalOptions(global...)
	numeric := make([]bool, len(o.Axes))
	axes := make([]any, len(o.Axes))
	for j, name := range o.Axes {
		numeric[j] = o.numeric(j)
		axes[j] = o.axis(j, name, numeric[j])
	}
	var all []opts.ParallelData
	for _, l := range o.Lines {
		values := make([]any, len(o.Axes))
		for j := range values {
			values[j] = parallelValue(l.at(j), numeric[j])
		}
		all = append(all, opts.ParallelData{Name: label(l.Name), Value: values})
		if !o.ByLast {
			c.AddSeries(label(l.Name), all[len(all)-1:], charts.WithLineStyleOpts(opts.LineStyle{Width: 2.5, Opacity: opts.Float(0.85)}))
		}
	}
	if o.ByLast {
		c.AddSeries("", all, charts.WithLineStyleOpts(opts.LineStyle{Width: 1.5, Opacity: opts.Float(0.6)}))
	}
	m := options(c.JSON())
	m["parallelAxis"] = axes
	if last := len(o.Axes) - 1; o.ByLast && numeric[last] {
		low, high := o.extent(last)
		m["visualMap"] = map[string]any{"show": false, "dimension": last, "min": low, "max": high, "inRange": map[string]any{"color": byLast}}
	}
	m["parallel"] = map[string]any{"left": 60, "right": 70, "top": top + 26, "bottom": 20}
	return finish("parallel", o.Title, plainHeight, m, func(width int) string { return parallelText(o, width) })
}

// byLast are the colours from the least to the most: both ends can be told from
// a white and from a dark page, and from each other without red and green.
var byLast = []string{"#3b6fd4", "#8f8fa8", "#e08a1e"}

func (o ParallelOptions) legend() []string {
	names := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		if !o.ByLast {
			names[i] = l.Name
		}
	}
	return names
}

func (l ParallelLine) at(j int) any {
	if j < len(l.Values) {
		return l.Values[j]
	}
	return nil
}

// numeric holds when axis j has numbers alone, and at least one.
func (o ParallelOptions) numeric(j int) bool {
	seen := false
	for _, l := range o.Lines {
		v := l.at(j)
		if v == nil {
			continue
		}
		if x, ok := toFloat(v); !ok || !finite(x) {
			return false
		}
		seen = true
	}
	return seen
}

func (o ParallelOptions) axis(j int, name string, numeric bool) map[string]any {
	a := map[string]any{"dim": j, "name": display.ShortenMiddle(label(name), max(8, 90/len(o.Axes)))}
	if numeric {
		a["type"] = "value"
		a["min"], a["max"] = o.extent(j)
		return a
	}
	var kinds []string
	for _, l := range o.Lines {
		if s, ok := parallelValue(l.at(j), false).(string); ok && !slices.Contains(kinds, s) {
			kinds = append(kinds, s)
		}
	}
	slices.Sort(kinds)
	a["type"], a["data"] = "category", kinds
	return a
}

// extent is the ends of numeric axis j, on round numbers: ECharts looks at the
// first line only.
func (o ParallelOptions) extent(j int) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, l := range o.Lines {
		if x, ok := toFloat(l.at(j)); ok {
			low, high = min(low, x), max(high, x)
		}
	}
	if low == high {
		pad := max(math.Abs(low)/2, 1e-9)
		return tidy(low - pad), tidy(high + pad)
	}
	step := roundStep((high - low) / 5)
	return tidy(math.Floor(low/step+1e-9) * step), tidy(math.Ceil(high/step-1e-9) * step)
}

func parallelValue(v any, numeric bool) any {
	if v == nil {
		if numeric {
			return "-"
		}
		return "–"
	}
	if x, ok := toFloat(v); ok && numeric {
		return tidy(x)
	}
	return display.Shorten(display.Line(fmt.Sprint(v)), 18)
}

// toFloat is v as a number, for every kind of number.
func toFloat(v any) (float64, bool) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return 0, false
	case r.CanFloat():
		return r.Float(), true
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	}
	return 0, false
}

func parallelText(o ParallelOptions, width int) string {
	t := display.Table{Columns: append([]string{""}, o.Axes...)}
	for _, l := range o.Lines {
		row := []any{l.Name}
		for j := range o.Axes {
			row = append(row, l.at(j))
		}
		t.Rows = append(t.Rows, row)
	}
	return strings.TrimRight(t.Text(width), "\n")
}
