package compare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// MostEvidence is how many runs of an experiment Explain looks at: the newest.
const MostEvidence = 2000

type (
	// A Why is what the differences of a metric go with, and how sure it is that
	// there is a difference. It says what was seen together, not what caused it.
	Why struct {
		Metric string
		Runs   int // finished runs of the same experiments, kinds and datasets that were looked at
		Left   int // older runs that were not
		Noise  Noise
		Gaps   []Gap     // of every group that has the metric but the baseline
		Facets []Finding // what differs, what goes with the largest difference first
	}

	// Noise is how repeats that differ by seed alone spread: the standard
	// deviation within groups, pooled. DF is 0 where nothing was repeated.
	Noise struct {
		SD     float64 `json:"sd"`
		DF     int     `json:"df"`
		Groups int     `json:"groups"`
	}

	// A Gap is a difference and what it is worth.
	Gap struct {
		Difference
		Verdict Verdict
		Seeds   int // how many seeds of each would tell; 0 where that is not known or not needed
	}
)

// A Verdict says whether a gap is more than the noise of seeds.
type Verdict string

// The verdicts.
const (
	Beyond  Verdict = "beyond the noise of seeds" // the interval has no 0 in it
	Within  Verdict = "within the noise of seeds" // it has
	Untold  Verdict = "cannot be told"            // there is no interval
	atLeast         = 5                           // seeds to run where no repeats say how they spread
)

// Explain fills c.Why for a metric, from the finished runs of the experiments
// of the runs that are compared.
func Explain(ctx context.Context, s tracker.Store, c *Comparison, metric string) error {
	m, ok := c.Find(metric)
	if !ok || !m.Groups[c.Baseline].has {
		return hint.New(fmt.Errorf("compare: %s has no metric %s to explain", c.Groups[c.Baseline].Name, metric), "name another with --metric, or another --baseline")
	}
	pool, left, err := evidence(ctx, s, c, metric)
	if err != nil {
		return err
	}
	c.Why = c.why(m, pool)
	c.Why.Left = left
	return nil
}

// evidence are the newest finished runs of the same experiments, kinds and
// datasets, whatever their versions, that have the metric; with their cells
// where the runs compared have some.
func evidence(ctx context.Context, s tracker.Store, c *Comparison, metric string) (pool []Subject, left int, err error) {
	cells := slices.ContainsFunc(c.Runs, func(r tracker.Run) bool { return len(r.Source.Cells) > 0 })
	var runs []tracker.Run
	seen := map[string]bool{}
	for _, of := range c.Runs {
		if seen[of.Experiment] {
			continue
		}
		seen[of.Experiment] = true
		list, err := s.Runs(ctx, tracker.Query{Experiment: of.Experiment, Status: tracker.Finished})
		if err != nil {
			return nil, 0, fmt.Errorf("compare: read the runs of %s: %w", of.Experiment, err)
		}
		for _, r := range list {
			if v, ok := r.Metrics[metric]; ok && finite(v) && slices.ContainsFunc(c.Runs, func(x tracker.Run) bool { return x.Kind == r.Kind }) {
				runs = append(runs, r)
			}
		}
	}
	left = max(0, len(runs)-MostEvidence)
	runs = runs[:len(runs)-left]
	for i := range runs {
		if cells {
			if runs[i], err = s.Run(ctx, runs[i].ID); err != nil {
				return nil, 0, fmt.Errorf("compare: read the code of a run: %w", err)
			}
		}
	}
	pool, err = subjectsOf(ctx, s, runs)
	other := func(p Subject) bool {
		return !slices.ContainsFunc(c.subjects, func(of Subject) bool { return of.datasets() == p.datasets() })
	}
	return slices.DeleteFunc(pool, other), left, err
}

// datasets are the names of what a run read: the same metric on other data is
// another question.
func (s Subject) datasets() string {
	var names []string
	for _, in := range s.Inputs {
		names = append(names, dataName(in.Ref))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func (c *Comparison) why(m *Metric, pool []Subject) *Why {
	e := newEvidence(c, m, pool)
	w := &Why{Metric: m.Name, Runs: len(pool), Noise: e.noise()}
	for _, d := range m.Differences {
		w.Gaps = append(w.Gaps, gap(d, m.Groups[c.Baseline], m.Groups[d.Group], w.Noise))
	}
	w.Facets = e.rank(w.Noise)
	return w
}

// gap judges a difference: by its interval where both sides were repeated.
func gap(d Difference, a, b Spread, n Noise) Gap {
	g := Gap{Difference: d, Verdict: Untold}
	switch {
	case d.Sure != nil && !d.Sure.Covers(0):
		g.Verdict = Beyond
		return g
	case d.Sure != nil:
		g.Verdict = Within
		g.Seeds = seedsNeeded(d.Diff, math.Sqrt((a.SD*a.SD+b.SD*b.SD)/2))
		return g
	case (d.Note == noSpread || d.Note == sameGap) && d.Diff == 0:
		g.Verdict = Within
		return g
	case d.Note == noSpread, d.Note == sameGap:
		g.Verdict = Beyond
		return g
	}
	g.Seeds = atLeast
	if n.DF > 0 && n.SD > 0 && finite(d.Diff) {
		g.Seeds = seedsNeeded(d.Diff, n.SD)
	}
	return g
}

// Spans is how far apart two single runs are that differ by seed alone, in 95
// of 100 cases; NaN where nothing was repeated.
func (n Noise) Spans() float64 {
	if n.DF < 1 {
		return math.NaN()
	}
	return tQuantile((1+Level)/2, float64(n.DF)) * n.SD * math.Sqrt2
}
