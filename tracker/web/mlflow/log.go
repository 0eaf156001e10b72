package mlflow

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// write calls f, which logs to a run. MLflow's clients log to a closed run by its
// id as to an open one: it is opened for f, and then closed as it was.
func (s *server) write(ctx context.Context, runID string, f func() error) error {
	if runID == "" {
		return missing("run_id")
	}
	err := f()
	if errors.Is(err, tracker.ErrNotFound) {
		return noRun(runID)
	}
	if !errors.Is(err, tracker.ErrFinished) {
		return err
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	r, err := s.run(ctx, runID)
	if err != nil {
		return err
	}
	if r.Status == tracker.Running { // opened meanwhile
		return f()
	}
	// Until it is closed it is in this process's hands: who opens the store after
	// the death of the server closes it.
	if _, err := s.ReopenRun(ctx, runID, tracker.Self()); err != nil {
		return err
	}
	return errors.Join(f(), s.FinishRun(context.WithoutCancel(ctx), runID, r.Status, r.Reason))
}

// A metricIn is a point as a client sends it.
type metricIn struct {
	Key       string          `json:"key" need:""`
	Value     *tracker.Number `json:"value" need:""`
	Timestamp *integer        `json:"timestamp" need:""`
	Step      integer         `json:"step"`
	ModelID   string          `json:"model_id"`
	Dataset   string          `json:"dataset_name"`
	Digest    string          `json:"dataset_digest"`
}

func (m metricIn) point() tracker.Point {
	return tracker.Point{Metric: m.Key, Step: int64(m.Step), Time: time.UnixMilli(int64(*m.Timestamp)), Value: float64(*m.Value)}
}

func (s *server) logMetric(ctx context.Context, in *struct {
	runRef
	metricIn
}) (any, error) {
	return none{}, s.logMetrics(ctx, in.id(), []metricIn{in.metricIn})
}

func (s *server) logMetrics(ctx context.Context, runID string, list []metricIn) error {
	points := make([]tracker.Point, len(list))
	for i, m := range list {
		points[i] = m.point()
	}
	if err := s.write(ctx, runID, func() error { return s.Log(ctx, runID, points...) }); err != nil {
		return err
	}
	return s.logModelMetrics(ctx, runID, list)
}

func (s *server) logParam(ctx context.Context, in *struct {
	runRef
	Key   string `json:"key" need:""`
	Value string `json:"value"`
}) (any, error) {
	return none{}, s.logParams(ctx, in.id(), []pair{{in.Key, in.Value}})
}

// logParams sets parameters that are new, and refuses another value for one that
// is there. A number that Cellar logged is the text that MLflow has for it.
func (s *server) logParams(ctx context.Context, runID string, list []pair) error {
	params := map[string]any{}
	for _, p := range list {
		if p.Key == "" {
			return missing("key")
		}
		if have, ok := params[p.Key]; ok && have != p.Value {
			return changed(p, have, runID)
		}
		params[p.Key] = p.Value
	}
	err := s.write(ctx, runID, func() error { return s.SetParams(ctx, runID, params) })
	if !errors.Is(err, tracker.ErrConflict) {
		return err
	}
	r, err := s.run(ctx, runID)
	if err != nil {
		return err
	}
	for _, p := range list {
		if have, ok := r.Params[p.Key]; ok {
			if old, _, _ := tracker.ParamText(have); old != p.Value {
				return changed(p, old, runID)
			}
			delete(params, p.Key)
		}
	}
	return s.write(ctx, runID, func() error { return s.SetParams(ctx, runID, params) })
}

func changed(p pair, old any, runID string) error {
	return failf(invalidValue, "Changing param values is not allowed. Param with key='%s' was already logged with value='%.200v' for run ID='%s'. Attempted logging new value '%.200s'.",
		p.Key, old, runID, p.Value)
}

func (s *server) logBatch(ctx context.Context, in *struct {
	runRef
	Metrics []metricIn `json:"metrics"`
	Params  []pair     `json:"params"`
	Tags    []pair     `json:"tags"`
}) (any, error) {
	for i := range in.Metrics {
		if err := needed(&in.Metrics[i]); err != nil {
			return nil, err
		}
	}
	tags, err := table(in.Tags)
	if err != nil {
		return nil, err
	}
	if in.id() == "" {
		return nil, missing("run_id")
	}
	if len(in.Params) > 0 {
		err = s.logParams(ctx, in.id(), in.Params)
	}
	if err == nil && len(in.Metrics) > 0 {
		err = s.logMetrics(ctx, in.id(), in.Metrics)
	}
	if err == nil && len(tags) > 0 {
		err = s.setTags(ctx, in.id(), tags)
	}
	return none{}, err
}

func (s *server) setTag(ctx context.Context, in *struct {
	runRef
	Key   string `json:"key" need:""`
	Value string `json:"value"`
}) (any, error) {
	return none{}, s.setTags(ctx, in.id(), map[string]string{in.Key: in.Value})
}

// setTags sets the tags of a run; one of them is its name.
func (s *server) setTags(ctx context.Context, runID string, tags map[string]string) error {
	return s.write(ctx, runID, func() error {
		if n, ok := tags[tagName]; ok {
			if err := s.RenameRun(ctx, runID, n); err != nil {
				return nameError(err)
			}
			delete(tags, tagName)
		}
		return s.SetTags(ctx, runID, tags)
	})
}

func (s *server) deleteTag(ctx context.Context, in *struct {
	runRef
	Key string `json:"key" need:""`
}) (any, error) {
	r, err := s.live(ctx, in.id())
	if err != nil {
		return nil, err
	}
	if _, ok := r.Tags[in.Key]; !ok {
		return nil, failf(noResource, "No tag with name: %s in run with id %s", in.Key, in.id())
	}
	return none{}, s.SetTags(ctx, r.ID, map[string]string{in.Key: ""})
}

// tagModels is where clients before MLflow 3 find the models that a run logged.
const tagModels = "mlflow.log-model.history"

// logModel adds a model to the run's history of them, a JSON list.
func (s *server) logModel(ctx context.Context, in *struct {
	runRef
	Model string `json:"model_json" need:""`
}) (any, error) {
	s.records.Lock()
	defer s.records.Unlock()
	r, err := s.live(ctx, in.id())
	if err != nil {
		return nil, err
	}
	value, err := history(cmp.Or(r.Tags[tagModels], "[]"), in.Model)
	if err != nil {
		return nil, err
	}
	return none{}, s.SetTags(ctx, r.ID, map[string]string{tagModels: value})
}
