package profile

import (
	"fmt"
	"math"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// Display shows the comparison with small pictures, or as text.
func (c *Comparison) Display() display.Bundle { return display.HTML(c.html(), c.text()) }

// String is the comparison as a terminal of 80 columns shows it.
func (c *Comparison) String() string { return c.text() }

func (c *Comparison) title() string {
	return fmt.Sprintf("%s: %s × %s  |  %s: %s × %s", c.A.Name, rowsText(c.A.Rows), plural(c.A.Table.NumCols(), "column"),
		c.B.Name, rowsText(c.B.Rows), plural(c.B.Table.NumCols(), "column"))
}

// lines are what is said of the whole.
func (c *Comparison) lines() (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if len(c.Columns) > 0 {
		add("%s in both, %s in %s only, %s in %s only", rowsText(c.Both), count(c.RowsA), c.A.Name, count(c.RowsB), c.B.Name)
	}
	for _, side := range []struct {
		name   string
		fields []Field
	}{{c.A.Name, c.OnlyA}, {c.B.Name, c.OnlyB}} {
		if len(side.fields) > 0 {
			var names []string
			for _, f := range side.fields {
				names = append(names, f.Name+" ("+f.Type+")")
			}
			add("only %s has %s", side.name, list(names, 12))
		}
	}
	for _, d := range c.Columns {
		if d.TypeA != d.TypeB {
			add("%s is %s in %s and %s in %s", display.Shorten(display.Line(d.Name), 30), d.TypeA, c.A.Name, d.TypeB, c.B.Name)
		}
	}
	if c.Moved {
		add("the columns stand in another order")
	}
	var strong, slight []string
	for _, d := range c.Columns {
		switch x := d.moved(); {
		case x > psiStrong:
			strong = append(strong, d.Name)
		case x > psiSlight:
			slight = append(slight, d.Name)
		}
	}
	if len(strong) > 0 {
		add("another distribution (PSI > %g): %s", psiStrong, list(strong, 12))
	}
	if len(slight) > 0 {
		add("somewhat moved (PSI > %g): %s", psiSlight, list(slight, 12))
	}
	return lines
}

func definitions() string {
	return "PSI: Σ (b-a) ln(b/a) over A's deciles, or values, and the missing; below 0.1 the\n" +
		"same, above 0.25 another distribution. JS: Jensen-Shannon distance to base 2 over\n" +
		"the same bins, 0 to 1. KS: largest distance of the distribution functions."
}

func (c *Comparison) text() string {
	var b strings.Builder
	b.WriteString(strings.TrimRight(display.Wrap(c.title(), textWidth), "\n") + "\n")
	for _, l := range c.lines() {
		b.WriteString(strings.TrimRight(display.Wrap(l, textWidth), "\n") + "\n")
	}
	t := display.Table{Columns: []string{"column", "missing", "middle", "PSI", "JS", "KS", "A", "B"}, Limit: mostShown, Total: len(c.Columns),
		Empty: "no column is in both", Note: definitions()}
	for _, d := range c.Columns[:min(len(c.Columns), mostShown)] {
		a, z := d.sparks()
		t.Rows = append(t.Rows, []any{display.Shorten(display.Line(d.Name), 20), change(count(d.A.Missing), count(d.B.Missing)), d.middle(), figure(d.PSI), figure(d.JS), figure(d.KS), a, z})
	}
	b.WriteString("\n" + t.Text(textWidth))
	return b.String()
}

func figure(x *float64) any {
	if x == nil {
		return nil
	}
	return round(*x)
}

func change(a, b string) string {
	if a == b {
		return a
	}
	return a + " → " + b
}

// middle is the medians, or the commonest values, or the last times.
func (d Difference) middle() string {
	switch {
	case d.A.Numbers != nil && d.B.Numbers != nil:
		return change(display.Number(d.A.Numbers.Median), display.Number(d.B.Numbers.Median))
	case d.Kind == KindTime:
		return change(brief(d.A.Last), brief(d.B.Last))
	case d.Kind == KindCategory:
		return change(display.Shorten(d.commonest(func(s Shared) int64 { return s.A }), 12), display.Shorten(d.commonest(func(s Shared) int64 { return s.B }), 12))
	}
	return ""
}

func (d Difference) commonest(rows func(Shared) int64) (value string) {
	most := int64(0)
	for _, s := range d.Top {
		if rows(s) > most {
			value, most = display.Line(s.Value), rows(s)
		}
	}
	return value
}

// pairs are the bins, or the commonest values.
func (d Difference) pairs() []Shared {
	if d.Kind == KindCategory {
		return d.Top
	}
	return d.Bins
}

func (d Difference) sparks() (string, string) {
	var a, b []Bin
	for _, s := range d.pairs() {
		a, b = append(a, Bin{Count: s.A}), append(b, Bin{Count: s.B})
	}
	return spark(halved(a)), spark(halved(b))
}

func (c *Comparison) html() string {
	var b strings.Builder
	b.WriteString(htmlHead + display.Escape(c.title()) + `</div>`)
	for _, l := range c.lines() {
		b.WriteString(`<div>` + display.Escape(l) + `</div>`)
	}
	fmt.Fprintf(&b, `<div style="margin:4px 0"><span style="color:%s">■</span> %s <span style="color:%s">■</span> %s (shares of the rows)</div>`,
		ink, display.Escape(c.A.Name), other, display.Escape(c.B.Name))
	head(&b, 3, "column", "type", "values", "missing", "distinct", "mean", "median", "std", "PSI", "JS", "KS")
	for _, d := range c.Columns[:min(len(c.Columns), mostShown)] {
		c.row(&b, d)
	}
	b.WriteString(`</tbody></table></div>`)
	if more := len(c.Columns) - mostShown; more > 0 {
		fmt.Fprintf(&b, `<div style="opacity:.75;font-size:90%%">%s more columns</div>`, count(int64(more)))
	}
	b.WriteString(`<div style="opacity:.75;font-size:90%">` + display.Escape(definitions()) + `</div></div>`)
	return b.String()
}

func (c *Comparison) row(b *strings.Builder, d Difference) {
	b.WriteString(`<tr>`)
	left(b, nameHTML(d.Name))
	left(b, display.Escape(change(d.TypeA, d.TypeB)))
	left(b, d.picture(c.A.Rows, c.B.Rows)+d.changes(c.A.Name, c.B.Name))
	right(b, change(missingText(d.A.Missing, c.A.Rows), missingText(d.B.Missing, c.B.Rows)))
	right(b, change(count(d.A.Distinct), count(d.B.Distinct)))
	if d.A.Numbers != nil && d.B.Numbers != nil {
		x, y := d.A.Numbers, d.B.Numbers
		for _, pair := range [][2]float64{{x.Mean, y.Mean}, {x.Median, y.Median}, {x.Std, y.Std}} {
			right(b, change(display.Number(pair[0]), display.Number(pair[1])))
		}
	} else {
		right(b, "")
		right(b, d.middle())
		right(b, "")
	}
	for i, x := range []*float64{d.PSI, d.JS, d.KS} {
		switch {
		case x == nil:
			right(b, "")
		case i == 0 && *x > psiSlight:
			level := LevelWarning
			if *x > psiStrong {
				level = LevelLeak
			}
			fmt.Fprintf(b, `<td style="text-align:right;color:%s;font-weight:600">%s</td>`, marks[level], display.Number(round(*x)))
		default:
			right(b, display.Number(round(*x)))
		}
	}
	b.WriteString(`</tr>`)
}

// changes names the values that one side has not.
func (d Difference) changes(a, b string) (html string) {
	for _, side := range []struct {
		name   string
		values []Count
	}{{a, d.Lost}, {b, d.New}} {
		if len(side.values) > 0 {
			shown := Column{Top: side.values, Distinct: int64(len(side.values))}
			html += `<div style="opacity:.75">only ` + display.Escape(side.name) + `: ` + display.Escape(shown.commonest(5)) + `</div>`
		}
	}
	return html
}

// picture draws both tables' shares beside each other in each bin.
func (d Difference) picture(rowsA, rowsB int64) string {
	const height, bar = 32, 4
	pairs := d.pairs()
	if len(pairs) == 0 {
		return ""
	}
	most := 0.0
	for _, p := range pairs {
		most = max(most, float64(p.A)/float64(max(1, rowsA)), float64(p.B)/float64(max(1, rowsB)))
	}
	most = max(most, math.SmallestNonzeroFloat64)
	width := (2*bar + 2) * len(pairs)
	var s, titles strings.Builder
	s.WriteString(open(width, height, ""))
	for i, p := range pairs {
		for k, n := range []float64{float64(p.A) / float64(max(1, rowsA)), float64(p.B) / float64(max(1, rowsB))} {
			h := max(0.5, (height-1)*n/most)
			fmt.Fprintf(&s, `<rect x="%d" y="%.1f" width="%d" height="%.1f" fill="%s"/>`, i*(2*bar+2)+k*bar, height-h, bar, h, []string{ink, other}[k])
		}
		name := display.Shorten(display.Line(p.Value), 60)
		if d.Kind == KindNumber {
			name = display.Number(p.Low) + " to " + display.Number(p.High)
		}
		fmt.Fprintf(&titles, "%s: %s | %s\n", name, count(p.A), count(p.B))
	}
	s.WriteString(`</svg>`)
	return image(s.String(), "distributions of "+display.Line(d.Name), strings.TrimRight(titles.String(), "\n"), width, height)
}
