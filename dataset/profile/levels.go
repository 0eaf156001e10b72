package profile

import (
	"math"
	"slices"
	"sort"
)

const (
	mostLevels = 100 // of a category that takes part in Cramér's V and information
	cuts       = 16  // bins of equal frequency that a number is cut into for information
	noLevel    = 255
)

// levels is a column as few classes: of[row] is one of 0 to n-1, or noLevel.
type levels struct {
	of []uint8
	n  int
}

// levelled makes the levels of a column: the values themselves where there are at
// most 100 (16 of a number or time), else a number's bins between its quantiles
// of 0, 1/16, ... 1, the lower bound outside, as pandas.qcut with
// duplicates="drop" cuts. Infinities are missing. It is nil for a category with
// more values, and for a column with fewer than two levels.
func levelled(c *codes) *levels {
	byCode := make([]uint8, c.distinct())
	n := 0
	switch {
	case c.kind == KindCategory && len(byCode) <= mostLevels, c.kind != KindCategory && len(byCode) <= cuts:
		for i := range byCode {
			byCode[i] = uint8(i)
			if c.kind == KindNumber && math.IsInf(c.numbers[i], 0) {
				byCode[i] = noLevel
			}
		}
		n = len(byCode)
	case c.kind == KindCategory:
		return nil
	default:
		n = c.cut(byCode)
	}
	if n < 2 {
		return nil
	}
	l := &levels{make([]uint8, len(c.rows)), n}
	for i, code := range c.rows {
		l.of[i] = noLevel
		if code >= 0 {
			l.of[i] = byCode[code]
		}
	}
	return l
}

func (c *codes) cut(byCode []uint8) int {
	values, counts := c.finite()
	for i := range byCode {
		byCode[i] = noLevel
	}
	if total(counts) == 0 {
		return 0
	}
	q := newQuantiles(values, counts)
	bounds := make([]float64, cuts+1)
	for i := range bounds {
		bounds[i] = q.at(float64(i) / cuts)
	}
	bounds = slices.Compact(bounds)
	for i, x := range c.numbers {
		if !math.IsInf(x, 0) {
			byCode[i] = uint8(max(0, sort.SearchFloat64s(bounds, x)-1))
		}
	}
	return len(bounds) - 1
}

// A crossing counts the rows of each two levels.
type crossing struct {
	cells      []int64 // of level i and j at i*width+j
	rows, cols []int64
	total      int64
}

// cross counts the rows where both columns have a level; with missing, no level
// of b is a level too, the last.
func cross(a, b *levels, missing bool) *crossing {
	var cells [256 * 256]uint32
	for i, x := range a.of {
		cells[int(x)<<8|int(b.of[i])]++
	}
	width := b.n
	if missing {
		width++
	}
	c := &crossing{make([]int64, a.n*width), make([]int64, a.n), make([]int64, width), 0}
	for i := range a.n {
		for j := range width {
			at := j
			if j == b.n {
				at = noLevel
			}
			k := int64(cells[i<<8|at])
			c.cells[i*width+j] = k
			c.rows[i], c.cols[j], c.total = c.rows[i]+k, c.cols[j]+k, c.total+k
		}
	}
	return c
}

// information is the mutual information in nats, counted from the cells as they
// are (the plug-in estimate), and the same divided by the mean of both
// entropies, as scikit-learn's normalized_mutual_info_score. NaN without rows;
// 0 where a side has one level only.
func (c *crossing) information() (nats, normalized float64) {
	if c.total == 0 {
		return math.NaN(), math.NaN()
	}
	n := float64(c.total)
	for i, r := range c.rows {
		for j, k := range c.cols {
			if x := float64(c.cells[i*len(c.cols)+j]); x > 0 {
				nats += x / n * (math.Log(x) + math.Log(n) - math.Log(float64(r)) - math.Log(float64(k)))
			}
		}
	}
	nats = max(0, nats)
	mean := (entropy(c.rows, n) + entropy(c.cols, n)) / 2
	if mean == 0 {
		return nats, 0
	}
	return nats, min(1, nats/mean)
}

func entropy(counts []int64, n float64) (h float64) {
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / n
			h -= p * math.Log(p)
		}
	}
	return h
}

// cramersV is Cramér's V with the bias correction of Bergsma (2013): from
// φ² = max(0, χ²/n - (r-1)(c-1)/(n-1)) and r, c lessened by (r-1)²/(n-1),
// (c-1)²/(n-1). NaN where a side has one level only.
func (c *crossing) cramersV() float64 {
	n, chi := float64(c.total), 0.0
	r, k := used(c.rows), used(c.cols)
	if r < 2 || k < 2 || n < 2 {
		return math.NaN()
	}
	for i, a := range c.rows {
		for j, b := range c.cols {
			if want := float64(a) * float64(b) / n; want > 0 {
				d := float64(c.cells[i*len(c.cols)+j]) - want
				chi += d * d / want
			}
		}
	}
	phi := max(0, chi/n-(r-1)*(k-1)/(n-1))
	r, k = r-(r-1)*(r-1)/(n-1), k-(k-1)*(k-1)/(n-1)
	if min(r, k) <= 1 {
		return math.NaN()
	}
	return min(1, math.Sqrt(phi/(min(r, k)-1)))
}

func used(counts []int64) (n float64) {
	for _, c := range counts {
		if c > 0 {
			n++
		}
	}
	return n
}
