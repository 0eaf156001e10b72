package tracker

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
)

// Display shows a run as a table of what went in and what came out.
func (r Run) Display() display.Bundle {
	t := display.Table{Title: r.Name, Columns: []string{"", "value"}, Limit: -1}
	add := func(name string, v any, given bool) {
		if given {
			t.Rows = append(t.Rows, []any{name, v})
		}
	}
	add("id", r.ID, true)
	add("experiment", r.Experiment, true)
	add("kind", r.Kind, r.Kind != "")
	add("status", string(r.Status), true)
	add("reason", r.Reason, r.Reason != "")
	add("parent", r.Parent, r.Parent != "")
	add("started", r.Started, true)
	add("took", r.took(), !r.Ended.IsZero())
	add("command", r.Source.Command, r.Source.Command != "")
	add("seed", r.Source.Seed, true)
	add("commit", r.Source.Git.String(), r.Source.Git.Commit != "")
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		add("param "+name, r.Params[name], true)
	}
	for _, name := range r.Measured() {
		add("metric "+name, r.Metrics[name], true)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Tags)) {
		add("tag "+name, r.Tags[name], true)
	}
	return t.Display()
}

// Row is a run as one line of a table of runs: names and values in the same
// order. Display uses it for lists of runs.
func (r Run) Row() (names []string, values []any) {
	names = []string{"run", "id", "kind", "status", "started", "took"}
	values = []any{r.Name, r.ID[:min(8, len(r.ID))], r.Kind, string(r.Status), r.Started, r.took()}
	for _, name := range r.Measured() {
		names, values = append(names, name), append(values, r.Metrics[name])
	}
	return names, values
}

// Measured is the names of the run's metrics, sorted, without those that the
// machine makes.
func (r Run) Measured() []string {
	names := slices.Sorted(maps.Keys(r.Metrics))
	return slices.DeleteFunc(names, func(n string) bool { return strings.HasPrefix(n, SystemMetrics) })
}

func (r Run) took() string {
	if r.Ended.IsZero() {
		return ""
	}
	return display.Duration(r.Ended.Sub(r.Started).Round(time.Millisecond))
}

// String is the short commit, with the branch and a word on uncommitted
// changes.
func (g Git) String() string {
	if g.Commit == "" {
		return ""
	}
	s := g.Commit[:min(10, len(g.Commit))]
	if g.Branch != "" {
		s = fmt.Sprintf("%s on %s", s, g.Branch)
	}
	if g.Dirty {
		s += ", with uncommitted changes"
	}
	return s
}
