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
	names := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		names[i] = l.Name
	}
	global, top := frame(o.Title, names, "item")
	c.SetGlobalOptions(global...)
	numeric := make([]bool, len(o.Axes))
	axes := make([]any, len(o.Axes))
	for j, name := range o.Axes {
		numeric[j] = o.numeric(j)
		axes[j] = o.axis(j, name, numeric[j])
	}
	for _, l := range o.Lines {
		values := make([]any, len(o.Axes))
		for j := range values {
			values[j] = parallelValue(l.at(j), numeric[j])
		}
		c.AddSeries(label(l.Name), []opts.ParallelData{{Name: label(l.Name), Value: values}},
			charts.WithLineStyleOpts(opts.LineStyle{Width: 2.5, Opacity: opts.Float(0.85)}))
	}
	m := options(c.JSON())
	m["parallelAxis"] = axes
	m["parallel"] = map[string]any{"left": 60, "right": 70, "top": top + 26, "bottom": 20}
	return finish("parallel", o.Title, plainHeight, m, func(width int) string { return parallelText(o, width) })
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
