package compare

import (
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// fits reports whether a table's cells stand whole in the width.
func fits(t display.Table, width int) bool {
	return columnsWidth(t) <= width
}

func columnsWidth(t display.Table) int {
	total := -2
	for j := range t.Columns {
		total += 2 + columnWidth(t, j)
	}
	return total
}

func columnWidth(t display.Table, j int) int {
	w := display.Width(t.Columns[j])
	for _, row := range t.Rows {
		if j < len(row) {
			w = max(w, display.Width(fmt.Sprint(row[j])))
		}
	}
	return w
}

// split puts columns that do not fit into further tables, the first of them in
// each.
func split(t display.Table, width int) []display.Table {
	var out []display.Table
	part := func(columns []int) display.Table {
		p := t
		p.Columns, p.Rows = nil, make([][]any, len(t.Rows))
		for _, j := range append([]int{0}, columns...) {
			p.Columns = append(p.Columns, t.Columns[j])
			for i, row := range t.Rows {
				p.Rows[i] = append(p.Rows[i], row[j])
			}
		}
		if len(out) > 0 {
			p.Title += ", continued"
		}
		return p
	}
	var columns []int
	used := columnWidth(t, 0)
	for j := 1; j < len(t.Columns); j++ {
		w := 2 + columnWidth(t, j)
		if used+w > width && len(columns) > 0 {
			out = append(out, part(columns))
			columns, used = nil, columnWidth(t, 0)
		}
		columns, used = append(columns, j), used+w
	}
	out = append(out, part(columns))
	for i := range out[:len(out)-1] {
		out[i].Note = ""
	}
	return out
}

// text is a parameter's value.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case float64:
		return display.Number(v)
	case []any:
		var list []string
		for _, e := range v {
			list = append(list, text(e))
		}
		return strings.Join(list, ",")
	}
	return display.Line(fmt.Sprint(v))
}
