package compare

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
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
// number everywhere, else by an analysis of variance. It is false where that
// cannot be said, as with one run for each value of what is no number. The
// limit on chance is shared by all that differs (Bonferroni).
func (e *evidenceOf) relate(out *Finding, strata []map[string][]observed) bool {
	ok := false
	if x, y, free, numbers := rankPairs(strata); numbers {
		ok = out.byRank(x, y, free)
	} else {
		ok = out.byVariance(strata)
	}
	out.Clear = ok && out.P < chance/float64(len(e.differ))
	return ok
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
