package profile

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// A scale is a number column by code: its values in standard deviations from
// their mean, and its ranks, centred and divided by the number of rows; NaN for
// an infinity.
type scale struct {
	values, ranks []float64
	twice         []uint32 // twice the mean ranks, from 1; a whole number
	full          bool     // no row is missing
	rows          []int32  // those that are not; nil when full
}

func newScale(c *codes) scale {
	s := scale{values: make([]float64, c.distinct()), full: int(c.present) == len(c.rows)}
	counts := make([]int64, c.distinct())
	values, finite := c.finite()
	if total(finite) == 0 { // all of a sample may be missing
		return scale{values: s.values, ranks: make([]float64, c.distinct()), twice: make([]uint32, c.distinct()), rows: []int32{}}
	}
	n := numbers(values, finite)
	for i, x := range c.numbers {
		s.values[i], counts[i] = (x/2-n.Mean/2)/(n.Std/2), c.counts[i] // halves, for x-mean may be too large
		if math.IsInf(x, 0) {
			s.values[i], counts[i], s.full = math.NaN(), 0, false
		}
	}
	s.ranks, s.twice = ranks(counts), twiceRanks(counts)
	if !s.full {
		s.rows = make([]int32, 0, c.present)
		for row, code := range c.rows {
			if code >= 0 && s.values[code] == s.values[code] {
				s.rows = append(s.rows, int32(row))
			}
		}
	}
	return s
}

// ranks are the mean ranks of sorted values that occur so often, less the mean
// of all ranks, divided by the number of rows.
func ranks(counts []int64) []float64 {
	r, before, n := make([]float64, len(counts)), 0.0, float64(total(counts))
	for i, c := range counts {
		r[i] = (before + (float64(c)+1)/2 - (n+1)/2) / n
		before += float64(c)
	}
	return r
}

// sums are what a correlation needs of the rows that both columns have.
type sums struct{ n, x, y, xx, yy, xy float64 }

func (s sums) correlation() float64 {
	xx, yy, xy := s.xx-s.x*s.x/s.n, s.yy-s.y*s.y/s.n, s.xy-s.x*s.y/s.n
	if s.n < 2 || xx <= 1e-14*s.xx || yy <= 1e-14*s.yy {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx*yy)))
}

func (s *sums) add(o sums) {
	s.n, s.x, s.y, s.xx, s.yy, s.xy = s.n+o.n, s.x+o.x, s.y+o.y, s.xx+o.xx, s.yy+o.yy, s.xy+o.xy
}

const (
	blockRows = 1024
	stripes   = 16 // of rows; their sums are added in order, whoever made them
)

// order fills the Pearson and Spearman matrices of the number columns.
func (r *Relations) order(ctx context.Context, list []*codes, numbers []int) error {
	k := len(numbers)
	scales := make([]scale, k)
	if err := each(ctx, k, func(i int) { scales[i] = newScale(list[numbers[i]]) }); err != nil {
		return err
	}
	var parts [stripes][2][]sums
	rows := int(r.Rows)
	if err := each(ctx, stripes, func(s int) {
		b := newBlock(k)
		parts[s][0], parts[s][1] = make([]sums, k*k), make([]sums, k*k)
		for low := s * rows / stripes; low < (s+1)*rows/stripes; low += blockRows {
			b.load(list, numbers, scales, low, min(low+blockRows, (s+1)*rows/stripes))
			b.sum(scales, parts[s][0], parts[s][1])
		}
	}); err != nil {
		return err
	}
	return each(ctx, k*k, func(p int) {
		i, j := p/k, p%k
		if i >= j {
			return
		}
		var values, ranked sums
		for s := range parts {
			values.add(parts[s][0][p])
			ranked.add(parts[s][1][p])
		}
		r.Pearson.set(i, j, values.correlation())
		if !scales[i].full || !scales[j].full {
			ranked = rankedPair(list[numbers[i]], list[numbers[j]], scales[i], scales[j])
		}
		r.Spearman.set(i, j, ranked.correlation())
	})
}

// A block is some rows of all number columns, laid out for products.
type block struct {
	values, squares, ranks, there [][]float64
	n                             int
}

