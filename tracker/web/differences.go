package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker/compare"
)

type (
	// A codeDiff is how a group's cells differ from the baseline's.
	codeDiff struct {
		Title string
		Lines []diffLine
	}
	// A diffLine is one line; Way is add, take or "".
	diffLine struct{ Way, Text string }

	// A picture is a chart in a page.
	picture struct {
		Options       template.JS // JSON
		Least, Height int
	}
)

// pictureOf is a chart for the page; nil for one that has nothing to draw.
func pictureOf(c *chart.Chart) *picture {
	if c == nil || c.Options() == nil {
		return nil
	}
	least, height := c.Size()
	return &picture{template.JS(c.Options()), least, height} // JSON, with < written as \u003c
}

// repeats are the metrics of groups: mean, standard deviation and the difference
// to the baseline with its interval. None where no run was repeated.
func repeats(c *compare.Comparison) (rows []compareRow) {
	if !c.Repeated() {
		return nil
	}
	for _, m := range c.Metrics {
		row := compareRow{Name: m.Name}
		for g, s := range m.Groups {
			one := compareCell{None: s.N == 0, Best: m.IsBest(g)}
			if s.N > 0 {
				one.cell = numberCell(s.Mean)
				if s.N > 1 {
					one.Text += " ± " + display.Number(s.SD)
				}
			}
			if d := m.To(g); d != nil {
				one.Title = fmt.Sprintf("%+.4g", d.Diff)
				if d.Sure != nil {
					one.Title += fmt.Sprintf(" (95 %%: %+.3g to %+.3g)", d.Sure.Low, d.Sure.High)
				} else if d.Note != "" {
					one.Title += " (" + d.Note + ")"
				}
			} else {
				one.Title = ""
			}
			row.Cells = append(row.Cells, one)
		}
		rows = append(rows, row)
	}
	return rows
}

// diffMost is how many lines of code differences a group has room for.
const diffMost = 400

// differences says how data and code differ from the baseline's.
func (v *comparison) differences(c *compare.Comparison) {
	for _, g := range c.Groups {
		v.Groups = append(v.Groups, g.Name)
	}
	for _, d := range c.Data {
		v.Said = append(v.Said, c.Groups[d.Group].Name+" read "+d.String())
	}
	for _, d := range c.Code {
		text := d.Text()
		if text == "" {
			continue
		}
		one := codeDiff{Title: c.Groups[d.Group].Name + ": " + d.String()}
		for line := range strings.SplitSeq(text, "\n") {
			way := ""
			switch {
			case strings.HasPrefix(line, "+"):
				way = "add"
			case strings.HasPrefix(line, "-"):
				way = "take"
			}
			one.Lines = append(one.Lines, diffLine{way, line})
			if len(one.Lines) == diffMost {
				one.Lines = append(one.Lines, diffLine{"", "…"})
				break
			}
		}
		v.Diffs = append(v.Diffs, one)
	}
}

// draw makes the charts of a metric against the parameters that differ.
func (v *comparison) draw(c *compare.Comparison) {
	if v.Metric == "" {
		return
	}
	v.Parallel = pictureOf(c.ParallelChart(v.Metric))
	for _, name := range c.ParamNames() {
		if s, err := c.ScatterChart(name, v.Metric); err == nil { // others are no numbers
			v.Numbers = append(v.Numbers, name)
			if name == v.Against || v.Against == "" {
				v.Against, v.Scattered = name, pictureOf(s)
			}
		}
	}
	if len(c.Groups) < 3 || !slices.Contains(v.Numbers, v.Against) {
		v.Scattered = nil
	}
}
