package profile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

const (
	mostFindings = 100 // in HTML
	mostTargets  = 200
)

// The classes keep a dollar sign in a value from being typeset as mathematics.
// Colours are the page's own but for pictures, so that light and dark both apply.
const htmlHead = `<div class="cellar-profile mathjax_ignore tex2jax_ignore" style="max-width:100%">` +
	`<div style="font-weight:600;margin:4px 0">`

// A long table scrolls in its own box, so that the page stays short.
const box = `<div style="max-width:100%;max-height:560px;overflow:auto">`

func (r *Report) html() string {
	var b strings.Builder
	b.WriteString(htmlHead + display.Escape(r.title()) + `</div>`)
	if r.Brief {
		r.columnsHTML(&b)
		b.WriteString(`</div>`)
		return b.String()
	}
	findingsHTML(&b, r.Findings)
	section(&b, "Columns", true, func() { r.columnsHTML(&b) })
	if t := r.Target; t != nil {
		section(&b, "Target "+t.Column, true, func() { b.WriteString(t.html()) })
	}
	if rel := r.Relations; rel != nil && len(rel.Nats.Columns) > 1 {
		section(&b, "Correlations", true, func() { rel.html(&b) })
	}
	b.WriteString(`</div>`)
	return b.String()
}

func section(b *strings.Builder, name string, open bool, body func()) {
	attribute := ""
	if open {
		attribute = " open"
	}
	b.WriteString(`<details` + attribute + ` style="margin:6px 0"><summary style="font-weight:600;cursor:pointer">` +
		display.Escape(display.Shorten(display.Line(name), 80)) + `</summary>`)
	body()
	b.WriteString(`</details>`)
}

// marks are the colours of levels, legible on white and on black.
var marks = map[string]string{LevelLeak: "#e5484d", LevelWarning: "#d97706", LevelNote: "#4a90d9"}

func findingsHTML(b *strings.Builder, all []Finding) {
	if len(all) == 0 {
		return
	}
	section(b, fmt.Sprintf("To look at (%d)", len(all)), true, func() {
		b.WriteString(`<div style="max-height:300px;overflow:auto">`)
		for _, f := range all[:min(len(all), mostFindings)] {
			name := ""
			if f.Column != "" {
				name = `<b title="` + display.Escape(f.Column) + `">` + display.Escape(display.Shorten(display.Line(f.Column), 60)) + `</b> `
			}
			fmt.Fprintf(b, `<div style="margin:2px 0"><span style="color:%s;font-weight:600">%s</span> %s%s</div>`,
				marks[f.Level], f.Level, name, display.Escape(f.Text))
		}
		if more := len(all) - mostFindings; more > 0 {
			fmt.Fprintf(b, `<div style="opacity:.75">and %d more</div>`, more)
		}
		b.WriteString(`</div>`)
	})
}

func head(b *strings.Builder, left int, names ...string) {
	b.WriteString(box + `<table><thead><tr>`)
	for i, n := range names {
		side := "right"
		if i < left || i == len(names)-1 {
			side = "left"
		}
		b.WriteString(`<th scope="col" style="text-align:` + side + `">` + n + `</th>`)
	}
	b.WriteString(`</tr></thead><tbody>`)
}

func left(b *strings.Builder, html string) {
	b.WriteString(`<td style="text-align:left">` + html + `</td>`)
}

func right(b *strings.Builder, text string) {
	b.WriteString(`<td style="text-align:right;white-space:nowrap">` + display.Escape(text) + `</td>`)
}

// nameHTML is a column's name, shortened, whole when pointed at.
func nameHTML(name string) string {
	return `<b title="` + display.Escape(name) + `">` + display.Escape(display.Shorten(display.Line(name), 40)) + `</b>`
}

func (r *Report) columnsHTML(b *strings.Builder) {
	head(b, 2, "column", "type", "missing", "distinct", "min", "mean", "median", "max", "std", "values")
	for _, c := range r.shown() {
		r.row(b, c)
	}
	b.WriteString(`</tbody></table></div>`)
	if more := len(r.Columns) - len(r.shown()); more > 0 {
		fmt.Fprintf(b, `<div style="opacity:.75;font-size:90%%">%s more columns</div>`, count(int64(more)))
	}
}

func missingText(n, rows int64) string {
	if n == 0 {
		return "0"
	}
	return count(n) + " (" + share(n, rows) + ")"
}

func (r *Report) row(b *strings.Builder, c Column) {
	b.WriteString(`<tr>`)
	left(b, nameHTML(c.Name))
	left(b, display.Escape(c.Type))
	right(b, missingText(c.Missing, r.Rows))
	right(b, count(c.Distinct))
	switch {
	case c.Numbers != nil:
		n := c.Numbers
		for _, x := range []float64{n.Min, n.Mean, n.Median, n.Max, n.Std} {
			right(b, display.Number(x))
		}
	case c.Times != nil:
		for _, s := range []string{brief(c.Times.First), "", "", brief(c.Times.Last), ""} {
			right(b, s)
		}
	default:
		b.WriteString(strings.Repeat(`<td></td>`, 5))
	}
	picture := c.picture()
	if len(c.Bins) == 0 {
		picture += ` <span style="vertical-align:middle">` + display.Escape(c.commonest(5)) + `</span>`
	}
	if !r.Brief {
		picture += c.details()
	}
	left(b, picture)
	b.WriteString(`</tr>`)
}

