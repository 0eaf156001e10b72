package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

type (
	// A Finding is one thing that differs between the runs compared, and what the
	// other runs of their experiments say of it.
	Finding struct {
		Kind, Name string    // FacetParam and its kin; the parameter, column, module, cell
		Title      string    // both, as a person reads them
		From, To   string    // in the baseline and in the other group; of many groups To is how many values there are
		Basis      Basis     // what the evidence is
		Runs       int       // that the evidence is from
		Pairs      int       // Alone: pairs that differ in this alone
		Apart      bool      // Alone: Effect is how far apart the pairs are, whichever is more
		Span       bool      // Alone: the pairs are of the least and the most of what the runs have
		Effect     float64   // Alone: the mean difference of the pairs, or for seeds how far apart they are
		Sure       *Interval // Alone: of Effect, where there are pairs enough
		Where      string    // Shared and Varied, of numbers that go with it up and down: where it is best
		Rho        float64   // Shared and Varied, of numbers: Spearman's rank correlation; else 0
		Explained  float64   // Shared and Varied: the part of the spread that it goes with, 0 to 1
		P          float64   // Shared and Varied: how likely as much is by chance
		Clear      bool      // more than noise, as far as it can be told
		With       []string  // what has changed together with it in every run
	}

	// Basis says what a Finding rests on, the best first.
	Basis string

	evidenceOf struct {
		c      *Comparison
		metric *Metric
		groups []map[facet]string // of the runs compared, one a group
		pool   []observed
		differ []facet
		wholes map[string]bool // datasets that differ as a whole; "" is all data
	}

	observed struct {
		facets map[facet]string
		seed   string
		value  float64
	}
)

// The bases.
const (
	Alone   Basis = "alone"   // pairs of runs that differ in it alone
	Shared  Basis = "shared"  // runs that share all else
	Varied  Basis = "varied"  // runs in which other things vary too
	Unknown Basis = "unknown" // nothing
)

const (
	fewest = 8    // runs that a relation is looked for in
	chance = 0.05 // for all facets together
)

func newEvidence(c *Comparison, m *Metric, pool []Subject) *evidenceOf {
	e := &evidenceOf{c: c, metric: m, wholes: wholeData(c)}
	for i := range c.Groups {
		e.groups = append(e.groups, e.of(c.first(i)))
	}
	vary := map[facet]bool{}
	values := map[facet]string{}
	for i, s := range pool {
		f := e.of(s)
		e.pool = append(e.pool, observed{f, s.seed(), s.Run.Metrics[m.Name]})
		for name, v := range f {
			if was, ok := values[name]; !ok && i > 0 || ok && was != v {
				vary[name] = true
			}
			values[name] = v
		}
		for name := range values {
			if _, ok := f[name]; !ok {
				vary[name] = true
			}
		}
	}
	for i := range e.pool { // what all runs share need not be looked at again and again
		kept := maps.Clone(e.pool[i].facets)
		maps.DeleteFunc(kept, func(name facet, _ string) bool { return !vary[name] })
		e.pool[i].facets = kept
	}
	seen := map[facet]bool{}
	for _, f := range e.groups {
		for name := range f {
			differs := func(g map[facet]string) bool { return g[name] != e.groups[0][name] }
			if !seen[name] && slices.ContainsFunc(e.groups, differs) {
				e.differ = append(e.differ, name)
			}
			seen[name] = true
		}
	}
	if c.Repeated() { // seeds are what groups are repeats over
		e.differ = slices.DeleteFunc(e.differ, func(f facet) bool { return f.kind == FacetSeed })
	}
	slices.SortFunc(e.differ, compareFacets)
	return e
}

// of are the facets of a subject, with datasets that differ as a whole as one.
func (e *evidenceOf) of(s Subject) map[facet]string {
	f := s.facets()
	for _, name := range slices.SortedFunc(maps.Keys(f), compareFacets) {
		if name.kind != FacetData {
			continue
		}
		set, _, _ := strings.Cut(name.name, ".")
		if e.wholes[""] {
			set = ""
		} else if !e.wholes[set] {
			continue
		}
		v := f[name]
		delete(f, name)
		f[facet{FacetData, set}] += name.name + " " + v + "\n"
	}
	return f
}

