package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// Table has a row for each parameter that differs, then one for each metric,
// with a star at the best value. Metrics that say the same as another are left
// out: a validation metric where there is the model's own, the log loss of a
// model where there is its loss.
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
		name, ok := strings.CutPrefix(m.Name, "validation/")
		if ok && c.Has("model/"+name) || m.Name == "model/log_loss" && c.Has("model/loss") {
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
