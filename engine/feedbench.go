package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A FeedReport says what each stage of ingestion did while a model was trained
// for a while.
type FeedReport struct {
	Name   string       `json:"name"`
	Target string       `json:"target"`
	Cached bool         `json:"cached"` // the decoded rows were there already
	Stages []feed.Stage `json:"stages"`
	// Slow is the stage that holds the training up: the one that alone would do the
	// fewest rows a second, of those that run for each step.
	Slow    string  `json:"slow"`
	Waiting float64 `json:"waiting"` // share of the steps' time, 0 to 1
}

// BenchFeed trains s on a source for o.For (0: 5 s), whatever its size, as
// FitStream does, and reports on the stages, without the first step, which
// compiles. Nothing is recorded. Without a target
// it takes the last column that can be one; without a family, mlp.
func BenchFeed(ctx context.Context, src feed.Source, s Spec, o Stream) (*FeedReport, error) {
	if o.For <= 0 {
		o.For = 5 * time.Second
	}
	if o.Stats == nil {
		o.Stats = &feed.Stats{}
	}
	if s.Family == "" && s.Graph == nil {
		s.Family = "mlp"
	}
	s.Epochs, s.Patience, s.Checkpoint = 1<<30, -1, ""
	if s.Target == "" {
		var err error
		if s.Target, err = anyTarget(ctx, src, s); err != nil {
			return nil, err
		}
	}
	r := &FeedReport{Name: src.Name(), Target: s.Target}
	res, err := FitStream(ctx, src, s, o, nil)
	if err != nil && !errors.Is(err, ErrDiverged) {
		return nil, fmt.Errorf("bench %s: %w", src.Name(), err)
	}
	if err != nil {
		r.Stages = o.Stats.Stages()
	} else {
		r.Stages = res.Stages
	}
	if !slices.ContainsFunc(r.Stages, func(s feed.Stage) bool { return s.Name == "step" }) {
		if err != nil {
			return nil, fmt.Errorf("bench %s: %w", src.Name(), err)
		}
		return nil, hint.New(fmt.Errorf("bench %s: no step was done in %s beside the first, which compiles and does not count", src.Name(), o.For), "give it longer: --seconds")
	}
	r.Cached, r.Waiting = true, Waiting(r.Stages)
	least := 0.0
	for _, st := range r.Stages {
		switch {
		case st.Name == "encode":
			r.Cached = false
		case (st.Name == "shuffle" || st.Name == "device" || st.Name == "step") && (r.Slow == "" || st.Rate() < least):
			r.Slow, least = st.Name, st.Rate()
		}
	}
	return r, nil
}

func anyTarget(ctx context.Context, src feed.Source, s Spec) (string, error) {
	fields := src.Schema().Fields()
	for i := len(fields) - 1; i >= 0; i-- {
		s.Target = fields[i].Name
		if _, _, err := streamTarget(ctx, src, s); err == nil {
			return s.Target, nil
		} else if ctx.Err() != nil {
			return "", err
		}
	}
	return "", hint.New(fmt.Errorf("bench %s: no column can be a target", src.Name()), "name one: --target COLUMN")
}

// Waiting is the share of the steps' time, 0 to 1, that they waited for rows.
func Waiting(stages []feed.Stage) float64 {
	var waited, busy time.Duration
	for _, s := range stages {
		switch s.Name {
		case "device":
			waited = s.Waited
		case "step":
			busy = s.Busy
		}
	}
	if busy <= 0 {
		return 0 // no step beside the first
	}
	return float64(waited) / float64(waited+busy)
}

// Line says in one sentence which stage is the slow one.
func (r *FeedReport) Line() string {
	return fmt.Sprintf("%s: the slowest stage is %s; the steps of a model of %s waited %.1f %% of their time for rows.",
		r.Name, r.Slow, r.Target, 100*r.Waiting)
}

// Table has a line for each stage: read to write run once, while the rows are
// decoded, and the others for every step.
func (r *FeedReport) Table() display.Table {
	t := display.Table{Columns: []string{"stage", "rows/s alone", "workers", "busy %", "queue %", "rows", "read"}, Limit: -1}
	for _, s := range r.ordered() {
		var queue, bytes any
		if s.Queue >= 0 {
			queue = int(100*s.Queue + 0.5)
		}
		if s.Bytes > 0 {
			bytes = feed.Bytes(s.Bytes)
		}
		t.Rows = append(t.Rows, []any{s.Name, int(s.Rate()), s.Workers, int(100*s.Share() + 0.5), queue, s.Rows, bytes})
	}
	return t
}

// Chart has a bar for each stage: the rows a second that it alone would do.
func (r *FeedReport) Chart() *chart.Chart {
	o := chart.BarOptions{Title: "rows a second of each stage alone", XLabel: "rows/s", Horizontal: true, Series: []chart.Series{{Name: "rows/s"}}}
	for _, s := range r.ordered() {
		o.Labels = append(o.Labels, s.Name)
		o.Series[0].Y = append(o.Series[0].Y, s.Rate())
	}
	return chart.Bar(o)
}

// ordered are the stages that did something, as rows go through them.
func (r *FeedReport) ordered() []feed.Stage {
	var out []feed.Stage
	for _, name := range []string{"read", "decode", "encode", "write", "shuffle", "device", "step"} {
		for _, s := range r.Stages {
			if s.Name == name && s.Rows > 0 {
				out = append(out, s)
			}
		}
	}
	return out
}
