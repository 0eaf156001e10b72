package mlflow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker/search"
)

// logModelMetrics keeps with the models those of a run's points that name one:
// of each metric and dataset the newest.
func (s *server) logModelMetrics(ctx context.Context, runID string, list []metricIn) error {
	of := map[string][]metricJSON{}
	for _, m := range list {
		if m.ModelID != "" {
			x := metricOut(m.point())
			x.RunID, x.ModelID, x.Dataset, x.Digest = runID, m.ModelID, m.Dataset, m.Digest
			of[m.ModelID] = append(of[m.ModelID], x)
		}
	}
	for id, metrics := range of {
		_, err := s.changeModel(ctx, id, func(m *loggedModel) error {
			for _, x := range metrics {
				m.Metrics = slices.DeleteFunc(m.Metrics, func(o metricJSON) bool {
					return o.Key == x.Key && o.RunID == x.RunID && o.Dataset == x.Dataset && o.Digest == x.Digest
				})
				m.Metrics = append(m.Metrics, x)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// aModel is what filters over logged models may name.
var aModel = search.Thing{Of: "a logged model", Texts: []string{"name", "model_id", "model_type", "status", "source_run_id", "experiment_id"},
	Times: []string{"creation_timestamp", "creation_time", "last_updated_timestamp", "last_updated_timestamp_ms", "creation_timestamp_ms"}}

// Values implements search.Subject.
func (m loggedModel) Values(f search.Field) []search.Value {
	switch f.Kind {
	case search.Tag:
		return tagValues(pairs(m.Tags), f.Name)
	case search.Param:
		return tagValues(pairs(m.Params), f.Name)
	case search.Metric:
		for _, x := range slices.Backward(m.Metrics) {
			if x.Key == f.Name {
				return []search.Value{number(float64(x.Value))}
			}
		}
		return nil
	case search.Dataset:
		return nil
	}
	switch {
	case strings.HasPrefix(f.Name, "creation"):
		return []search.Value{number(float64(m.Created))}
	case strings.HasPrefix(f.Name, "last_updated"):
		return []search.Value{number(float64(m.Updated))}
	}
	return textValue(map[string]string{"name": m.Name, "model_id": m.ID, "model_type": m.Type, "source_run_id": m.Source, "experiment_id": m.Experiment,
		"status": strings.TrimPrefix(m.Status, "LOGGED_MODEL_")}[f.Name])
}

type modelSearch struct {
	page
	Experiments []string         `json:"experiment_ids" need:""`
	Filter      string           `json:"filter"`
	Datasets    []datasetWanted  `json:"datasets"`
	OrderBy     []modelSearchKey `json:"order_by"`
}

// A datasetWanted restricts which of a model's metrics a search looks at.
type datasetWanted struct {
	Name   string `json:"dataset_name"`
	Digest string `json:"dataset_digest"`
}

type modelSearchKey struct {
	Field     string `json:"field_name"`
	Ascending *bool  `json:"ascending"`
}

func (s *server) searchLoggedModels(ctx context.Context, in *modelSearch) (any, error) {
	list, err := s.loggedModels(ctx, in)
	if err != nil {
		return nil, err
	}
	how := searchIn{page: in.page, Filter: in.Filter}
	for _, o := range in.OrderBy {
		direction := " asc"
		if o.Ascending != nil && !*o.Ascending {
			direction = " desc"
		}
		how.OrderBy = append(how.OrderBy, o.Field+direction)
	}
	list, token, err := searched(aModel, how, list, 50, 50_000)
	if err != nil {
		return nil, err
	}
	out := make([]modelJSON, len(list))
	for i, m := range list {
		out[i] = m.out()
	}
	return struct {
		Models []modelJSON `json:"models,omitempty"`
		Token  string      `json:"next_page_token,omitempty"`
	}{out, token}, nil
}

// loggedModels are those that are not deleted of the experiments, newest first,
// with their metrics on the datasets.
func (s *server) loggedModels(ctx context.Context, in *modelSearch) ([]loggedModel, error) {
	records, err := s.Records(ctx, modelRecord)
	if err != nil {
		return nil, err
	}
	var list []loggedModel
	for _, r := range records {
		var m loggedModel
		if err := json.Unmarshal(r.JSON, &m); err != nil {
			return nil, fmt.Errorf("read logged model %s: %w", r.ID, err)
		}
		if m.Deleted || !slices.Contains(in.Experiments, m.Experiment) {
			continue
		}
		m.Metrics = slices.DeleteFunc(m.Metrics, func(x metricJSON) bool {
			return len(in.Datasets) > 0 && !slices.ContainsFunc(in.Datasets, func(d datasetWanted) bool {
				return d.Name == x.Dataset && (d.Digest == "" || d.Digest == x.Digest)
			})
		})
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b loggedModel) int { return cmp.Or(cmp.Compare(b.Created, a.Created), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}
