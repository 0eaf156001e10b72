// Package compare sets runs side by side: what differs between them, which is
// best by each metric, how sure a difference is where runs were repeated with
// other seeds, and what the differences go with. It gives numbers, tables of
// them, and charts; it knows no command line and no page.
package compare

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A Comparison is what is different between runs, in the order they were
	// given. Runs that differ by their seed alone are one group; a run that is
	// like no other is a group too. Differences are to the group Baseline.
	Comparison struct {
		Runs        []tracker.Run
		Groups      []Group
		Baseline    int     // in Groups
		Params      []Param // those that differ, by name
		Equal       []Param // those that all runs share; Values has one element
		Environment []Param // Go, modules, variables, host and commit where they differ
		Metrics     []Metric
		Data        []DataDiff // what other groups read, against the baseline
		Code        []CodeDiff // what other groups ran, against the baseline
		Why         *Why       // nil where it was not asked for

		subjects []Subject
	}

	// A Group is runs that differ by their seed alone: repeats.
	Group struct {
		Name string // of its first run, made unlike the others', and how many more there are
		Runs []int  // in Comparison.Runs
		N    int    // how many seeds it has; runs whose seed is unknown count one each
	}

	// A Param is one parameter in every run; a run that lacks it has nil.
	Param struct {
		Name   string
		Values []any
	}

	// Options say what is compared. Their zero value is right.
	Options struct {
		Baseline           string   // id of the run that differences are to; "": the first
		Minimize, Maximize []string // metrics whose direction the name does not tell, with or without context
		System             bool     // with the metrics that begin with system/
		Metric             string   // with this one, whatever it begins with, and first
	}
)

// Of compares runs by what they say of themselves. Read compares what they
// read too.
func Of(runs []tracker.Run, o Options) *Comparison {
	subjects := make([]Subject, len(runs))
	for i, r := range runs {
		subjects[i].Run = r
	}
	return New(subjects, o)
}

// New compares runs with what they read.
func New(subjects []Subject, o Options) *Comparison {
	c := &Comparison{subjects: subjects}
	var params, around []map[string]any
	for _, s := range subjects {
		c.Runs = append(c.Runs, s.Run)
		params, around = append(params, settings(s)), append(around, surroundings(s.Run))
	}
	c.group(o.Baseline)
	c.Params, c.Equal = parameters(params)
	c.Environment, _ = parameters(around)
	c.measure(o)
	for i := range c.Groups {
		if i != c.Baseline {
			a, b := c.first(c.Baseline), c.first(i)
			c.Data = append(c.Data, dataDiffs(i, a, b)...)
			c.Code = append(c.Code, codeDiffs(i, a, b)...)
		}
	}
	return c
}

// first is the run that stands for a group.
func (c *Comparison) first(group int) Subject { return c.subjects[c.Groups[group].Runs[0]] }

// group puts runs that differ by seed alone together, and the baseline in its
// place.
func (c *Comparison) group(baseline string) {
	at := map[string]int{}
	for i, s := range c.subjects {
		key := sameText(s.facets(), repeats...)
		g, ok := at[key]
		if !ok {
			g = len(c.Groups)
			at[key] = g
			c.Groups = append(c.Groups, Group{})
		}
		c.Groups[g].Runs = append(c.Groups[g].Runs, i)
		if s.Run.ID == baseline {
			c.Baseline = g
		}
	}
	labels := c.Labels()
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Name = labels[g.Runs[0]]
		if more := len(g.Runs) - 1; more > 0 {
			g.Name += fmt.Sprintf(" +%d", more)
		}
		seeds := map[string]bool{}
		for _, r := range g.Runs {
			seed := c.subjects[r].seed()
			if seed == "" {
				g.N++
				continue
			}
			seeds[seed] = true
		}
		g.N += len(seeds)
	}
}

// Repeated reports whether a group has more than one run.
func (c *Comparison) Repeated() bool {
	return slices.ContainsFunc(c.Groups, func(g Group) bool { return len(g.Runs) > 1 })
}

// settings are a run's parameters, what it read where no parameter says so, and
// its seed and kind.
func settings(s Subject) map[string]any {
	out := maps.Clone(s.Run.Params)
	if out == nil {
		out = map[string]any{}
	}
	add := func(name string, value any, given bool) {
		if _, taken := out[name]; given && !taken {
			out[name] = value
		}
	}
	add("seed", s.Run.Source.Seed, true)
	add("kind", s.Run.Kind, true)
	var refs []string
	for _, in := range s.Inputs {
		refs = append(refs, in.Ref)
	}
	slices.Sort(refs)
	add("data", strings.Join(slices.Compact(refs), ", "), len(refs) > 0)
	return out
}

// surroundings are what a run ran in.
func surroundings(r tracker.Run) map[string]any {
	out := map[string]any{}
	for name, v := range r.Source.Env {
		out["env "+name] = v
	}
	for name, v := range r.Source.Modules {
		out["module "+name] = v
	}
	commit := r.Source.Git.Commit
	if commit != "" && r.Source.Git.Dirty {
		commit += " with changes"
	}
	for name, v := range map[string]string{"go": r.Source.Go, "host": r.Source.Host, "git commit": commit, "git branch": r.Source.Git.Branch} {
		if v != "" {
			out[name] = v
		}
	}
	return out
}

// parameters are those that differ between the sets, and those that do not.
func parameters(sets []map[string]any) (differ, equal []Param) {
	seen := map[string]bool{}
	for _, s := range sets {
		for k := range s {
			seen[k] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		p := Param{Name: name}
		for _, s := range sets {
			p.Values = append(p.Values, s[name])
		}
		other := func(v any) bool { return !sameValue(v, p.Values[0]) }
		if slices.ContainsFunc(p.Values, other) {
			differ = append(differ, p)
			continue
		}
		equal = append(equal, Param{name, p.Values[:1]})
	}
	return differ, equal
}

// sameValue is equality in which NaN is equal to itself.
func sameValue(a, b any) bool {
	return reflect.DeepEqual(a, b) || a != nil && b != nil && valueText(a) == valueText(b)
}

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
