package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// A DataDiff is how what a group read of one dataset differs from what the
// baseline read. From or To is "" where only one of them read it.
type DataDiff struct {
	Group    int      `json:"group"`
	Name     string   `json:"name"`
	From     string   `json:"from"` // wine@v1
	To       string   `json:"to"`
	RowsFrom int64    `json:"rows_from"`
	RowsTo   int64    `json:"rows_to"`
	Added    []string `json:"added,omitempty"`   // columns
	Removed  []string `json:"removed,omitempty"` // columns
	Changed  []string `json:"changed,omitempty"` // columns whose content differs
	Retyped  []string `json:"retyped,omitempty"` // of the changed, with their types
	Same     int      `json:"same"`              // columns that do not
}

func dataDiffs(group int, a, b Subject) []DataDiff {
	var out []DataDiff
	seen := map[string]bool{}
	for _, in := range append(slices.Clone(a.Inputs), b.Inputs...) {
		name := dataName(in.Ref)
		if seen[name] {
			continue
		}
		seen[name] = true
		from, to := a.input(name), b.input(name)
		if from.Ref == to.Ref {
			continue
		}
		d := DataDiff{Group: group, Name: name, From: from.Ref, To: to.Ref, RowsFrom: from.Version.Rows, RowsTo: to.Version.Rows}
		if from.Ref != "" && to.Ref != "" {
			d.columns(from.Version.Columns, to.Version.Columns)
		}
		out = append(out, d)
	}
	return out
}

func (s Subject) input(name string) Input {
	for _, in := range s.Inputs {
		if dataName(in.Ref) == name {
			return in
		}
	}
	return Input{}
}

func (d *DataDiff) columns(from, to []tracker.Column) {
	old := map[string]tracker.Column{}
	for _, c := range from {
		old[c.Name] = c
	}
	for _, c := range to {
		was, ok := old[c.Name]
		delete(old, c.Name)
		switch {
		case !ok:
			d.Added = append(d.Added, c.Name)
		case was == c:
			d.Same++
		default:
			d.Changed = append(d.Changed, c.Name)
			if was.Type != c.Type {
				d.Retyped = append(d.Retyped, fmt.Sprintf("%s %s to %s", c.Name, was.Type, c.Type))
			}
		}
	}
	for _, c := range from {
		if _, left := old[c.Name]; left {
			d.Removed = append(d.Removed, c.Name)
		}
	}
}

// String is the difference on one line.
func (d DataDiff) String() string {
	switch {
	case d.From == "":
		return "also read " + d.To
	case d.To == "":
		return "did not read " + d.From
	}
	parts := []string{fmt.Sprintf("%d rows", d.RowsTo)}
	if d.RowsFrom != d.RowsTo {
		parts[0] = fmt.Sprintf("%d to %d rows", d.RowsFrom, d.RowsTo)
	}
	for _, of := range []struct {
		what    string
		columns []string
	}{{"added", d.Added}, {"removed", d.Removed}, {"changed", d.Changed}, {"other type", d.Retyped}} {
		if len(of.columns) > 0 {
			parts = append(parts, of.what+" "+listed(of.columns, 6))
		}
	}
	return fmt.Sprintf("%s to %s: %s, %d columns the same", d.From, d.To, strings.Join(parts, "; "), d.Same)
}

// listed names the first n of a list and how many more there are.
func listed(list []string, n int) string {
	if len(list) <= n {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:n], ", "), len(list)-n)
}
