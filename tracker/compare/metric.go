package compare

import (
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A Metric is the last value of one metric in every run, in every group, and
	// the differences of the groups to the baseline.
	Metric struct {
		Name      string
		Direction Direction
		Values    []float64 // by run; NaN where the run has none
		Has       []bool
		Groups    []Spread
		// Best is the index of the best group, the first of equals, or -1 where the
		// direction is not known or fewer than two have different values.
		Best        int
		Differences []Difference // of every group that has the metric but the baseline
	}

	// A Spread is one metric in one group: a mean over seeds, of which N have a
	// finite value. Runs of one seed count as their mean. Runs that are not
	// finished are left out where others are.
	Spread struct {
		N       int
		Mean    float64 // NaN or an infinity where no run is finite
		SD      float64 // of the sample; NaN for fewer than 2
		Odd     int     // runs left out for NaN or an infinity
		Open    int     // runs left out because they did not finish
		has     bool
		bySeed  map[string]float64
		unknown []float64 // values whose seed is unknown
	}

	// A Difference is what a group has more than the baseline. Sure is nil where
	// there is no interval; Note says why.
	Difference struct {
		Group int
		Diff  float64
		Sure  *Interval
		Note  string
	}
)

// noSpread is the note on groups in which the seed changes nothing, sameGap on those
// whose difference is the same with every seed.
const (
	noSpread = "the repeats do not spread"
	sameGap  = "the same with every seed"
)

// measure fills Metrics.
func (c *Comparison) measure(o Options) {
	names := map[string]bool{}
	for _, r := range c.Runs {
		for name := range r.Metrics {
			if o.System || !strings.HasPrefix(name, "system/") || name == o.Metric || baseName(name) == o.Metric {
				names[name] = true
			}
		}
	}
	for _, name := range Order(slices.Sorted(maps.Keys(names))) {
		m := Metric{Name: name, Direction: DirectionOf(name), Best: -1}
		named := func(n string) bool { return n == name || n == baseName(name) }
		switch {
		case slices.ContainsFunc(o.Minimize, named):
			m.Direction = LowerIsBetter
		case slices.ContainsFunc(o.Maximize, named):
			m.Direction = HigherIsBetter
		}
		for _, r := range c.Runs {
			v, ok := r.Metrics[name]
			if !ok {
				v = math.NaN()
			}
			m.Values, m.Has = append(m.Values, v), append(m.Has, ok)
		}
		for _, g := range c.Groups {
			m.Groups = append(m.Groups, c.spread(&m, g))
		}
		m.chooseBest()
		for i := range c.Groups {
			if i != c.Baseline && m.Groups[i].has && m.Groups[c.Baseline].has {
				m.Differences = append(m.Differences, difference(i, m.Groups[c.Baseline], m.Groups[i]))
			}
		}
		c.Metrics = append(c.Metrics, m)
	}
}

func (c *Comparison) spread(m *Metric, g Group) Spread {
	s := Spread{Mean: math.NaN(), SD: math.NaN(), bySeed: map[string]float64{}}
	finished := func(i int) bool { return c.Runs[i].Status == tracker.Finished }
	some := slices.ContainsFunc(g.Runs, func(i int) bool { return m.Has[i] && finished(i) })
	seeds := map[string][]float64{}
	for _, i := range g.Runs {
		v := m.Values[i]
		switch {
		case !m.Has[i]:
			continue
		case some && !finished(i):
			s.Open++
		case math.IsNaN(v) || math.IsInf(v, 0):
			s.Odd++
			if s.N == 0 {
				s.Mean = v
			}
		case c.subjects[i].seed() == "":
			s.unknown = append(s.unknown, v)
		default:
			seed := c.subjects[i].seed()
			seeds[seed] = append(seeds[seed], v)
		}
		s.has = true
	}
	for seed, list := range seeds {
		s.bySeed[seed] = stat.Mean(list, nil)
	}
	if values := s.values(); len(values) > 0 {
		s.N, s.Mean = len(values), stat.Mean(values, nil)
		if s.N > 1 {
			s.SD = stat.StdDev(values, nil)
		}
	}
	return s
}

// values are one for each seed, in an order that is the same every time.
func (s Spread) values() []float64 {
	list := slices.Clone(s.unknown)
	for _, seed := range slices.Sorted(maps.Keys(s.bySeed)) {
		list = append(list, s.bySeed[seed])
	}
	return list
}