// wholeData are the datasets whose rows differ, or all of whose columns do:
// their columns say nothing one by one. Where the runs read datasets of other
// names all their data is one thing: "".
func wholeData(c *Comparison) map[string]bool {
	out := map[string]bool{}
	for _, d := range c.Data {
		switch {
		case d.From == "" || d.To == "":
			out[""] = true
		case d.RowsFrom != d.RowsTo || d.Same == 0:
			out[d.Name] = true
		}
	}
	return out
}

// noise pools the spread of the groups that were repeated.
func (e *evidenceOf) noise() Noise {
	groups := map[string][]observed{}
	for _, o := range e.pool {
		key := sameText(o.facets, repeats...)
		groups[key] = append(groups[key], o)
	}
	var n Noise
	squares := 0.0
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		if list := seedMeans(groups[key]); len(list) > 1 {
			squares += stat.Variance(list, nil) * float64(len(list)-1)
			n.DF += len(list) - 1
			n.Groups++
		}
	}
	if n.DF > 0 {
		n.SD = math.Sqrt(squares / float64(n.DF))
	}
	return n
}

// seedMeans are one value for each seed; runs whose seed is unknown count alone.
func seedMeans(list []observed) []float64 {
	bySeed := map[string][]float64{}
	var out []float64
	for _, o := range list {
		if o.seed == "" {
			out = append(out, o.value)
			continue
		}
		bySeed[o.seed] = append(bySeed[o.seed], o.value)
	}
	for _, seed := range slices.Sorted(maps.Keys(bySeed)) {
		out = append(out, stat.Mean(bySeed[seed], nil))
	}
	return out
}

// rank looks for evidence on everything that differs.
func (e *evidenceOf) rank(n Noise) []Finding {
	var out []Finding
	for _, f := range e.differ {
		out = append(out, e.find(f, n))
	}
	class := func(f Finding) int {
		order := []Basis{Alone, Shared, Varied, Unknown}
		i := slices.Index(order, f.Basis)
		if !f.Clear {
			i += len(order)
		}
		return i
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(class(a), class(b)), cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)), cmp.Compare(b.Explained, a.Explained))
	})
	return out
}

func (e *evidenceOf) find(f facet, n Noise) Finding {
	out := Finding{Kind: f.kind, Name: f.name, Title: e.title(f), Basis: Unknown}
	out.From, out.To = e.say(f)
	if f.kind == FacetSeed {
		if n.DF > 0 {
			out.Basis, out.Effect, out.Clear = Alone, n.SD*2/math.Sqrt(math.Pi), true
			out.Runs, out.Pairs = n.DF+n.Groups, 0
		}
		return out
	}
	strata := e.strata(f)
	values := e.values(f)
	if len(values) == 2 && e.alone(&out, e.turns(f, values), strata, n) {
		return out
	}
	shared, varied := out, out
	switch isShared, isVaried := e.shared(&shared, strata), e.varied(&varied, f); {
	case isShared && (shared.Clear || !varied.Clear):
		out = shared
	case e.extremes(&out, values, strata, n) && (out.Clear || !varied.Clear):
	case isVaried:
		out = varied
	}
	if out.Basis == Varied || out.Basis == Unknown {
		out.With = e.together(f)
		out.Clear = out.Clear && len(out.With) == 0
	}
	return out
}

// strata are the runs that share all but f and the seed, by the value of f; one
// with a single value says nothing and is left out.
func (e *evidenceOf) strata(f facet) []map[string][]observed {
	without := append([]facet{f}, repeats...)
	all := map[string]map[string][]observed{}
	for _, o := range e.pool {
		key := sameText(o.facets, without...)
		if all[key] == nil {
			all[key] = map[string][]observed{}
		}
		all[key][o.facets[f]] = append(all[key][o.facets[f]], o)
	}
	var out []map[string][]observed
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if len(all[key]) > 1 {
			out = append(out, all[key])
		}
	}
	return out
}

// values are those of f in the groups compared, numbers in their order.
func (e *evidenceOf) values(f facet) []string {
	var list []string
	for _, g := range e.groups {
		if !slices.Contains(list, g[f]) {
			list = append(list, g[f])
		}
	}
	if e.numbers(list) {
		slices.SortFunc(list, func(a, b string) int { x, _ := number(a); y, _ := number(b); return cmp.Compare(x, y) })
	}
	return list
}

