package schema

import (
	"fmt"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/nearest"
)

// names looks at which columns there are.
func (c *checker) names(a *arrow.Schema, s *Schema, o Options) {
	known := map[string]bool{}
	for _, column := range s.Columns {
		known[column.Name] = true
	}
	var free []string
	for _, f := range a.Fields() {
		if !known[f.Name] {
			free = append(free, f.Name)
		}
	}
	for _, column := range s.Columns {
		level := column.Absent
		if level == "" {
			level = Error
		}
		if level != Allow && !slices.Contains(o.Without, column.Name) && len(a.FieldIndices(column.Name)) == 0 {
			out := c.add(column.Name, "absent", "a column of this name", level, true)
			out.Got = "the table has none"
			if len(free) > 100 { // looking for a likeness takes its time
				continue
			}
			if near := nearest.Of(column.Name, free, 1); len(near) > 0 {
				out.Got += fmt.Sprintf("; it has %q", near[0])
			}
		}
	}
	seen := map[string]int{}
	var twice, others []string
	for i, f := range a.Fields() {
		if first, again := seen[f.Name]; again {
			twice = append(twice, fmt.Sprintf("%d and %d are both %q", first+1, i+1, f.Name))
			continue
		}
		if seen[f.Name] = i; !known[f.Name] {
			others = append(others, f.Name)
		}
	}
	if len(twice) > 0 {
		c.add("", "columns", "each with a name of its own", Error, true).Got = clip(twice, 5)
	}
	if s.Other != "" && s.Other != Allow {
		out := c.add("", "other_columns", "none", s.Other, len(others) > 0)
		if len(others) > 0 {
			out.Got = clip(others, 5)
		}
	}
}

func (c *checker) add(column, kind, want string, level Level, failed bool) *Outcome {
	o := &Outcome{Column: column, Kind: kind, Want: want, Level: level, Failed: failed}
	c.outcomes = append(c.outcomes, o)
	return o
}
