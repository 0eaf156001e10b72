package mlflow

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// history is a list of models with one more behind.
func history(list, model string) (string, error) {
	var all []json.RawMessage
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(model), &fields); err != nil {
		return "", failf(invalidValue, "Malformed model info. \n %.500s \n is not a valid JSON.", model)
	}
	for _, f := range []string{"artifact_path", "flavors", "utc_time_created", "run_id"} {
		if _, ok := fields[f]; !ok {
			return "", failf(invalidValue, "Model json is missing mandatory fields: {'%s'}", f)
		}
	}
	_ = json.Unmarshal([]byte(list), &all) // what is no list is begun anew
	data, err := json.Marshal(append(all, json.RawMessage(model)))
	return string(data), err
}

// points are a metric's as MLflow lists them: by time and step.
func (s *server) points(ctx context.Context, runID, metric string) ([]tracker.Point, error) {
	if _, err := s.run(ctx, runID); err != nil {
		return nil, err
	}
	pts, err := s.Points(ctx, runID, metric)
	slices.SortStableFunc(pts, func(a, b tracker.Point) int {
		return cmp.Or(cmp.Compare(a.Time.UnixMilli(), b.Time.UnixMilli()), cmp.Compare(a.Step, b.Step))
	})
	return pts, err
}

type metricsAnswer struct {
	Metrics []metricJSON `json:"metrics,omitempty"`
	Token   string       `json:"next_page_token,omitempty"`
}

func (s *server) history(ctx context.Context, in *struct {
	runRef
	page
	Key string `json:"metric_key" need:""`
}) (any, error) {
	n, offset, err := in.at(1<<31-1, 1<<31-1)
	if err != nil {
		return nil, err
	}
	pts, err := s.points(ctx, in.id(), in.Key)
	if err != nil {
		return nil, err
	}
	pts, token := cutPage(pts, n, offset)
	return metricsAnswer{metricsOut(pts, ""), token}, nil
}

func metricsOut(pts []tracker.Point, runID string) []metricJSON {
	out := make([]metricJSON, len(pts))
	for i, p := range pts {
		out[i] = metricOut(p)
		out[i].RunID = runID
	}
	return out
}

// What the bulk forms of a history give at most, as in MLflow.
const (
	maxRuns        = 100
	maxBulk        = 25_000
	maxIntervalRun = 2_500
)

func (s *server) historyBulk(ctx context.Context, in *struct {
	Runs []string `json:"run_id"`
	Key  string   `json:"metric_key" need:""`
	page
}) (any, error) {
	n, _, err := in.at(maxBulk, 1<<31-1)
	if err != nil {
		return nil, err
	}
	n = min(n, maxBulk)
	if len(in.Runs) == 0 || len(in.Runs) > maxRuns {
		return nil, failf(invalidValue, "GetMetricHistoryBulk request must specify 1 to %d run_ids. Received %d run_ids.", maxRuns, len(in.Runs))
	}
	var out []metricJSON
	for _, id := range slices.Sorted(slices.Values(in.Runs)) {
		pts, err := s.points(ctx, id, in.Key)
		if err != nil {
			return nil, err
		}
		if out = append(out, metricsOut(pts, id)...); len(out) >= n {
			return metricsAnswer{Metrics: out[:n]}, nil
		}
	}
	return metricsAnswer{Metrics: out}, nil
}

// historyInterval gives for each run at most so many points, evenly taken from
// those within the steps, the first and the last among them.
func (s *server) historyInterval(ctx context.Context, in *struct {
	Runs  []string `json:"run_ids" need:""`
	Key   string   `json:"metric_key" need:""`
	Start *integer `json:"start_step"`
	End   *integer `json:"end_step"`
	page
}) (any, error) {
	n, _, err := in.at(maxIntervalRun, maxIntervalRun)
	switch {
	case err != nil:
		return nil, err
	case len(in.Runs) > maxRuns:
		return nil, failf(invalidValue, "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids.", maxRuns, len(in.Runs))
	case (in.Start == nil) != (in.End == nil):
		return nil, failf(invalidValue, "If either start step or end step are specified, both must be specified.")
	case in.Start != nil && *in.Start > *in.End:
		return nil, failf(invalidValue, "end_step must be greater than start_step. Found start_step=%d and end_step=%d.", *in.Start, *in.End)
	}
	var out []metricJSON
	for _, id := range in.Runs {
		pts, err := s.points(ctx, id, in.Key)
		if err != nil {
			return nil, err
		}
		if in.Start != nil {
			pts = slices.DeleteFunc(pts, func(p tracker.Point) bool { return p.Step < int64(*in.Start) || p.Step > int64(*in.End) })
		}
		slices.SortStableFunc(pts, func(a, b tracker.Point) int { return cmp.Compare(a.Step, b.Step) })
		out = append(out, metricsOut(evenly(pts, n), id)...)
	}
	return metricsAnswer{Metrics: out}, nil
}

// evenly takes n of a list, the first and the last among them; of one, the last.
func evenly(pts []tracker.Point, n int) []tracker.Point {
	switch {
	case len(pts) <= n:
		return pts
	case n == 1:
		return pts[len(pts)-1:]
	}
	out := make([]tracker.Point, n)
	for i := range out {
		out[i] = pts[i*(len(pts)-1)/(n-1)]
	}
	return out
}
