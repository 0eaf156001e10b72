package profile

import (
	"fmt"
	"math"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

const (
	textWidth  = 80
	mostShown  = 200 // columns of a very wide table
	textPairs  = 10
	textTarget = 20
	textFinds  = 30
	sparkRunes = "▁▂▃▄▅▆▇█"
)

// Display shows the report with small pictures, or as text.
func (r *Report) Display() display.Bundle {
	if r.Compared != nil {
		return r.Compared.Display()
	}
	return display.HTML(r.html(), r.text())
}

// String is the report as a terminal of 80 columns shows it.
func (r *Report) String() string { return r.text() }

func (r *Report) title() string {
	title := rowsText(r.Rows) + " × " + plural(int64(len(r.Columns)), "column")
	if r.Name != "" {
		title = r.Name + ": " + title
	}
	switch {
	case r.Rows == 0:
	case r.Missing == 0:
		title += ", nothing missing"
	default:
		title += ", " + plural(r.Missing, "value") + " missing"
	}
	if r.Repeated > 0 {
		title += ", " + plural(r.Repeated, "duplicate row")
	}
	return title
}

func (r *Report) shown() []Column { return r.Columns[:min(len(r.Columns), mostShown)] }

func (r *Report) text() string {
	parts := []string{r.columnsText()}
	if len(r.Findings) > 0 {
		parts = append(parts, findingsText(r.Findings))
	}
	if r.Target != nil {
		table := r.Target.table(textTarget)
		table.Title = ""
		parts = append(parts, strings.TrimRight(display.Wrap(r.Target.title(), textWidth), "\n")+"\n"+table.Text(textWidth))
	}
	if r.Relations != nil && len(r.Relations.Strongest) > 0 {
		parts = append(parts, r.Relations.table(textPairs).Text(textWidth))
	}
	for i, p := range parts {
		parts[i] = strings.TrimRight(p, "\n")
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (r *Report) columnsText() string {
	t := display.Table{Title: r.title(), Columns: []string{"column", "type", "missing", "distinct", "values"}, Total: len(r.Columns), Limit: mostShown, Empty: "no columns"}
	for _, c := range r.shown() {
		t.Rows = append(t.Rows, []any{c.Name, c.Type, c.Missing, c.Distinct, c.values()})
	}
	return t.Text(textWidth)
}

// findingsText has a line, or two, for each finding.
func findingsText(all []Finding) string {
	lines := []string{"To look at"}
	for _, f := range all[:min(len(all), textFinds)] {
		line := f.Text
		if f.Column != "" {
			line = display.Shorten(display.Line(f.Column), 30) + " " + line
		}
		wrapped := strings.Split(strings.TrimRight(display.Wrap(line, textWidth-10), "\n"), "\n")
		lines = append(lines, display.Pad(f.Level, 10, false)+strings.Join(wrapped, "\n"+strings.Repeat(" ", 10)))
	}
	if more := len(all) - textFinds; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// values is a column's distribution in one line of text.
func (c Column) values() string {
	var parts []string
	if len(c.Bins) > 0 {
		parts = append(parts, display.Pad(spark(halved(c.Bins)), mostBins/2, false))
	}
	switch {
	case c.Numbers != nil:
		n := c.Numbers
		parts = append(parts, fmt.Sprintf("%s … %s … %s", display.Number(n.Min), display.Number(n.Median), display.Number(n.Max)))
	case c.Times != nil:
		parts = append(parts, brief(c.Times.First)+" … "+brief(c.Times.Last))
	default:
		parts = append(parts, c.commonest(5))
	}
	return strings.Join(parts, " ")
}

func (c Column) commonest(n int) string {
	var tops []string
	for _, v := range c.Top[:min(n, len(c.Top))] {
		tops = append(tops, fmt.Sprintf("%s %s", display.Shorten(display.Line(v.Value), 20), count(v.Count)))
	}
	if int64(len(tops)) < c.Distinct {
		tops = append(tops, "…")
	}
	return strings.Join(tops, ", ")
}

// halved puts two bins of twenty together.
func halved(bins []Bin) []Bin {
	if len(bins) <= mostBins/2 {
		return bins
	}
	var half []Bin
	for i := 0; i < len(bins); i += 2 {
		b := bins[i]
		if i+1 < len(bins) {
			b.High, b.Count = bins[i+1].High, b.Count+bins[i+1].Count
		}
		half = append(half, b)
	}
	return half
}

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

// title says what the target is.
func (t *Target) title() string {
	s := fmt.Sprintf("Target %s: %s with a value", display.Shorten(display.Line(t.Column), 30), rowsText(t.Rows))
	if t.Task != TaskClass {
		return s
	}
	var classes []string
	for _, c := range t.Classes[:min(6, len(t.Classes))] {
		classes = append(classes, fmt.Sprintf("%s %s (%s)", quote(c.Value), count(c.Count), share(c.Count, t.Rows)))
	}
	if more := t.Distinct - int64(len(classes)); more > 0 {
		classes = append(classes, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%s; %s: %s; balance %s", s, classesText(t.Distinct), strings.Join(classes, ", "), display.Number(round(t.Balance)))
}

func (t *Target) table(limit int) display.Table {
	out := display.Table{Title: t.title(), Limit: limit, Empty: "no other columns",
		Columns: []string{"column", "alone", "information"},
		Note:    "alone: share of the error that goes away when this column alone predicts, cross-validated; information: normalized mutual information"}
	extra := []struct {
		name  string
		value func(Relation) float64
	}{
		{"Pearson", func(r Relation) float64 { return r.Pearson }},
		{"Spearman", func(r Relation) float64 { return r.Spearman }},
		{"Cramér's V", func(r Relation) float64 { return r.CramersV }},
		{"eta", func(r Relation) float64 { return r.Eta }},
		{"AUC", func(r Relation) float64 { return r.AUC }},
	}
	for _, r := range t.Relations {
		out.Rows = append(out.Rows, []any{r.Column, measure(r.Alone), measure(r.Normalized)})
	}
	for _, e := range extra {
		used := false
		for _, r := range t.Relations {
			used = used || !math.IsNaN(e.value(r))
		}
		if !used {
			continue
		}
		out.Columns = append(out.Columns, e.name)
		for i, r := range t.Relations {
			out.Rows[i] = append(out.Rows[i], measure(e.value(r)))
		}
	}
	return out
}

func (r *Relations) table(limit int) display.Table {
	out := display.Table{Title: "Strongest pairs", Limit: limit, Note: r.note(),
		Columns: []string{"column", "and", "Pearson", "Spearman", "Cramér's V", "information"}}
	for _, p := range r.Strongest {
		out.Rows = append(out.Rows, []any{display.Shorten(display.Line(p.A), 24), display.Shorten(display.Line(p.B), 24),
			measure(p.Pearson), measure(p.Spearman), measure(p.CramersV), measure(p.Normalized)})
	}
	return out
}

func (r *Relations) note() string {
	var notes []string
	if r.Sampled {
		notes = append(notes, fmt.Sprintf("measured on a sample of %s", rowsText(r.Rows)))
	}
	if n := len(r.LeftOut); n > 0 {
		notes = append(notes, fmt.Sprintf("not compared, beyond %d columns: %s", mostRelated, list(r.LeftOut, 4)))
	}
	return strings.Join(notes, "; ")
}
