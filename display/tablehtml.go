package display

import (
	"html"
	"strings"
)

// noMath keeps JupyterLab from typesetting what stands between two dollar signs.
const noMath = "mathjax_ignore tex2jax_ignore"

// HTML is the table in the look of the page it stands in: it names no colours,
// so JupyterLab's light and dark themes both apply. Numbers stand right.
func (t Table) HTML() string {
	var b strings.Builder
	b.WriteString(`<div class="cellar-table ` + noMath + `" style="max-width:100%;overflow-x:auto">`)
	if t.Title != "" {
		b.WriteString(`<div style="font-weight:600;margin:4px 0">` + Escape(t.Title) + `</div>`)
	}
	rows, hidden := t.shown(), 0
	if len(t.Columns) == 0 || len(rows) == 0 {
		b.WriteString(`<div style="font-style:italic;opacity:.75">` + Escape(t.empty()) + `</div>`)
	} else {
		cols := t.columns(rows)
		if hidden = len(cols) - htmlFields; hidden > 0 {
			cols = append(cols[:htmlFields-1:htmlFields-1], cols[len(cols)-1])
		}
		writeTable(&b, cols, len(rows))
	}
	for _, n := range t.notes(max(0, hidden)) {
		b.WriteString(`<div style="opacity:.75;font-size:90%;margin:2px 0">` + Escape(n) + `</div>`)
	}
	b.WriteString(`</div>`)
	return b.String()
}

func writeTable(b *strings.Builder, cols []column, rows int) {
	b.WriteString("<table><thead><tr>")
	for _, c := range cols {
		kind := ""
		if c.kind != "" {
			kind = `<br><span style="font-weight:normal;opacity:.75">` + Escape(c.kind) + `</span>`
		}
		b.WriteString(`<th scope="col" style="` + align(c) + `">` + Escape(c.name) + kind + `</th>`)
	}
	b.WriteString("</tr></thead><tbody>")
	for i := range rows {
		b.WriteString("<tr>")
		for _, c := range cols {
			b.WriteString(`<td style="` + align(c) + `">` + Escape(c.cells[i]) + `</td>`)
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table>")
}

func align(c column) string {
	if c.right {
		return "text-align:right"
	}
	return "text-align:left"
}

// Escape makes s text inside HTML, also inside a quoted attribute.
func Escape(s string) string { return html.EscapeString(s) }
