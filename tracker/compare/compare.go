// Package compare sets runs side by side: which parameters differ, which
// metrics they have and which run is best by each. It reads no store.
package compare

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A Comparison is what is different between runs, in the order they were
	// given. A run that lacks a value has nil there, or NaN for a metric.
	Comparison struct {
		Runs    []tracker.Run
		Params  []Param // those that differ, by name
		Equal   []Param // those that all runs share; Values has one element
		Metrics []Metric
	}

	// A Param is one parameter in every run.
	Param struct {
		Name   string
		Values []any
	}

	// A Metric is the last value of one metric in every run. Best is the index
	// of the best run (the first of equals), or -1 where the runs' numbers are
	// all the same, fewer than two, or a count of which none is best.
	Metric struct {
		Name   string
		Values []float64
		Has    []bool
		Best   int
	}
)

// Of compares runs. The dataset, the seed and the commit count as parameters
// where the runs differ in them.
func Of(runs []tracker.Run) *Comparison {
	c := &Comparison{Runs: runs}
	sets := make([]map[string]any, len(runs))
	for i, r := range runs {
		sets[i] = settings(r)
	}
	for _, name := range keys(sets) {
		p := Param{Name: name}
		for _, s := range sets {
			p.Values = append(p.Values, s[name])
		}
		if allEqual(p.Values) {
			c.Equal = append(c.Equal, Param{name, p.Values[:1]})
			continue
		}
		c.Params = append(c.Params, p)
	}
	var metrics []map[string]float64
	for _, r := range runs {
		metrics = append(metrics, r.Metrics)
	}
	for _, name := range Order(keys(metrics)) {
		c.Metrics = append(c.Metrics, metric(name, runs))
	}
	return c
}

// settings are a run's parameters and what else makes its result.
func settings(r tracker.Run) map[string]any {
	s := maps.Clone(r.Params)
	if s == nil {
		s = map[string]any{}
	}
	add := func(name string, value any, given bool) {
		if _, taken := s[name]; given && !taken {
			s[name] = value
		}
	}
	add("seed", r.Source.Seed, true)
	add("kind", r.Kind, true)
	commit := r.Source.Git.Commit
	if r.Source.Git.Dirty {
		commit += " with changes"
	}
	add("commit", commit, commit != "")
	add("go", r.Source.Go, r.Source.Go != "")
	return s
}

func keys[V any](sets []map[string]V) []string {
	seen := map[string]bool{}
	for _, s := range sets {
		for k := range s {
			seen[k] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func allEqual(values []any) bool {
	for _, v := range values[1:] {
		if !reflect.DeepEqual(v, values[0]) {
			return false
		}
	}
	return true
}

func metric(name string, runs []tracker.Run) Metric {
	m := Metric{Name: name, Best: -1}
	found := 0
	for i, r := range runs {
		v, ok := r.Metrics[name]
		if !ok {
			v = math.NaN()
		}
		m.Values, m.Has = append(m.Values, v), append(m.Has, ok)
		if math.IsNaN(v) {
			continue
		}
		found++
		if m.Best < 0 || better(name, v, m.Values[m.Best]) {
			m.Best = i
		}
	}
	same := func(v float64) bool { return math.IsNaN(v) || v == m.Values[max(m.Best, 0)] }
	if found < 2 || strings.HasSuffix(name, "/epoch") || !slices.ContainsFunc(m.Values, func(v float64) bool { return !same(v) }) {
		m.Best = -1
	}
	return m
}

// IsBest reports whether run i has the best value, alone or with others.
func (m Metric) IsBest(i int) bool { return m.Best >= 0 && m.Values[i] == m.Values[m.Best] }

func better(name string, a, b float64) bool {
	if Lower(name) {
		return a < b
	}
	return a > b
}

// Lower reports whether less is better in a metric, by its name: losses, errors
// and durations.
func Lower(metric string) bool {
	name := strings.ToLower(metric[strings.LastIndex(metric, "/")+1:])
	for _, word := range []string{"loss", "error", "rmse", "mse", "mae", "mape", "brier", "perplexity", "seconds", "time", "ece"} {
		if name == word || strings.HasSuffix(name, "_"+word) || strings.HasPrefix(name, word+"_") {
			return true
		}
	}
	return false
}

// Order puts the metrics that say most first: those of the model that was kept,
// then what was measured on data that training had not seen; losses come last
// within a group, and counts last of all.
func Order(metrics []string) []string {
	rank := func(m string) int {
		r := 4
		switch group, _, _ := strings.Cut(m, "/"); group {
		case "test", "model":
			r = 0
		case "validation":
			r = 2
		case "train":
			r = 6
		}
		if Lower(m) {
			r++
		}
		if strings.HasSuffix(m, "/epoch") {
			r = 8
		}
		return r
	}
	ordered := slices.Clone(metrics)
	slices.SortStableFunc(ordered, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return ordered
}

// Common is the metric to draw: validation/loss, another loss or the first, of
// those that all runs have; "" when they share none.
func (c *Comparison) Common() string {
	best := ""
	for _, m := range c.Metrics {
		if slices.Contains(m.Has, false) {
			continue
		}
		switch {
		case m.Name == "validation/loss":
			return m.Name
		case best == "", Lower(m.Name) && !Lower(best):
			best = m.Name
		}
	}
	return best
}

// MetricNames are the metrics that any of the runs has.
func (c *Comparison) MetricNames() []string {
	var names []string
	for _, m := range c.Metrics {
		names = append(names, m.Name)
	}
	return names
}

// Has reports whether any of the runs has a metric.
func (c *Comparison) Has(metric string) bool { return slices.Contains(c.MetricNames(), metric) }

// MarshalJSON writes runs, params and metrics; params and metrics have one
// value per run, in the order of runs.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	type run struct {
		ID     string         `json:"id"`
		Name   string         `json:"name"`
		Kind   string         `json:"kind"`
		Status tracker.Status `json:"status"`
	}
	type metric struct {
		Values []*tracker.Number `json:"values"`
		Best   string            `json:"best,omitempty"` // the run's id
	}
	out := struct {
		Runs    []run             `json:"runs"`
		Params  map[string][]any  `json:"params"`
		Equal   map[string]any    `json:"equal"`
		Metrics map[string]metric `json:"metrics"`
	}{Params: map[string][]any{}, Equal: map[string]any{}, Metrics: map[string]metric{}}
	for _, r := range c.Runs {
		out.Runs = append(out.Runs, run{r.ID, r.Name, r.Kind, r.Status})
	}
	for _, p := range c.Params {
		out.Params[p.Name] = numbers(p.Values)
	}
	for _, p := range c.Equal {
		out.Equal[p.Name] = numbers(p.Values)[0]
	}
	for _, m := range c.Metrics {
		var j metric
		for i, v := range m.Values {
			n := tracker.Number(v)
			if m.Has[i] {
				j.Values = append(j.Values, &n)
			} else {
				j.Values = append(j.Values, nil)
			}
		}
		if m.Best >= 0 {
			j.Best = c.Runs[m.Best].ID
		}
		out.Metrics[m.Name] = j
	}
	return json.Marshal(out)
}

// numbers makes NaN and Inf writable as JSON.
func numbers(values []any) []any {
	out := slices.Clone(values)
	for i, v := range out {
		if f, ok := v.(float64); ok {
			out[i] = tracker.Number(f)
		}
	}
	return out
}