func newBlock(k int) *block {
	b := &block{}
	for _, m := range []*[][]float64{&b.values, &b.squares, &b.ranks, &b.there} {
		*m = make([][]float64, k)
		for i := range *m {
			(*m)[i] = make([]float64, blockRows)
		}
	}
	return b
}

func (b *block) load(list []*codes, numbers []int, scales []scale, low, high int) {
	b.n = high - low
	for k, i := range numbers {
		s := scales[k]
		for row, code := range list[i].rows[low:high] {
			x, rank, there := 0.0, 0.0, 0.0
			if code >= 0 && s.values[code] == s.values[code] {
				x, rank, there = s.values[code], s.ranks[code], 1
			}
			b.values[k][row], b.squares[k][row], b.ranks[k][row], b.there[k][row] = x, x*x, rank, there
		}
	}
}

// sum adds the products of each two columns. Ranks of columns with missing rows
// depend on the other column: rankedPair has those.
func (b *block) sum(scales []scale, values, ranked []sums) {
	k := len(scales)
	for i := range k {
		xi, qi, ri, ti := b.values[i][:b.n], b.squares[i][:b.n], b.ranks[i][:b.n], b.there[i][:b.n]
		for j := i + 1; j < k; j++ {
			xj, qj, rj, tj := b.values[j][:b.n], b.squares[j][:b.n], b.ranks[j][:b.n], b.there[j][:b.n]
			s := sums{n: float64(b.n), xy: floats.Dot(xi, xj)}
			if scales[i].full && scales[j].full {
				s.x, s.y, s.xx, s.yy = floats.Sum(xi), floats.Sum(xj), floats.Sum(qi), floats.Sum(qj)
				ranked[i*k+j].add(sums{n: s.n, xy: floats.Dot(ri, rj), xx: floats.Dot(ri, ri), yy: floats.Dot(rj, rj)})
			} else {
				s.n, s.x, s.y, s.xx, s.yy = floats.Dot(ti, tj), floats.Dot(xi, tj), floats.Dot(ti, xj), floats.Dot(qi, tj), floats.Dot(ti, qj)
			}
			values[i*k+j].add(s)
		}
	}
}

// rankedPair ranks each column among the rows that the other has too. The order of
// the rows is that of neither column, so that what is looked up for each is kept small.
func rankedPair(a, b *codes, sa, sb scale) (s sums) {
	rows, ra, rb := shared(sa, sb, len(a.rows)), sa.twice, sb.twice
	if !sb.full {
		ra = twiceRanks(among(a, rows))
	}
	if !sa.full {
		rb = twiceRanks(among(b, rows))
	}
	mean := float64(len(rows)) + 1
	for _, row := range rows {
		x, y := float64(ra[a.rows[row]])-mean, float64(rb[b.rows[row]])-mean
		s.xx, s.yy, s.xy = s.xx+x*x, s.yy+y*y, s.xy+x*y
	}
	s.n = float64(len(rows))
	return s
}

// shared are the rows of n that both columns have.
func shared(a, b scale, n int) []int32 {
	switch {
	case b.full && !a.full:
		return a.rows
	case a.full && !b.full:
		return b.rows
	case !a.full:
		return both(a.rows, b.rows)
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// both are the rows that are in two lists, each in order.
func both(a, b []int32) (rows []int32) {
	rows = make([]int32, 0, min(len(a), len(b)))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			rows = append(rows, a[i])
			i, j = i+1, j+1
		}
	}
	return rows
}

// among counts the codes of c in some rows.
func among(c *codes, rows []int32) []int32 {
	counts := make([]int32, c.distinct())
	for _, row := range rows {
		counts[c.rows[row]]++
	}
	return counts
}

// twiceRanks are twice the mean ranks of sorted values that occur so often.
func twiceRanks[N int32 | int64](counts []N) []uint32 {
	r, before := make([]uint32, len(counts)), uint32(0)
	for i, c := range counts {
		r[i] = 2*before + uint32(c) + 1
		before += uint32(c)
	}
	return r
}