func (m *Metric) chooseBest() {
	if m.Direction == UnknownDirection {
		return
	}
	best, found, same := -1, 0, true
	for i, s := range m.Groups {
		if !s.has || math.IsNaN(s.Mean) {
			continue
		}
		found++
		if best >= 0 && s.Mean != m.Groups[best].Mean {
			same = false
		}
		if best < 0 || m.Direction.better(s.Mean, m.Groups[best].Mean) {
			best = i
		}
	}
	if found > 1 && !same {
		m.Best = best
	}
}

// IsBest reports whether a group has the best value, alone or with others.
func (m Metric) IsBest(group int) bool {
	return m.Best >= 0 && m.Groups[group].Mean == m.Groups[m.Best].Mean
}

// BestRuns are the runs with the best value, none where the direction is not known
// or all have the same.
func (m Metric) BestRuns() []int {
	var best []int
	same := true
	for i, v := range m.Values {
		if m.Direction == UnknownDirection || !m.Has[i] || math.IsNaN(v) {
			continue
		}
		switch {
		case len(best) == 0:
			best = []int{i}
		case v == m.Values[best[0]]:
			best = append(best, i)
		default:
			same = false
			if m.Direction.better(v, m.Values[best[0]]) {
				best = []int{i}
			}
		}
	}
	if same {
		return nil
	}
	return best
}

// To is the difference of a group, nil where it has none.
func (m Metric) To(group int) *Difference {
	for i := range m.Differences {
		if m.Differences[i].Group == group {
			return &m.Differences[i]
		}
	}
	return nil
}

// difference is b less a: seed by seed where both have the same seeds.
func difference(group int, a, b Spread) Difference {
	d := Difference{Group: group, Diff: b.Mean - a.Mean}
	var sure Interval
	ok := false
	paired := a.N > 1 && a.N == len(a.bySeed) && sameKeys(a.bySeed, b.bySeed) && b.N == a.N
	if paired {
		sure, ok = PairedInterval(a.values(), b.values())
	} else {
		sure, ok = WelchInterval(a.values(), b.values())
	}
	switch {
	case ok:
		d.Sure = &sure
	case paired && (a.SD > 0 || b.SD > 0):
		d.Note = sameGap
	case a.N > 1 && b.N > 1:
		d.Note = noSpread
	default:
		d.Note = "not repeated with other seeds"
	}
	return d
}

func sameKeys(a, b map[string]float64) bool {
	for k := range a {
		if _, ok := b[k]; !ok {
			return false
		}
	}
	return len(a) == len(b)
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

// Find is the metric of that name.
func (c *Comparison) Find(metric string) (*Metric, bool) {
	for i := range c.Metrics {
		if c.Metrics[i].Name == metric {
			return &c.Metrics[i], true
		}
	}
	return nil, false
}

// Named are the metrics that a name stands for: its own, or without a context
// that of every context.
func (c *Comparison) Named(metric string) []string {
	var names []string
	for _, m := range c.Metrics {
		if m.Name == metric || baseName(m.Name) == metric {
			names = append(names, m.Name)
		}
	}
	return names
}

// MetricNames are the metrics that any of the runs has.
func (c *Comparison) MetricNames() []string {
	var names []string
	for _, m := range c.Metrics {
		names = append(names, m.Name)
	}
	return names
}

// Main is the metric by which runs are ranked: the first of known direction
// that most groups have, else the first that most have; "" without metrics.
func (c *Comparison) Main() string {
	best, most, known := "", 0, false
	for _, m := range c.Metrics {
		have := 0
		for _, s := range m.Groups {
			if s.has {
				have++
			}
		}
		if k := m.Direction != UnknownDirection; have > most || have == most && k && !known {
			best, most, known = m.Name, have, k
		}
	}
	return best
}

// Drawn is the metric whose curves are drawn: validation/loss, another loss or
// the first, of those that most runs have; "" without metrics.
func (c *Comparison) Drawn() string {
	best, most := "", 0
	for _, m := range c.Metrics {
		have := 0
		for _, has := range m.Has {
			if has {
				have++
			}
		}
		score := 4 * have
		switch {
		case m.Name == "validation/loss":
			score += 3
		case m.Direction == LowerIsBetter && !strings.HasPrefix(m.Name, "model/"):
			score += 2
		case !strings.HasPrefix(m.Name, "model/"):
			score++
		}
		if score > most {
			best, most = m.Name, score
		}
	}
	return best
}
