package compare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

// What a curve is drawn over.
const (
	Step  = "step"
	Time  = "time"  // seconds since the run began
	Epoch = "epoch" // what the run logged as epoch at the same steps, or its step where it counts epochs
)

type (
	// A Curve is one metric of one run, ready to be drawn: where a place has more
	// than one point its minimum and maximum are in X and Y. Smooth, where it was
	// asked for, goes along SmoothX.
	Curve struct {
		Run             int // in the runs that were given
		Metric          string
		Note            string // tells it from others of its group
		X, Y            []float64
		SmoothX, Smooth []float64
	}

	// CurveOptions say how curves are drawn. Their zero value is right.
	CurveOptions struct {
		X      string  // Step, Time, Epoch; "": Step
		Smooth float64 // 0, none, to below 1: the weight of what came before
		Places int     // at most so many along the curve; 0: 2000
	}

	// A spot is what a curve shows of one place.
	spot struct {
		first, last, low, high, end float64
		count                       int
	}
)

// Check reports options that mean nothing.
func (o CurveOptions) Check() error {
	if !slices.Contains([]string{"", Step, Time, Epoch}, o.X) {
		return hint.New(fmt.Errorf("compare: curves over %s", o.X), "one of step, time, epoch")
	}
	if !(o.Smooth >= 0 && o.Smooth < 1) {
		return hint.New(fmt.Errorf("compare: smoothing of %v", o.Smooth), "from 0, none, to below 1, such as 0.6")
	}
	return nil
}

// Curves reads a metric of runs. A name without a context stands for that of
// every context: loss for loss{subset=val} too. What has fewer than two points
// is no curve and left out.
func Curves(ctx context.Context, s tracker.Store, runs []tracker.Run, metric string, o CurveOptions) ([]Curve, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.Places <= 0 {
		o.Places = 2000
	}
	var out []Curve
	for i, r := range runs {
		for _, name := range contexts(r, metric) {
			spots, err := readSpots(ctx, s, r, name, o)
			if err != nil {
				return nil, fmt.Errorf("compare: read %s of %s: %w", name, r.Name, err)
			}
			c := Curve{Run: i, Metric: name}
			c.draw(spots, o.Smooth)
			if len(c.X) > 1 {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// contexts are the metrics of a run that a name stands for.
func contexts(r tracker.Run, metric string) []string {
	var list []string
	for name := range r.Metrics {
		if name == metric || baseName(name) == metric {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func readSpots(ctx context.Context, s tracker.Store, r tracker.Run, metric string, o CurveOptions) ([]spot, error) {
	if o.X == Time {
		pts, err := s.Curve(ctx, r.ID, metric)
		return timed(r, pts, o.Places), err
	}
	buckets, err := s.Buckets(ctx, r.ID, metric, o.Places)
	if err != nil {
		return nil, err
	}
	at := func(step float64) float64 { return step }
	if o.X == Epoch {
		if at, err = epochs(ctx, s, r, buckets, o.Places); err != nil {
			return nil, err
		}
	}
	spots := make([]spot, len(buckets))
	for i, b := range buckets {
		spots[i] = spot{at(float64(b.First)), at(float64(b.Last)), b.Min, b.Max, b.End, b.Count}
	}
	return spots, nil
}

// timed joins points into places of as many each.
func timed(r tracker.Run, pts series.Stretch, places int) []spot {
	per := (pts.Len() + places - 1) / max(1, places)
	var spots []spot
	var b series.Bucket
	for i, value := range pts.Values {
		t := float64(pts.Times[i]-r.Started.UnixNano()) / 1e9
		if i%per == 0 {
			b = series.Bucket{}
			spots = append(spots, spot{first: t})
		}
		b.Add(pts.Steps[i], value)
		last := &spots[len(spots)-1]
		*last = spot{last.first, t, b.Min, b.Max, b.End, b.Count}
	}
	return spots
}

// epochs turns steps into epochs: by a metric called epoch that was logged along
// the way, or as they are where the run has no more steps than epochs.
func epochs(ctx context.Context, s tracker.Store, r tracker.Run, drawn []series.Bucket, places int) (func(float64) float64, error) {
	for name := range r.Metrics {
		words := nameWords(baseName(name))
		if len(words) == 0 || words[len(words)-1] != "epoch" || strings.HasPrefix(name, "model/") {
			continue
		}
		buckets, err := s.Buckets(ctx, r.ID, name, places)
		if err != nil {
			return nil, err
		}
		if len(buckets) > 1 {
			return between(buckets), nil
		}
	}
	total, ok := number(text(r.Params["epochs"]))
	if last := len(drawn) - 1; ok && last >= 0 && float64(drawn[last].Last) <= total {
		return func(step float64) float64 { return step }, nil
	}
	return nil, hint.New(fmt.Errorf("%s logged no epoch", r.Name), "log a metric named epoch at the same steps, or draw over --x step or time")
}

// between interpolates the last values of buckets over their last steps.
func between(buckets []series.Bucket) func(float64) float64 {
	return func(step float64) float64 {
		i := sort.Search(len(buckets), func(i int) bool { return float64(buckets[i].Last) >= step })
		if i == len(buckets) {
			return buckets[i-1].End
		}
		b := buckets[i]
		if i == 0 || float64(b.Last) == step {
			return b.End
		}
		a := buckets[i-1]
		part := (step - float64(a.Last)) / float64(b.Last-a.Last)
		return a.End + part*(b.End-a.End)
	}
}

// draw fills a curve from its places.
func (c *Curve) draw(spots []spot, weight float64) {
	var ends []float64
	for _, p := range spots {
		if p.count > 1 { // the minimum and the maximum of a place are drawn, whatever lies between
			c.X, c.Y = append(c.X, p.first, p.first/2+p.last/2), append(c.Y, p.low, p.high)
		}
		c.X, c.Y = append(c.X, p.last), append(c.Y, p.end)
		c.SmoothX, ends = append(c.SmoothX, p.last), append(ends, p.end)
	}
	if weight > 0 {
		c.Smooth = smooth(ends, weight)
		return
	}
	c.SmoothX = nil
}

// smooth is TensorBoard's: an exponential mean in which what came before has
// the weight, made whole at the beginning, where it has seen little (debiased).
// What is not finite stays as it is and is not averaged.
func smooth(values []float64, weight float64) []float64 {
	out := make([]float64, len(values))
	mean, seen := 0.0, 0.0
	for i, v := range values {
		if !finite(v) {
			out[i] = v
			continue
		}
		mean = mean*weight + (1-weight)*v
		seen++
		out[i] = mean / (1 - math.Pow(weight, seen))
	}
	return out
}
