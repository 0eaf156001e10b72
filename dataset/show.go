package dataset

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

const (
	textWidth  = 80
	mostShown  = 200 // columns of a very wide table
	sparkRunes = "▁▂▃▄▅▆▇█"
)

// Display shows one line a column, with a small histogram.
func (s *Summary) Display() display.Bundle {
	return display.HTML(s.html(), s.text())
}

// String is the profile as a terminal of 80 columns shows it.
func (s *Summary) String() string { return s.text() }

func (s *Summary) title() string {
	title := plural(int(s.Rows), "row") + " × " + plural(len(s.Columns), "column")
	if s.Name != "" {
		title = s.Name + ": " + title
	}
	switch {
	case s.Rows == 0:
	case s.Missing == 0:
		title += ", nothing missing"
	case s.Missing == 1:
		title += ", 1 value missing"
	default:
		title += fmt.Sprintf(", %d values missing", s.Missing)
	}
	return title
}

func (s *Summary) shown() []ColumnSummary { return s.Columns[:min(len(s.Columns), mostShown)] }

func (s *Summary) text() string {
	t := display.Table{Title: s.title(), Columns: []string{"column", "type", "missing", "distinct", "values"}, Total: len(s.Columns), Limit: mostShown}
	for _, c := range s.shown() {
		t.Rows = append(t.Rows, []any{c.Name, c.Type, c.Missing, c.Distinct, c.values()})
	}
	return t.Text(textWidth)
}

// values is a column's distribution in one line of text.
func (c ColumnSummary) values() string {
	var parts []string
	if len(c.Bins) > 0 {
		parts = append(parts, display.Pad(spark(c.Bins), mostBins, false))
	}
	switch {
	case c.Numbers != nil:
		n := c.Numbers
		parts = append(parts, fmt.Sprintf("%s … %s … %s", display.Number(n.Min), display.Number(n.Median), display.Number(n.Max)))
	case c.First != "":
		parts = append(parts, brief(c.First)+" … "+brief(c.Last))
	default:
		var tops []string
		for _, v := range c.Top {
			tops = append(tops, fmt.Sprintf("%s %d", display.Shorten(v.Value, 20), v.Count))
		}
		if int64(len(c.Top)) < c.Distinct {
			tops = append(tops, "…")
		}
		parts = append(parts, strings.Join(tops, ", "))
	}
	return strings.Join(parts, " ")
}

// brief is a time's day.
func brief(t string) string { return t[:min(len(t), len("2006-01-02"))] }

// spark draws bins with one block each; an empty bin is blank.
func spark(bins []Bin) string {
	most := int64(1)
	for _, b := range bins {
		most = max(most, b.Count)
	}
	blocks := []rune(sparkRunes)
	var s strings.Builder
	for _, b := range bins {
		if b.Count == 0 {
			s.WriteByte(' ')
			continue
		}
		s.WriteRune(blocks[int(math.Round(float64(b.Count)/float64(most)*float64(len(blocks)-1)))])
	}
	return s.String()
}

// The classes keep a dollar sign in a value from being typeset as mathematics.
const htmlHead = `<div class="cellar-profile mathjax_ignore tex2jax_ignore" style="max-width:100%;overflow-x:auto">` +
	`<div style="font-weight:600;margin:4px 0">`

func (s *Summary) html() string {
	var b strings.Builder
	b.WriteString(htmlHead + display.Escape(s.title()) + `</div><table><thead><tr>`)
	for _, h := range []string{"column", "type"} {
		b.WriteString(`<th scope="col" style="text-align:left">` + h + `</th>`)
	}
	for _, h := range []string{"missing", "distinct", "min", "mean", "median", "max", "std"} {
		b.WriteString(`<th scope="col" style="text-align:right">` + h + `</th>`)
	}
	b.WriteString(`<th scope="col" style="text-align:left">values</th></tr></thead><tbody>`)
	for _, c := range s.shown() {
		s.row(&b, c)
	}
	b.WriteString(`</tbody></table>`)
	if more := len(s.Columns) - len(s.shown()); more > 0 {
		fmt.Fprintf(&b, `<div style="opacity:.75;font-size:90%%">%d more columns</div>`, more)
	}
	b.WriteString(`</div>`)
	return b.String()
}

