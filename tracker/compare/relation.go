package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/cellar-ml/cellar/display"
)

// shared looks for a relation among runs that share all but f, over all strata
// at once: what the strata differ by is taken out first.
func (e *evidenceOf) shared(out *Finding, strata []map[string][]observed) bool {
	runs := 0
	for _, s := range strata {
		for _, list := range s {
			runs += len(list)
		}
	}
	if runs < fewest-2 || !e.relate(out, strata) {
		return false
	}
	out.Basis = Shared
	return true
}

// varied looks for a relation among all runs, whatever else differs.
func (e *evidenceOf) varied(out *Finding, f facet) bool {
	all := map[string][]observed{}
	for _, o := range e.pool {
		all[o.facets[f]] = append(all[o.facets[f]], o)
	}
	if len(e.pool) < fewest || len(all) < 2 || !e.relate(out, []map[string][]observed{all}) {
		return false
	}
	out.Basis = Varied
	return true
}

// relate measures how the metric goes with f in strata: by ranks where f is a
// number everywhere, else by an analysis of variance. Numbers of one stratum are
// also parted into fifths, for a metric that is best in the middle, and the
// better of the two counts. It is false where that cannot be said, as with one
// run for each value of what is no number. The limit on chance is shared by all
// that is looked at (Bonferroni).
func (e *evidenceOf) relate(out *Finding, strata []map[string][]observed) bool {
	ok, tests := false, float64(len(e.differ))
	if x, y, free, numbers := rankPairs(strata); numbers {
		ok = out.byRank(x, y, free)
		if parts := fifths(strata); parts != nil {
			tests *= 2
			other := *out
			if other.byVariance([]map[string][]observed{parts}) && (!ok || other.P < out.P) {
				*out, ok = other, true
				out.Rho, out.Where = 0, e.best(parts)
			}
		}
	} else {
		ok = out.byVariance(strata)
	}
	out.Clear = ok && out.P < chance/tests
	return ok
}

// fifths parts the runs of a single stratum by the number into five parts of
// about as many each, equal numbers together; nil where there are too few.
func fifths(strata []map[string][]observed) map[string][]observed {
	const parts, each = 5, 4
	values := slices.Collect(maps.Keys(strata[0]))
	total := 0
	for _, list := range strata[0] {
		total += len(list)
	}
	if len(strata) > 1 || len(values) < parts || total < parts*each {
		return nil
	}
	slices.SortFunc(values, func(a, b string) int { x, _ := number(a); y, _ := number(b); return cmp.Compare(x, y) })
	out := map[string][]observed{}
	seen, from := 0, 0
	for i, v := range values {
		seen += len(strata[0][v])
		if i < len(values)-1 && seen*parts < total*(len(out)+1) {
			continue
		}
		low, _ := number(values[from])
		high, _ := number(v)
		name := fmt.Sprintf("%s … %s", display.Number(low), display.Number(high))
		for _, v := range values[from : i+1] {
			out[name] = append(out[name], strata[0][v]...)
		}
		from = i + 1
	}
	return out
}

// best is the part with the best mean, in words; of a metric whose direction is
// not known the highest.
func (e *evidenceOf) best(parts map[string][]observed) string {
	m, word := *e.metric, "highest"
	if m.Direction == LowerIsBetter {
		word = "lowest"
	}
	name, value := "", math.NaN()
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		var list []float64
		for _, o := range parts[part] {
			list = append(list, o.value)
		}
		if v := stat.Mean(list, nil); math.IsNaN(value) || m.Direction.better(v, value) {
			name, value = part, v
		}
	}
	return word + " in " + name
}

// rankPairs are the ranks of f and of the metric within each stratum, about
// their means, and the degrees of freedom of their correlation.
func rankPairs(strata []map[string][]observed) (x, y []float64, free int, numbers bool) {
	for _, s := range strata {
		var xs, ys []float64
		for _, value := range slices.Sorted(maps.Keys(s)) {
			v, ok := number(value)
			if !ok {
				return nil, nil, 0, false
			}
			for _, o := range s[value] {
				xs, ys = append(xs, v), append(ys, o.value)
			}
		}
		xs, ys = ranks(xs), ranks(ys)
		mx, my := stat.Mean(xs, nil), stat.Mean(ys, nil)
		for i := range xs {
			x, y = append(x, xs[i]-mx), append(y, ys[i]-my)
		}
	}
	return x, y, len(x) - len(strata) - 1, true
}

func (out *Finding) byRank(x, y []float64, free int) bool {
	rho, p := correlation(x, y, free)
	if math.IsNaN(rho) || math.IsNaN(p) {
		return false
	}
	out.Runs, out.Rho, out.Explained, out.P = len(x), rho, rho*rho, p
	return true
}

func (out *Finding) byVariance(strata []map[string][]observed) bool {
	runs, values := 0, 0
	between, within := 0.0, 0.0
	for _, s := range strata {
		var all []float64
		for _, value := range slices.Sorted(maps.Keys(s)) {
			var list []float64
			for _, o := range s[value] {
				list = append(list, o.value)
			}
			m := stat.Mean(list, nil)
			for _, v := range list {
				within += (v - m) * (v - m)
			}
			all = append(all, list...)
		}
		mean := stat.Mean(all, nil)
		for _, v := range all {
			between += (v - mean) * (v - mean)
		}
		runs, values = runs+len(all), values+len(s)
	}
	between -= within
	if runs-values < 2 || between+within <= 0 {
		return false
	}
	out.Runs, out.Explained = runs, max(0, between)/(between+within)
	out.P = fTest(max(0, between), within, float64(values-len(strata)), float64(runs-values))
	return true
}

// together are the other things that differ and have changed with f in every
// run: what goes with one of them goes with all. Where most runs have a value of
// their own, as in a random search, that says nothing.
func (e *evidenceOf) together(f facet) []string {
	var out []string
	for _, other := range e.differ {
		if other == f || other.kind == FacetSeed {
			continue
		}
		to, back := map[string]string{}, map[string]string{}
		same := true
		look := func(facets map[facet]string) {
			a, b := facets[f], facets[other]
			if v, ok := to[a]; ok && v != b {
				same = false
			}
			if v, ok := back[b]; ok && v != a {
				same = false
			}
			to[a], back[b] = b, a
		}
		for _, o := range e.pool {
			look(o.facets)
		}
		if same && len(to) > 1 && (2*len(to) <= len(e.pool) || len(e.pool) < 4) {
			out = append(out, e.title(other))
		}
	}
	return out
}