func (e *evidenceOf) numbers(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { _, ok := number(v); return !ok })
}

// turns puts the baseline's of two values first.
func (e *evidenceOf) turns(f facet, values []string) [][2]string {
	from := e.groups[e.c.Baseline][f]
	if values[0] == from {
		return [][2]string{{from, values[1]}}
	}
	return [][2]string{{from, values[0]}}
}

// extremes looks for pairs where f has more than two values: of the least and
// the most of numbers, of any two of other values.
func (e *evidenceOf) extremes(out *Finding, values []string, strata []map[string][]observed, n Noise) bool {
	var turns [][2]string
	for i, from := range values {
		for _, to := range values[i+1:] {
			turns = append(turns, [2]string{from, to})
		}
	}
	slices.SortStableFunc(turns, func(a, b [2]string) int { // the furthest apart first
		return slices.Index(values, b[1]) - slices.Index(values, b[0]) - slices.Index(values, a[1]) + slices.Index(values, a[0])
	})
	out.Apart = !e.numbers(values)
	out.Span = !out.Apart
	if e.alone(out, turns, strata, n) {
		return true
	}
	out.Apart, out.Span = false, false
	return false
}

// alone looks for pairs with the values of a turn, the first that a stratum has
// or, where only how far apart they are is asked for, all: of one seed where
// there are such, else of means over seeds.
func (e *evidenceOf) alone(out *Finding, turns [][2]string, strata []map[string][]observed, n Noise) bool {
	var diffs []float64
	noisy, runs := 0.0, 0 // noisy: of the sum of diffs, in variances of one run
	for _, s := range strata {
		for _, turn := range turns {
			a, b := s[turn[0]], s[turn[1]]
			if len(a) == 0 || len(b) == 0 {
				continue
			}
			runs += len(a) + len(b)
			pairs := bySeed(a, b)
			if len(pairs) == 0 {
				x, y := seedMeans(a), seedMeans(b)
				pairs = []float64{stat.Mean(y, nil) - stat.Mean(x, nil)}
				noisy += 1/float64(len(x)) + 1/float64(len(y))
			} else {
				noisy += 2 * float64(len(pairs))
			}
			diffs = append(diffs, pairs...)
			if !out.Apart {
				break
			}
		}
	}
	if len(diffs) == 0 {
		return false
	}
	out.Basis, out.Pairs, out.Runs, out.Clear = Alone, len(diffs), runs, len(diffs) > 1
	if out.Apart {
		for i, d := range diffs {
			diffs[i] = math.Abs(d)
		}
		out.Effect = stat.Mean(diffs, nil)
		out.Clear = n.DF > 0 && out.Effect > n.Spans()
		return true
	}
	out.Effect = stat.Mean(diffs, nil)
	if sure, ok := meanInterval(diffs, size(strata)); ok {
		out.Sure, out.Clear = &sure, !sure.Covers(0)
	} else if n.DF > 0 {
		se := n.SD * math.Sqrt(noisy) / float64(len(diffs))
		out.Clear = math.Abs(out.Effect) > tQuantile((1+Level)/2, float64(n.DF))*se
	}
	return true
}

// size is how large the values of strata are.
func size(strata []map[string][]observed) (most float64) {
	for _, s := range strata {
		for _, list := range s {
			for _, o := range list {
				most = max(most, math.Abs(o.value))
			}
		}
	}
	return most
}

// bySeed are the differences of runs that have one seed.
func bySeed(a, b []observed) []float64 {
	var diffs []float64
	of := func(list []observed) map[string][]float64 {
		m := map[string][]float64{}
		for _, o := range list {
			if o.seed != "" {
				m[o.seed] = append(m[o.seed], o.value)
			}
		}
		return m
	}
	x, y := of(a), of(b)
	for _, seed := range slices.Sorted(maps.Keys(x)) {
		if len(y[seed]) > 0 {
			diffs = append(diffs, stat.Mean(y[seed], nil)-stat.Mean(x[seed], nil))
		}
	}
	return diffs
}

// number is the text of a facet as a number.
func number(text string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Trim(text, `"`), 64)
	return v, err == nil && finite(v)
}
