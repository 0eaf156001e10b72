package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// LineOptions says what a line chart shows.
type LineOptions struct {
	Title, XLabel, YLabel string
	Series                []Series
	LogY                  bool // a logarithmic y axis; ignored where a value is not above 0
}

// Line draws metrics over steps, or any values over numbers.
func Line(o LineOptions) *Chart {
	if !hasData(o.Series) {
		return blank("line", o.Title)
	}
	c := charts.NewLine()
	names := make([]string, len(o.Series))
	for i, s := range o.Series {
		names[i] = s.Name
	}
	global, top := frame(o.Title, names, "axis")
	c.SetGlobalOptions(global...)
	for _, s := range o.Series {
		pts := thin(s.points(), maxPoints)
		data := make([]opts.LineData, len(pts))
		for i, p := range pts {
			data[i] = opts.LineData{Value: []any{tidy(p.x), plotValue(p.y)}}
		}
		kind := "solid"
		if s.Dashed {
			kind = "dashed"
		}
		style := opts.LineStyle{Width: 2, Type: kind}
		if s.Faint {
			style.Width, style.Opacity = 1, opts.Float(0.3)
		}
		c.AddSeries(label(s.Name), data,
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(len(pts) <= 30 && !s.Faint)}),
			charts.WithLineStyleOpts(style))
	}
	m := options(c.JSON())
	x, y := first(m, "xAxis"), first(m, "yAxis")
	quietFaint(m, o.Series)
	x["type"], x["min"], x["max"] = "value", "dataMin", "dataMax"
	if integers(o.Series) {
		x["minInterval"] = 1
		x["axisPointer"] = map[string]any{"label": map[string]any{"precision": 0}}
	}
	y["type"], y["scale"] = "value", true
	if o.LogY && positive(o.Series) {
		y["type"] = "log"
	}
	nameAxis(x, o.XLabel, 26)
	nameAxis(y, o.YLabel, 48)
	box := grid(top, bottom(o.XLabel))
	if o.YLabel != "" {
		box["left"] = 42
	}
	m["grid"] = box
	return finish("line", o.Title, plainHeight, m, func(width int) string { return lineText(o, width) })
}

// quietFaint keeps faint lines out of the tooltip, which has the line before them.
func quietFaint(m map[string]any, all []Series) {
	list, _ := m["series"].([]any)
	for i, s := range all {
		if one, ok := list[i].(map[string]any); ok && s.Faint {
			one["silent"], one["tooltip"], one["z"] = true, map[string]any{"show": false}, 1
		}
	}
}

// plain are the lines that the text has.
func plain(all []Series) []Series {
	named := map[string]bool{}
	for _, s := range all {
		named[s.Name] = named[s.Name] || !s.Faint
	}
	return slices.DeleteFunc(slices.Clone(all), func(s Series) bool { return s.Faint && named[s.Name] })
}

func integers(all []Series) bool {
	for _, s := range all {
		for _, p := range s.points() {
			if p.x != math.Trunc(p.x) {
				return false
			}
		}
	}
	return true
}

func positive(all []Series) bool {
	for _, s := range all {
		for _, p := range s.points() {
			if p.y <= 0 {
				return false
			}
		}
	}
	return true
}

// lineText is a spark line for each series, with its ends and its extremes.
func lineText(o LineOptions, width int) string {
	o.Series = plain(o.Series)
	names := 0
	for _, s := range o.Series {
		names = max(names, min(display.Width(noted(s)), 24))
	}
	var b strings.Builder
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range o.Series {
		pts := s.points()
		if len(pts) > 0 {
			low, high = min(low, pts[0].x), max(high, pts[len(pts)-1].x)
		}
		name := display.Pad(display.ShortenMiddle(noted(s), 24), names, false)
		facts := summary(pts)
		room := min(40, max(8, width-names-display.Width(facts)-4))
		line := strings.TrimSpace(fmt.Sprintf("%s  %s  %s", name, display.Pad(spark(pts, room), min(room, sparkWidth(o.Series, room)), false), facts))
		b.WriteString(display.Shorten(line, width) + "\n")
	}
	axis := o.XLabel
	if axis == "" {
		axis = "x"
	}
	fmt.Fprintf(&b, "%s %s … %s", display.Line(axis), display.Number(low), display.Number(high))
	return b.String()
}

func noted(s Series) string { return strings.TrimSpace(label(s.Name) + " " + display.Line(s.Note)) }

// sparkWidth is how many columns the longest spark line takes.
func sparkWidth(all []Series, room int) int {
	w := 0
	for _, s := range all {
		w = max(w, min(len(s.points()), room))
	}
	return w
}

func summary(pts []point) string {
	var ys []float64
	for _, p := range pts {
		if finite(p.y) {
			ys = append(ys, p.y)
		}
	}
	if len(ys) == 0 {
		return "no values"
	}
	low, high := ys[0], ys[0]
	for _, y := range ys {
		low, high = min(low, y), max(high, y)
	}
	n := display.Number
	return fmt.Sprintf("%s → %s  (%s … %s)", n(ys[0]), n(ys[len(ys)-1]), n(low), n(high))
}
