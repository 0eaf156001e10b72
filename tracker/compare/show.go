package compare

import (
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// diffLines is how many lines of code differences are shown without View.All.
const diffLines = 40

// Display implements display.Displayer: the tables.
func (c *Comparison) Display() display.Bundle { return together(c.Tables(View{}), 80) }

// together is tables as one bundle.
func together(list []display.Table, width int) display.Bundle {
	var html, text []string
	for _, t := range list {
		html, text = append(html, t.HTML()), append(text, t.Text(width))
	}
	return display.HTML(strings.Join(html, "\n"), strings.Join(text, "\n\n"))
}

// Show is all that is known without a chart: the tables, the difference of data
// and code, and why.
func (c *Comparison) Show(v View) []display.Bundle {
	out := []display.Bundle{together(c.Tables(v), v.width())}
	if s := c.sentences(); len(s.Rows) > 0 {
		out = append(out, sentences(s, v.width()))
	}
	if b, ok := c.codeBundle(v); ok {
		out = append(out, b)
	}
	if c.Why != nil {
		out = append(out, c.whyBundle(v))
	}
	for _, b := range out[1:] { // apart from what stands above
		b.Data[display.MIMEText] = "\n" + b.Data[display.MIMEText].(string)
	}
	return out
}

// sentences are the differences of data and code, one a row.
func (c *Comparison) sentences() display.Table {
	t := display.Table{Title: "data and code against " + c.Groups[c.Baseline].Name, Columns: []string{"run", "", "difference"}}
	for _, d := range c.Data {
		t.Rows = append(t.Rows, []any{c.Groups[d.Group].Name, "data", d.String()})
	}
	for _, d := range c.Code {
		t.Rows = append(t.Rows, []any{c.Groups[d.Group].Name, "code", d.String()})
	}
	return t
}

// sentences is a table whose last column is long: as text it is broken into
// lines below the others.
func sentences(t display.Table, width int) display.Bundle {
	lines := []string{display.Shorten(display.Line(t.Title), width)}
	limit := len(t.Rows)
	if t.Limit == 0 {
		limit = min(limit, display.TableRows)
	}
	for _, row := range t.Rows[:limit] {
		var words []string
		for _, v := range row {
			if s := display.Line(fmt.Sprint(v)); s != "" {
				words = append(words, s)
			}
		}
		lines = append(lines, indented(strings.Join(words, " "), width))
	}
	if more := len(t.Rows) - limit; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	if t.Note != "" {
		lines = append(lines, display.Wrap(t.Note, width))
	}
	return display.HTML(broken(t).HTML(), strings.Join(lines, "\n"))
}

// broken is a table whose last column is broken into rows, for a cell shows 200
// letters.
func broken(t display.Table) display.Table {
	rows := t.Rows
	t.Rows = nil
	for _, row := range rows {
		for i, line := range strings.Split(display.Wrap(fmt.Sprint(row[len(row)-1]), 160), "\n") {
			r := make([]any, len(row))
			if i == 0 {
				copy(r, row)
			}
			r[len(row)-1] = line
			t.Rows = append(t.Rows, r)
		}
	}
	return t
}

// indented breaks a sentence into lines, all but the first two columns in.
func indented(s string, width int) string {
	lines := strings.Split(display.Wrap(s, width-2), "\n")
	for i, line := range lines {
		lines[i] = display.Shorten(line, width-2)
	}
	return strings.Join(lines, "\n  ")
}

// codeBundle is the unified diffs: of two groups, or with All of every group.
func (c *Comparison) codeBundle(v View) (display.Bundle, bool) {
	if len(c.Groups) > 2 && !v.All {
		return display.Bundle{}, false
	}
	var lines []string
	for _, d := range c.Code {
		if text := d.Text(); text != "" {
			if len(c.Groups) > 2 {
				lines = append(lines, "# "+c.Groups[d.Group].Name)
			}
			lines = append(lines, strings.Split(text, "\n")...)
		}
	}
	if len(lines) == 0 {
		return display.Bundle{}, false
	}
	more := ""
	if !v.All && len(lines) > diffLines {
		more = fmt.Sprintf("\n%d more lines; --all shows them", len(lines)-diffLines)
		lines = lines[:diffLines]
	}
	fence := "```"
	for strings.Contains(strings.Join(lines, "\n"), fence) {
		fence += "`"
	}
	whole := strings.Join(lines, "\n")
	for i, line := range lines {
		lines[i] = display.Shorten(display.Line(line), v.width())
	}
	b := display.Text(strings.Join(lines, "\n") + more)
	b.Data[display.MIMEMarkdown] = fence + "diff\n" + whole + "\n" + fence + "\n" + more
	return b, true
}

// whyBundle is the gaps and what they go with.
func (c *Comparison) whyBundle(v View) display.Bundle {
	gaps, noise, facets := c.Why.Lines(c)
	t := display.Table{Title: "why " + c.Why.Metric + " differs", Columns: []string{"", ""}, Limit: -1,
		Note: fmt.Sprintf("Looked at %s of the same experiment, kind and datasets. What goes together need not be its cause.", counted(c.Why.Runs, "finished run"))}
	if c.Why.Left > 0 {
		t.Note += fmt.Sprintf(" %d older ones were not looked at.", c.Why.Left)
	}
	for _, s := range gaps {
		t.Rows = append(t.Rows, []any{"gap", s})
	}
	if noise != "" {
		t.Rows = append(t.Rows, []any{"noise", noise})
	}
	if len(facets) == 0 && len(c.Groups) > 1 {
		facets = []string{"nothing that was recorded differs"}
	}
	for i, s := range facets {
		t.Rows = append(t.Rows, []any{fmt.Sprintf("%d.", i+1), s})
	}
	return sentences(t, v.width())
}
