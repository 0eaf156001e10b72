package compare

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Level is how much a confidence interval covers.
const Level = 0.95

// The methods of an Interval.
const (
	Welch  = "Welch"  // Welch's t interval: the groups may spread differently
	Paired = "paired" // the t interval of the differences seed by seed
)

// An Interval is a difference of two means with its confidence interval.
type Interval struct {
	Diff, Low, High float64
	DF              float64 // degrees of freedom of the t distribution
	Method          string
}

// Covers reports whether the interval has v in it: for 0, that the difference
// is within the noise.
func (i Interval) Covers(v float64) bool { return i.Low <= v && v <= i.High }

// WelchInterval is the mean of b less that of a. The degrees of freedom are
// those of Welch and Satterthwaite (Welch 1947). It is false where a side has
// fewer than 2 values or neither spreads: then there is no interval.
func WelchInterval(a, b []float64) (Interval, bool) {
	if len(a) < 2 || len(b) < 2 {
		return Interval{}, false
	}
	ma, va := stat.MeanVariance(a, nil)
	mb, vb := stat.MeanVariance(b, nil)
	va, vb = va/float64(len(a)), vb/float64(len(b))
	df := (va + vb) * (va + vb) / (va*va/float64(len(a)-1) + vb*vb/float64(len(b)-1))
	return interval(mb-ma, math.Sqrt(va+vb), df, max(math.Abs(ma), math.Abs(mb)), Welch)
}

// PairedInterval is the mean of b[i]-a[i]. It is false where there are fewer
// than 2 pairs or their differences do not spread. It panics when a and b
// differ in length.
func PairedInterval(a, b []float64) (Interval, bool) {
	d, size := make([]float64, len(a)), 0.0
	for i := range b {
		d[i] = b[i] - a[i]
		size = max(size, math.Abs(a[i]), math.Abs(b[i]))
	}
	return meanInterval(d, size)
}

// meanInterval is the t interval of the mean of differences of values of a size.
func meanInterval(d []float64, size float64) (Interval, bool) {
	if len(d) < 2 {
		return Interval{}, false
	}
	m, v := stat.MeanVariance(d, nil)
	return interval(m, math.Sqrt(v/float64(len(d))), float64(len(d)-1), size, Paired)
}

// tiny is what rounding leaves of a spread, in parts of the values.
const tiny = 1e-13

// interval is diff and its interval; size is how large the values are.
func interval(diff, se, df, size float64, method string) (Interval, bool) {
	if !(se > tiny*size) || math.IsInf(se, 0) || math.IsNaN(df) {
		return Interval{}, false
	}
	half := tQuantile((1+Level)/2, df) * se
	return Interval{diff, diff - half, diff + half, df, method}, true
}

func tQuantile(p, df float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(p)
}

// seedsNeeded is how many seeds of each of two groups that spread by sd show a
// difference, that is, give an interval without 0 four times out of five; 0
// where even a thousand do not.
func seedsNeeded(diff, sd float64) int {
	for n := 2; n <= 1000; n++ {
		df := float64(2*n - 2)
		if (tQuantile((1+Level)/2, df)+tQuantile(0.8, df))*sd*math.Sqrt(2/float64(n)) <= math.Abs(diff) {
			return n
		}
	}
	return 0
}

// spearman is the rank correlation of x and y, ties with their mean rank, and
// its two-sided p-value by the t distribution. It is NaN where one of them does
// not vary.
func spearman(x, y []float64) (rho, p float64) {
	return correlation(ranks(x), ranks(y), len(x)-2)
}

// correlation is Pearson's, with the p-value of so many degrees of freedom.
func correlation(x, y []float64, df int) (r, p float64) {
	r = stat.Correlation(x, y, nil)
	if math.IsNaN(r) || df < 1 {
		return r, math.NaN()
	}
	rest := 1 - r*r
	if rest <= 1e-15 {
		return r, 0
	}
	t := math.Abs(r) * math.Sqrt(float64(df)/rest)
	return r, 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}.Survival(t)
}

// fTest is the p-value of an analysis of variance.
func fTest(between, within, dfBetween, dfWithin float64) float64 {
	if dfBetween < 1 || dfWithin < 1 {
		return math.NaN()
	}
	if within <= 0 {
		return 0
	}
	f := between / dfBetween / (within / dfWithin)
	return distuv.F{D1: dfBetween, D2: dfWithin}.Survival(f)
}
