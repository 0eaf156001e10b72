package recipe

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

const neighbours = 3

// miClass is the mutual information of x with classes, in nats: exact for
// discrete x, and by nearest neighbours for others (Ross 2014, PLoS ONE 9(2), as
// scikit-learn's mutual_info_classif, which adds the like of jitter's noise).
func miClass(x []float64, discrete bool, classes []int, seed int64) float64 {
	if discrete {
		return miTable(x, classes)
	}
	x = jitter(x, seed)
	groups := map[int][]float64{}
	for i, v := range x {
		groups[classes[i]] = append(groups[classes[i]], v)
	}
	var used []float64
	var k, counts []float64
	var radii []float64
	for class := range slices.Max(classes) + 1 {
		g := groups[class]
		if len(g) < 2 {
			continue
		}
		near := min(neighbours, len(g)-1)
		slices.Sort(g)
		for i := range g {
			radii = append(radii, math.Nextafter(kth(g, i, near), 0))
			k = append(k, float64(near))
			counts = append(counts, float64(len(g)))
		}
		used = append(used, g...)
	}
	if len(used) == 0 {
		return 0
	}
	all := sorted(slices.Clone(used))
	sum := 0.0
	for i, v := range used {
		sum += mathext.Digamma(k[i]) - mathext.Digamma(counts[i]) - mathext.Digamma(float64(within(all, v, radii[i])))
	}
	return max(0, mathext.Digamma(float64(len(used)))+sum/float64(len(used)))
}

// kth is the distance from g[i] to its near-th neighbour in sorted g.
func kth(g []float64, i, near int) float64 {
	low, high, d := i, i, 0.0
	for range near {
		switch {
		case low == 0:
			high++
			d = g[high] - g[i]
		case high == len(g)-1 || g[i]-g[low-1] <= g[high+1]-g[i]:
			low--
			d = g[i] - g[low]
		default:
			high++
			d = g[high] - g[i]
		}
	}
	return d
}

// within counts the values of sorted all at most r from v, v too.
func within(all []float64, v, r float64) int {
	// Distances are compared, since v-r may round to a value that is farther off.
	low := sort.Search(len(all), func(i int) bool { return v-all[i] <= r })
	high := sort.Search(len(all), func(i int) bool { return all[i]-v > r })
	return high - low
}

// jitter scales to a deviation of 1 and parts equal values by tiny noise.
func jitter(x []float64, seed int64) []float64 {
	r := rand.New(rand.NewPCG(uint64(seed), 0x6d1))
	// sklearn's scale, without the shift; its deviation has n in its denominator.
	std := math.Sqrt(variance(x, mean(x)))
	if std == 0 {
		std = 1
	}
	out, size := make([]float64, len(x)), 0.0
	for i, v := range x {
		out[i] = v / std
		size += math.Abs(out[i]) / float64(len(x))
	}
	for i := range out {
		out[i] += 1e-10 * max(1, size) * r.NormFloat64()
	}
	return out
}

func miTable(x []float64, classes []int) float64 {
	type cell struct {
		x float64
		c int
	}
	joint, px, pc := map[cell]float64{}, map[float64]float64{}, map[int]float64{}
	n := float64(len(x))
	for i, v := range x {
		joint[cell{v, classes[i]}]++
		px[v]++
		pc[classes[i]]++
	}
	xs := levels(x)
	sum := 0.0
	for _, v := range xs {
		for c := range slices.Max(classes) + 1 {
			if k := joint[cell{v, c}]; k > 0 {
				sum += k / n * math.Log(k*n/(px[v]*pc[c]))
			}
		}
	}
	return max(0, sum)
}

// mostRows is how many rows a mutual information of two numbers looks at; of more
// a seeded sample is taken, since the search is quadratic.
const mostRows = 4000

// miNumber is the mutual information of x with a number (Kraskov et al. 2004, the
// first estimator, as scikit-learn's mutual_info_regression).
func miNumber(x []float64, discrete bool, y []float64, seed int64) float64 {
	if len(x) > mostRows {
		rows := rand.New(rand.NewPCG(uint64(seed), 0x6d2)).Perm(len(x))[:mostRows]
		a, b := make([]float64, mostRows), make([]float64, mostRows)
		for i, row := range rows {
			a[i], b[i] = x[row], y[row]
		}
		x, y = a, b
	}
	if discrete {
		all, classes := levels(x), make([]int, len(x))
		for i, v := range x {
			classes[i], _ = slices.BinarySearch(all, v)
		}
		return miClass(y, false, classes, seed)
	}
	x, y = jitter(x, seed), jitter(y, seed+1)
	n, near := len(x), min(neighbours, len(x)-1)
	if near < 1 {
		return 0
	}
	xs, ys := sorted(slices.Clone(x)), sorted(slices.Clone(y))
	sum := 0.0
	for i := range n {
		var best [neighbours + 1]float64
		for k := range best {
			best[k] = math.Inf(1)
		}
		for j := range n {
			if d := max(math.Abs(x[i]-x[j]), math.Abs(y[i]-y[j])); j != i && d < best[near-1] {
				at := near - 1
				for ; at > 0 && best[at-1] > d; at-- {
					best[at] = best[at-1]
				}
				best[at] = d
			}
		}
		r := math.Nextafter(best[near-1], 0)
		sum += mathext.Digamma(float64(within(xs, x[i], r))) + mathext.Digamma(float64(within(ys, y[i], r)))
	}
	return max(0, mathext.Digamma(float64(n))+mathext.Digamma(float64(near))-sum/float64(n))
}
