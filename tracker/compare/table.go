package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// Table has a row for each parameter that differs, then one for each metric,
// with a star at the best value. A validation metric that says the same as the
// model's own is left out.
func (c *Comparison) Table() display.Table {
	t := display.Table{Columns: append([]string{""}, c.Labels()...), Limit: -1}
	for _, p := range c.Params {
		row := []any{p.Name}
		for _, v := range p.Values {
			row = append(row, text(v))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, m := range c.Metrics {
		if name, ok := strings.CutPrefix(m.Name, "validation/"); ok && c.Has("model/"+name) {
			continue
		}
		row := []any{m.Name}
		for i, v := range m.Values {
			s := ""
			if m.Has[i] {
				s = strconv.FormatFloat(v, 'g', 4, 64)
			}
			if m.IsBest(i) {
				s += " *"
			}
			row = append(row, s)
		}
		t.Rows = append(t.Rows, row)
	}
	var equal []string
	for _, p := range c.Equal {
		equal = append(equal, p.Name+" "+text(p.Values[0]))
	}
	t.Note = "* best"
	if len(equal) > 0 {
		t.Note += "; equal in all: " + strings.Join(equal, ", ")
	}
	return t
}

// Display implements display.Displayer.
func (c *Comparison) Display() display.Bundle { return c.Table().Display() }

// Labels names the runs so that no two are alike.
func (c *Comparison) Labels() []string {
	count := map[string]int{}
	for _, r := range c.Runs {
		count[r.Name]++
	}
	var labels []string
	for _, r := range c.Runs {
		if count[r.Name] > 1 {
			labels = append(labels, r.Name+" "+r.ID[:min(8, len(r.ID))])
			continue
		}
		labels = append(labels, r.Name)
	}
	return labels
}

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
	return fmt.Sprint(v)
}