func (s *Summary) row(b *strings.Builder, c ColumnSummary) {
	left := func(v string) { b.WriteString(`<td style="text-align:left">` + v + `</td>`) }
	right := func(v string) { b.WriteString(`<td style="text-align:right">` + display.Escape(v) + `</td>`) }
	b.WriteString(`<tr>`)
	left(`<b>` + display.Escape(display.Line(c.Name)) + `</b>`)
	left(display.Escape(c.Type))
	if c.Missing == 0 {
		right("0")
	} else {
		right(fmt.Sprintf("%d (%.2g%%)", c.Missing, 100*float64(c.Missing)/float64(max(1, s.Rows))))
	}
	right(fmt.Sprint(c.Distinct))
	switch {
	case c.Numbers != nil:
		n := c.Numbers
		for _, x := range []float64{n.Min, n.Mean, n.Median, n.Max, n.Std} {
			right(display.Number(x))
		}
	case c.First != "":
		right(brief(c.First))
		right("")
		right("")
		right(brief(c.Last))
		right("")
	default:
		b.WriteString(strings.Repeat(`<td></td>`, 5))
	}
	left(bars(c) + tops(c))
	b.WriteString(`</tr>`)
}

// tops names the commonest values beside the bars of a category.
func tops(c ColumnSummary) string {
	if len(c.Bins) > 0 {
		return ""
	}
	return ` <span style="vertical-align:middle">` + display.Escape(display.Line(c.values())) + `</span>`
}

// ink is legible on white and on black: a picture does not see the page's theme.
const ink = "#4a90d9"

// bars is the histogram, or the counts of the commonest values, as a picture
// whose title has its figures. It is an image, since a notebook that is not
// trusted shows no SVG that stands in the markup itself.
func bars(c ColumnSummary) string {
	const height, step, bar = 24, 9, 8
	counts, titles := c.heights()
	if len(counts) == 0 {
		return ""
	}
	most := max(1, slices.Max(counts))
	width := step * len(counts)
	if len(c.Bins) > 0 {
		width = step * mostBins
	}
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" fill="%s">`, width, height, width, height, ink)
	for i, n := range counts {
		h := max(0.5, float64(height-1)*float64(n)/float64(most))
		fmt.Fprintf(&s, `<rect x="%d" y="%.1f" width="%d" height="%.1f"/>`, i*step, float64(height)-h, bar, h)
	}
	s.WriteString(`</svg>`)
	return fmt.Sprintf(`<img alt="%s" title="%s" width="%d" height="%d" style="vertical-align:middle" src="data:image/svg+xml;base64,%s">`,
		display.Escape("distribution of "+display.Line(c.Name)), display.Escape(strings.Join(titles, "\n")), width, height,
		base64.StdEncoding.EncodeToString([]byte(s.String())))
}

// heights are the counts that bars draws, and a line of text for each.
func (c ColumnSummary) heights() (counts []int64, titles []string) {
	for _, b := range c.Bins {
		title := fmt.Sprintf("%s to %s: %d", display.Number(b.Low), display.Number(b.High), b.Count)
		if c.Kind != KindNumber {
			title = fmt.Sprint(b.Count)
		}
		counts, titles = append(counts, b.Count), append(titles, title)
	}
	if len(c.Bins) > 0 {
		return counts, titles
	}
	for _, v := range c.Top {
		counts, titles = append(counts, v.Count), append(titles, fmt.Sprintf("%s: %d", display.Shorten(display.Line(v.Value), 60), v.Count))
	}
	return counts, titles
}
