package mem

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// log adds a point that a cell logged.
func (r *run) log(p tracker.Point, o tracker.Origin) {
	spans := r.origins.Metrics[p.Metric]
	var last tracker.Origin
	if n := len(spans); n > 0 {
		last = spans[n-1].Origin
	}
	if last != o {
		at := len(r.points[p.Metric])
		if len(spans) == 0 && at > 0 {
			spans = []tracker.Span{{}}
		}
		r.origins.Metrics[p.Metric] = append(spans, tracker.Span{First: at, Origin: o})
	}
	r.points[p.Metric] = append(r.points[p.Metric], p)
	r.Metrics[p.Metric] = p.Value
}

// came notes which cell set parameters.
func (r *run) came(ctx context.Context, params map[string]any) {
	o := tracker.OriginOf(ctx)
	for name := range params {
		if o != (tracker.Origin{}) {
			r.origins.Params[name] = o
		}
	}
}

// Origins returns which cells set the parameters and logged the metrics of a run.
func (s *Store) Origins(ctx context.Context, runID string) (tracker.Origins, error) {
	if err := s.enter(ctx); err != nil {
		return tracker.Origins{}, err
	}
	defer s.mu.Unlock()
	r, err := s.find("read origins of", runID)
	if err != nil {
		return tracker.Origins{}, err
	}
	out := tracker.Origins{Params: maps.Clone(r.origins.Params), Metrics: map[string][]tracker.Span{}}
	for name, spans := range r.origins.Metrics {
		out.Metrics[name] = slices.Clone(spans)
	}
	return out, nil
}

// ReopenRun opens a closed run again.
func (s *Store) ReopenRun(ctx context.Context, runID string, p tracker.Process) (tracker.Run, error) {
	if err := s.enter(ctx); err != nil {
		return tracker.Run{}, err
	}
	defer s.mu.Unlock()
	r, err := s.find("reopen", runID)
	if err != nil {
		return tracker.Run{}, err
	}
	if r.Status != tracker.Running {
		r.Status, r.Reason, r.Ended, r.Source.Process = tracker.Running, "", time.Time{}, p
	}
	return clone(r.Run, true), nil
}

// MovePoints takes the points after a step from one open run to another.
func (s *Store) MovePoints(ctx context.Context, source string, step int64, to string) (n int, err error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	r, err := s.open("move points of", source)
	if err != nil {
		return 0, err
	}
	target, err := s.open("move points to", to)
	if err != nil {
		return 0, err
	}
	if r == target {
		return 0, &tracker.RunError{Op: "move points to", Run: to, Err: fmt.Errorf("%w: they are of that run", tracker.ErrConflict)}
	}
	for name, pts := range r.points {
		spans := r.origins.Metrics[name]
		delete(r.points, name)
		delete(r.origins.Metrics, name)
		delete(r.Metrics, name)
		var o tracker.Origin
		for i, p := range pts {
			for len(spans) > 0 && spans[0].First <= i {
				o, spans = spans[0].Origin, spans[1:]
			}
			if p.Step > step {
				target.log(p, o)
				n++
			} else {
				r.log(p, o)
			}
		}
	}
	return n, nil
}
