package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/series"
)

const (
	plotWide  = 600     // buckets of one curve
	curveMost = 60      // curves of one chart
	timedMost = 2000000 // points of a curve that is drawn by time: each is read
	panelMost = 200     // charts of one page
)

// A panel is one chart: a metric in all its contexts, of one or more runs.
type panel struct {
	Base    string   // the metric without its context
	Metrics []string // whole names
	Src     string   // where its curves are
}

// plots are the charts of a page: those whose name has a text in it.
type plots struct {
	Panels  []panel
	Several bool // curves of more than one run in each
	Match   string
	Left    int         // charts that the page has no room for
	Keep    [][2]string // the rest of the page's address
}

// plotsOf groups the metrics of runs by what they measure; system chooses those
// of the machine or the others.
func plotsOf(r *http.Request, runs []tracker.Run, system bool) plots {
	q := r.URL.Query()
	v := plots{Several: len(runs) > 1, Match: q.Get("match")}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		for _, value := range q[name] {
			if name != "match" {
				v.Keep = append(v.Keep, [2]string{name, value})
			}
		}
	}
	for _, p := range panels(runs, system) {
		switch {
		case !strings.Contains(strings.ToLower(p.Base), strings.ToLower(v.Match)):
		case len(v.Panels) == panelMost:
			v.Left++
		default:
			v.Panels = append(v.Panels, p)
		}
	}
	return v
}

func panels(runs []tracker.Run, system bool) []panel {
	groups, seen := map[string][]string{}, map[string]bool{}
	for _, r := range runs {
		for name := range r.Metrics {
			if seen[name] || strings.HasPrefix(name, tracker.SystemMetrics) != system {
				continue
			}
			seen[name] = true
			base, _ := tracker.SplitMetric(name)
			groups[base] = append(groups[base], name)
		}
	}
	var list []panel
	for _, base := range compare.Order(slices.Sorted(maps.Keys(groups))) {
		p := panel{Base: base, Metrics: groups[base]}
		slices.Sort(p.Metrics)
		var pairs []string
		for _, r := range runs {
			pairs = append(pairs, "run", r.ID)
		}
		for _, m := range p.Metrics {
			pairs = append(pairs, "metric", m)
		}
		p.Src = address("/curves", pairs...)
		list = append(list, p)
	}
	return list
}

type (
	// drawing is what a page draws in a panel.
	drawing struct {
		Curves []curve `json:"curves"`
		Note   string  `json:"note,omitempty"`
	}
	// A curve is one metric of one run, thinned.
	curve struct {
		Run     int     `json:"run"` // which of those that were asked for
		Name    string  `json:"name"`
		Context string  `json:"context,omitempty"`
		Count   int     `json:"count"`  // of all points
		Points  []point `json:"points"` // in the order of x
	}
	// A point is consecutive values: where they begin and end, the lowest, the
	// highest and the last, and how many there are. By time, x is seconds since
	// the run began.
	point struct {
		from, to, min, max, end float64
		n                       int
	}
)

// MarshalJSON is [from, to, min, max, end, n]; what is no number is null.
func (p point) MarshalJSON() ([]byte, error) {
	list := []any{p.from, p.to, p.min, p.max, p.end, p.n}
	for i, v := range list {
		if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			list[i] = nil
		}
	}
	return json.Marshal(list)
}

// curves answers with the curves of a panel.
func (s *Server) curves(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	byTime := q.Get("x") == "time"
	d := drawing{Curves: []curve{}}
	for i, id := range q["run"] {
		run, err := s.run(r.Context(), id)
		if err != nil {
			return err
		}
		for _, metric := range q["metric"] {
			if _, has := run.Metrics[metric]; !has {
				continue
			}
			if len(d.Curves) == curveMost {
				d.Note = fmt.Sprintf("the first %d curves are shown", curveMost)
				break
			}
			c, note, err := s.curve(r.Context(), run, metric, byTime)
			if err != nil {
				return err
			}
			c.Run = i
			d.Curves = append(d.Curves, c)
			if note != "" {
				d.Note = note
			}
		}
	}
	writeJSON(w, http.StatusOK, d)
	return nil
}

func (s *Server) curve(ctx context.Context, r tracker.Run, metric string, byTime bool) (c curve, note string, err error) {
	c = curve{Name: r.Name, Points: []point{}}
	_, labels := tracker.SplitMetric(metric)
	var parts []string
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, label+"="+labels[label])
	}
	c.Context = strings.Join(parts, ", ")
	buckets, err := s.store.Buckets(ctx, r.ID, metric, plotWide)
	if err != nil {
		return c, "", err
	}
	for _, b := range buckets {
		c.Count += b.Count
	}
	switch {
	case !byTime:
		c.Points = bySteps(buckets)
	case c.Count > timedMost:
		note = fmt.Sprintf("%s has %s points: too many to draw by time", r.Name, commas(c.Count))
	default:
		pts, err := s.store.Curve(ctx, r.ID, metric)
		if err != nil {
			return c, "", err
		}
		c.Points = byTimes(pts, r)
	}
	return c, note, nil
}

// bySteps is buckets as points. Steps that repeat or go back are drawn in the
// order of their steps.
func bySteps(list []series.Bucket) []point {
	pts := make([]point, len(list))
	for i, b := range list {
		pts[i] = point{float64(b.First), float64(b.Last), b.Min, b.Max, b.End, b.Count}
	}
	slices.SortStableFunc(pts, func(a, b point) int { return cmp.Compare(a.from, b.from) })
	return pts
}

// byTimes joins points to as many as a picture shows, by when they were logged.
func byTimes(pts series.Stretch, r tracker.Run) []point {
	each := max(1, (pts.Len()+plotWide-1)/plotWide)
	var out []point
	var b series.Bucket
	var from float64
	for i, value := range pts.Values {
		at := float64(pts.Times[i]-r.Started.UnixNano()) / 1e9
		if b.Count == 0 {
			from = at
		}
		b.Add(pts.Steps[i], value)
		if b.Count == each || i == pts.Len()-1 {
			out = append(out, point{from, at, b.Min, b.Max, b.End, b.Count})
			b = series.Bucket{}
		}
	}
	slices.SortStableFunc(out, func(a, b point) int { return cmp.Compare(a.from, b.from) })
	return out
}
