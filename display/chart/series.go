package chart

import (
	"math"

	"github.com/cellar-ml/cellar/display"
)

// A Series is one line, one set of bars or one cloud of points. X may be nil:
// then Y's indices from 1 are meant. NaN and infinite values leave a gap. Lines of
// one name have one colour; a Faint one lies behind them, as raw values lie behind
// smoothed ones, and is not in the text where another line has its name.
type Series struct {
	Name   string
	X, Y   []float64
	Dashed bool
	Faint  bool
	Note   string // tells it from others of its name, in text
}

// Points of one series that the page gets; a longer line keeps its shape.
const maxPoints = 1000

type point struct{ x, y float64 }

// points is the series as pairs; a gap has a NaN y.
func (s Series) points() []point {
	n := len(s.Y)
	if s.X != nil {
		n = min(n, len(s.X))
	}
	out := make([]point, 0, n)
	for i := range n {
		x := float64(i + 1)
		if s.X != nil {
			x = s.X[i]
		}
		if !finite(x) {
			continue
		}
		y := s.Y[i]
		if !finite(y) {
			y = math.NaN()
		}
		out = append(out, point{x, y})
	}
	return out
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// hasData holds when at least one value can be drawn.
func hasData(all []Series) bool {
	for _, s := range all {
		for _, p := range s.points() {
			if finite(p.y) {
				return true
			}
		}
	}
	return false
}

// thin keeps at most n points of a line: the first, the last, and of each span
// between the one that makes the largest triangle with its neighbours
// (Steinarsson 2013, largest-triangle-three-buckets). Gaps do not survive in a
// line that is thinned.
func thin(pts []point, n int) []point {
	if len(pts) <= n || n < 3 {
		return pts
	}
	whole := pts[:0:0]
	for _, p := range pts {
		if finite(p.y) {
			whole = append(whole, p)
		}
	}
	if len(whole) <= n {
		return whole
	}
	out := make([]point, 0, n)
	out = append(out, whole[0])
	span := float64(len(whole)-2) / float64(n-2)
	for i := range n - 2 {
		from, to := 1+int(float64(i)*span), 1+int(float64(i+1)*span)
		next := mean(whole[to:min(len(whole), 1+int(float64(i+2)*span))], whole[len(whole)-1])
		out = append(out, largest(whole[from:to], out[len(out)-1], next))
	}
	return append(out, whole[len(whole)-1])
}

func mean(pts []point, other point) point {
	if len(pts) == 0 {
		return other
	}
	var m point
	for _, p := range pts {
		m.x, m.y = m.x+p.x/float64(len(pts)), m.y+p.y/float64(len(pts))
	}
	return m
}

func largest(pts []point, a, c point) point {
	best, area := pts[0], -1.0
	for _, b := range pts {
		if t := math.Abs((a.x-c.x)*(b.y-a.y) - (a.x-b.x)*(c.y-a.y)); t > area {
			best, area = b, t
		}
	}
	return best
}

// tidy rounds to six digits: what a chart can show, in few bytes.
func tidy(x float64) float64 {
	if x == 0 || !finite(x) {
		return x
	}
	unit := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(x))))
	if r := math.Round(x*unit) / unit; finite(r) {
		return r
	}
	return x
}

// label is a name for the page: on one line and not endless.
func label(s string) string { return display.Shorten(display.Line(s), 60) }

// plotValue is y for ECharts, which reads "-" as a gap.
func plotValue(y float64) any {
	if !finite(y) {
		return "-"
	}
	return tidy(y)
}
