package schema

import (
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

const textWidth = 80

// Display shows what failed, with rows and values, and in brief what did not.
func (r *Result) Display() display.Bundle { return display.HTML(r.html(), r.String()) }

func (r *Result) title() string {
	var parts []string
	if r.Dataset != "" {
		parts = append(parts, r.Dataset)
	}
	if r.Schema != "" {
		parts = append(parts, r.Schema)
	}
	head := strings.Join(parts, ", ")
	if head != "" {
		head += ": "
	}
	head += plural(r.Rows, "row") + ", " + plural(int64(len(r.Outcomes)+r.left), "expectation") + ", "
	var failed []string
	for _, l := range Levels() {
		if n := len(r.Failed(l)); n > 0 {
			failed = append(failed, fmt.Sprintf("%d at level %s", n, l))
		}
	}
	if failed == nil {
		return head + "all met"
	}
	return head + strings.Join(failed, ", ") + " not met"
}

// String is the result as a terminal of 80 columns shows it.
func (r *Result) String() string {
	var b strings.Builder
	b.WriteString(strings.Join(wrap(r.title(), textWidth), "\n  ") + "\n")
	for _, l := range Levels() {
		for _, o := range r.Failed(l) {
			o.write(&b)
		}
	}
	met := r.met()
	if len(met) > 0 {
		b.WriteString("met:\n")
		for _, m := range met {
			lines := wrap(display.Line(m[0]+": "+m[1]), textWidth-2)
			b.WriteString("  " + strings.Join(lines, "\n    ") + "\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// mostMet bounds the columns of a wide table that are listed as met.
const mostMet = 60

// met is each column with expectations that are met, and these.
func (r *Result) met() [][2]string {
	var order []string
	byColumn := map[string][]string{}
	for _, o := range r.Outcomes {
		if o.Failed {
			continue
		}
		if byColumn[o.Column] == nil {
			order = append(order, o.Column)
		}
		what := o.Kind + " " + o.Want
		if o.Got != "" {
			what += " (" + o.Got + ")"
		}
		byColumn[o.Column] = append(byColumn[o.Column], what)
	}
	var lines [][2]string
	for i, c := range order {
		if i == mostMet {
			lines = append(lines, [2]string{"…", fmt.Sprintf("and %d more columns", len(order)-i)})
			break
		}
		name := c
		if c == "" {
			name = "(table)"
		}
		lines = append(lines, [2]string{name, strings.Join(byColumn[c], ", ")})
	}
	return lines
}

// write is a failed outcome: what was expected, what was found, then a row a line.
func (o Outcome) write(b *strings.Builder) {
	what := o.Kind + " " + o.Want
	if o.Column != "" {
		what = o.Column + ": " + what
	}
	lines := wrap(display.Line(what)+": "+display.Line(o.brief()), textWidth-8)
	b.WriteString(display.Pad(string(o.Level), 8, false) + strings.Join(lines, "\n          ") + "\n")
	for _, e := range o.Examples {
		b.WriteString("          " + display.Shorten(display.Line(e.String()), textWidth-10) + "\n")
	}
	if more := o.Count - int64(len(o.Examples)); more > 0 && len(o.Examples) > 0 {
		b.WriteString("          and " + grouped(more) + " more\n")
	}
}

// brief is what was found, without the rows.
func (o Outcome) brief() string {
	o.Examples = nil
	if o.Count > 0 && o.Kind == "missing" && o.Got != "" {
		o.Count = 0 // the share says it
	}
	return o.found()
}

// wrap breaks text at spaces into lines of at most width, the later ones less 2
// for their indent.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		limit := width
		if len(lines) > 0 {
			limit -= 2
		}
		switch {
		case line == "":
			line = w
		case display.Width(line)+1+display.Width(w) > limit:
			lines = append(lines, line)
			line = w
		default:
			line += " " + w
		}
	}
	lines = append(lines, line)
	for i, l := range lines {
		limit := width
		if i > 0 {
			limit -= 2
		}
		lines[i] = display.Shorten(l, limit)
	}
	return lines
}

// inks are legible on white and on black.
var inks = map[Level]string{Error: "#d9534f", Warning: "#c78a00", Info: "#4a90d9"}

func (r *Result) html() string {
	var b strings.Builder
	b.WriteString(`<div class="cellar-validation mathjax_ignore tex2jax_ignore" style="max-width:100%;overflow-x:auto">`)
	b.WriteString(`<div style="font-weight:600;margin:4px 0">` + display.Escape(r.title()) + `</div>`)
	failed := 0
	for _, l := range Levels() {
		for _, o := range r.Failed(l) {
			if failed++; failed == 1 {
				b.WriteString(`<table><thead><tr>`)
				for _, h := range []string{"level", "column", "expected", "found", "rows"} {
					b.WriteString(`<th scope="col" style="text-align:left">` + h + `</th>`)
				}
				b.WriteString(`</tr></thead><tbody>`)
			}
			o.row(&b)
		}
	}
	if failed > 0 {
		b.WriteString(`</tbody></table>`)
	}
	if met := r.met(); len(met) > 0 {
		open := ""
		if failed == 0 {
			open = " open"
		}
		fmt.Fprintf(&b, `<details%s><summary>%s met</summary><table><tbody>`, open, plural(int64(len(r.Outcomes)-failed), "expectation"))
		for _, m := range met {
			b.WriteString(`<tr><td style="text-align:left;vertical-align:top"><b>` + display.Escape(display.Line(m[0])) + `</b></td><td style="text-align:left">` + display.Escape(display.Line(m[1])) + `</td></tr>`)
		}
		b.WriteString(`</tbody></table></details>`)
	}
	b.WriteString(`</div>`)
	return b.String()
}

func (o Outcome) row(b *strings.Builder) {
	cell := func(html string) {
		b.WriteString(`<td style="text-align:left;vertical-align:top">` + html + `</td>`)
	}
	text := func(s string) string { return display.Escape(display.Line(s)) }
	b.WriteString(`<tr>`)
	cell(`<b style="color:` + inks[o.Level] + `">` + string(o.Level) + `</b>`)
	cell(`<b>` + text(o.Column) + `</b>`)
	cell(text(o.Kind + " " + o.Want))
	cell(text(o.brief()))
	var rows []string
	for _, e := range o.Examples {
		rows = append(rows, text(e.String()))
	}
	if more := o.Count - int64(len(o.Examples)); more > 0 && len(rows) > 0 {
		rows = append(rows, "and "+grouped(more)+" more")
	}
	cell(strings.Join(rows, "<br>"))
	b.WriteString(`</tr>`)
}