// details are the figures that the row has no room for.
func (c Column) details() string {
	facts := c.facts()
	if len(facts) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<details><summary style="cursor:pointer;opacity:.75">more</summary><table><tbody>`)
	for _, f := range facts {
		b.WriteString(`<tr><td style="text-align:left;opacity:.75">` + f[0] + `</td><td style="text-align:left">` + display.Escape(f[1]) + `</td></tr>`)
	}
	b.WriteString(`</tbody></table></details>`)
	return b.String()
}

func (c Column) facts() (facts [][2]string) {
	add := func(name, format string, args ...any) {
		facts = append(facts, [2]string{name, fmt.Sprintf(format, args...)})
	}
	num := display.Number
	if n := c.Numbers; n != nil {
		add("1 %, 5 %, 25 %", "%s, %s, %s", num(n.P1), num(n.P5), num(n.Q1))
		add("75 %, 95 %, 99 %", "%s, %s, %s", num(n.Q3), num(n.P95), num(n.P99))
		add("skewness, kurtosis", "%s, %s", num(n.Skewness), num(n.Kurtosis))
		add("outliers (Tukey)", "%s low, %s high", count(n.Low), count(n.High))
		add("zeros, negative", "%s, %s", count(n.Zeros), count(n.Negative))
		if n.Infinite > 0 {
			add("infinite", "%s", count(n.Infinite))
		}
	}
	if c.NaN > 0 {
		add("NaN, null", "%s, %s", count(c.NaN), count(c.Missing-c.NaN))
	}
	if t := c.Times; t != nil {
		add("first, last", "%s, %s", t.First, t.Last)
		add("typical gap", "%s", duration(t.Typical))
		if t.From != "" {
			add("longest gap", "%s, from %s to %s", duration(t.Longest), t.From, t.To)
		}
		add("wide gaps", "%s of more than twice the typical", count(t.Wide))
		add("rows in order", "%t", t.Ascending)
	}
	if l := c.Lengths; l != nil {
		add("length", "%d to %d, mean %s, median %s", l.Min, l.Max, num(l.Mean), num(l.Median))
		add("empty, padded", "%s, %s", count(l.Empty), count(l.Padded))
	}
	if len(c.Top) > 0 {
		add("commonest", "%s", c.commonest(topValues))
	}
	return facts
}

func (t *Target) html() string {
	var b strings.Builder
	b.WriteString(`<div>` + display.Escape(t.title()) + `</div>`)
	if t.Task == TaskClass {
		c := Column{Name: t.Column, Kind: KindCategory, Top: t.Classes}
		b.WriteString(c.picture())
	}
	table := t.table(mostTargets)
	table.Title = ""
	b.WriteString(box + table.HTML() + `</div>`)
	return b.String()
}

func (r *Relations) html(b *strings.Builder) {
	table := r.table(strongest)
	table.Title = ""
	b.WriteString(table.HTML())
	open := true
	for _, m := range []struct {
		name   string
		matrix Matrix
	}{
		{"Pearson: numbers, linear", r.Pearson},
		{"Spearman: numbers, by rank", r.Spearman},
		{"Cramér's V: categories, bias-corrected", r.CramersV},
		{"Normalized mutual information: all, numbers in 16 bins of equal frequency", r.Normalized},
	} {
		if len(m.matrix.Columns) < 2 {
			continue
		}
		section(b, m.name, open, func() { b.WriteString(m.matrix.picture(m.name)) })
		open = false
	}
}

// related is the n columns of m with the strongest relations, in m's order.
func (m Matrix) related(n int) Matrix {
	if len(m.Columns) <= n {
		return m
	}
	best := make([]float64, len(m.Columns))
	order := make([]int, len(m.Columns))
	for i := range order {
		order[i] = i
		for _, x := range m.Values[i] {
			best[i] = max(best[i], strength(x))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if best[a] > best[b] {
			return -1
		} else if best[a] < best[b] {
			return 1
		}
		return 0
	})
	order = order[:n]
	slices.Sort(order)
	small := Matrix{}
	for _, i := range order {
		small.Columns = append(small.Columns, m.Columns[i])
		var row []float64
		for _, j := range order {
			row = append(row, m.Values[i][j])
		}
		small.Values = append(small.Values, row)
	}
	return small
}

// strength is |x|, and 0 for NaN.
func strength(x float64) float64 {
	if x != x {
		return 0
	}
	return max(x, -x)
}
