package mlflow

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// modelKind is the kind of a run that only holds the files of a model which was
// logged outside of any run.
const modelKind = "model"

// A loggedModel is MLflow's word for a model as a run made it, before it has a
// name in the registry. Its files are artifacts of the run.
type loggedModel struct {
	ID         string            `json:"id"`
	Experiment string            `json:"experiment"` // its id, as MLflow has it
	Name       string            `json:"name"`
	Type       string            `json:"type,omitempty"`
	Source     string            `json:"source,omitempty"` // the run that made it
	Home       string            `json:"home"`             // the run that has its files
	Status     string            `json:"status"`
	Created    int64             `json:"created"`
	Updated    int64             `json:"updated"`
	Deleted    bool              `json:"deleted,omitempty"`
	Params     map[string]string `json:"params,omitempty"`
	Tags       map[string]string `json:"tags,omitempty"`
	Metrics    []metricJSON      `json:"metrics,omitempty"`
}

const (
	modelPending = "LOGGED_MODEL_PENDING"
	modelReady   = "LOGGED_MODEL_READY"
	modelFailed  = "LOGGED_MODEL_UPLOAD_FAILED"
)

// folder is where its files are: a folder of the run that made it, or all of a
// run of its own.
func (m loggedModel) folder() folder {
	if m.Home == m.Source {
		return folder{m.Home, "models/" + m.ID + "/"}
	}
	return folder{m.Home, ""}
}

// ofModel reports whether a run's artifact is of a logged model: MLflow lists
// those with the model, not with the run.
func ofModel(name string) bool {
	rest, ok := strings.CutPrefix(name, "models/m-")
	id, _, inside := strings.Cut(rest, "/")
	return ok && inside && len(id) == 32 && strings.Trim(id, "0123456789abcdef") == ""
}

func (m loggedModel) root() string {
	return artifactRoot + m.Experiment + "/models/" + m.ID + "/artifacts"
}

type (
	modelJSON struct {
		Info modelInfo `json:"info"`
		Data modelData `json:"data"`
	}
	modelInfo struct {
		ID         string `json:"model_id"`
		Experiment string `json:"experiment_id"`
		Name       string `json:"name"`
		Created    int64  `json:"creation_timestamp_ms"`
		Updated    int64  `json:"last_updated_timestamp_ms"`
		Artifacts  string `json:"artifact_uri"`
		Status     string `json:"status"`
		Type       string `json:"model_type"`
		Source     string `json:"source_run_id"`
		Tags       []pair `json:"tags,omitempty"`
	}
	modelData struct {
		Params  []pair       `json:"params,omitempty"`
		Metrics []metricJSON `json:"metrics,omitempty"`
	}
	modelAnswer struct {
		Model modelJSON `json:"model"`
	}
	modelRef struct {
		ID string `json:"model_id" need:""`
	}
)

func (m loggedModel) out() modelJSON {
	return modelJSON{modelInfo{m.ID, m.Experiment, m.Name, m.Created, m.Updated, m.root(), m.Status, m.Type, m.Source, pairs(m.Tags)},
		modelData{pairs(m.Params), m.Metrics}}
}

func noModel(id string) error {
	return failf(noResource, "Logged model with ID '%s' not found.", id)
}

// model reads a logged model, a deleted one too.
func (s *server) model(ctx context.Context, id string) (loggedModel, error) {
	var m loggedModel
	ok, err := s.record(ctx, modelRecord, id, &m)
	if err == nil && !ok {
		err = noModel(id)
	}
	return m, err
}

// changeModel changes a logged model and returns it.
func (s *server) changeModel(ctx context.Context, id string, f func(*loggedModel) error) (loggedModel, error) {
	s.records.Lock()
	defer s.records.Unlock()
	m, err := s.model(ctx, id)
	if err == nil {
		err = f(&m)
	}
	if err != nil {
		return m, err
	}
	m.Updated = s.now().UnixMilli()
	return m, s.putRecord(ctx, modelRecord, id, m)
}

func (s *server) createLoggedModel(ctx context.Context, in *struct {
	Experiment string `json:"experiment_id" need:""`
	Name       string `json:"name"`
	Type       string `json:"model_type"`
	Source     string `json:"source_run_id"`
	Params     []pair `json:"params"`
	Tags       []pair `json:"tags"`
}) (any, error) {
	e, err := s.kept(ctx, in.Experiment)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(in.Name, "/:.%\"'") {
		return nil, failf(invalidValue, "Invalid model name (%q) provided. Model name must be a non-empty string and cannot contain the following characters: ['/', ':', '.', '%%', '\"', \"'\"]", in.Name)
	}
	id, err := s.newID()
	if err != nil {
		return nil, err
	}
	now := s.now()
	m := loggedModel{ID: "m-" + id, Experiment: experimentID(e), Name: in.Name, Type: in.Type, Source: in.Source, Home: in.Source, Status: modelPending, Created: now.UnixMilli(), Updated: now.UnixMilli()}
	if m.Params, err = table(in.Params); err != nil {
		return nil, err
	}
	if m.Tags, err = table(in.Tags); err != nil {
		return nil, err
	}
	if err := s.house(ctx, &m, e.Name); err != nil {
		return nil, err
	}
	if err := s.putRecord(ctx, modelRecord, m.ID, m); err != nil {
		return nil, err
	}
	return modelAnswer{m.out()}, nil
}

// house finds the run that has the model's files, and makes one where no run made
// the model.
func (s *server) house(ctx context.Context, m *loggedModel, experiment string) error {
	if m.Name == "" {
		name, err := tracker.NewName(s.o.Rand, s.now().Unix()%1000)
		if err != nil {
			return err
		}
		m.Name = name
	}
	if m.Source != "" {
		_, err := s.run(ctx, m.Source)
		return err
	}
	r, err := s.CreateRun(ctx, tracker.Run{ID: strings.TrimPrefix(m.ID, "m-"), Experiment: experiment, Name: m.Name, Kind: modelKind, Started: time.UnixMilli(m.Created)})
	m.Home = r.ID
	return err
}

func (s *server) readLoggedModel(ctx context.Context, in *struct {
	modelRef
	Deleted string `json:"allow_deleted"`
}) (any, error) {
	m, err := s.model(ctx, in.ID)
	if err == nil && m.Deleted && !strings.EqualFold(in.Deleted, "true") {
		err = noModel(in.ID)
	}
	if err != nil {
		return nil, err
	}
	return modelAnswer{m.out()}, nil
}

func (s *server) finalizeLoggedModel(ctx context.Context, in *struct {
	modelRef
	Status enum `json:"status" need:""`
}) (any, error) {
	m, err := s.changeModel(ctx, in.ID, func(m *loggedModel) error {
		switch in.Status {
		case modelPending, "1":
			m.Status = modelPending
		case modelReady, "2":
			m.Status = modelReady
		case modelFailed, "3":
			m.Status = modelFailed
		default:
			return failf(invalidValue, "Invalid value %q for parameter 'status' supplied", in.Status)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if m.Home != m.Source && m.Status != modelPending {
		end := tracker.Finished
		if m.Status == modelFailed {
			end = tracker.Failed
		}
		if err := s.FinishRun(ctx, m.Home, end, ""); err != nil && !errors.Is(err, tracker.ErrFinished) {
			return nil, err
		}
	}
	return modelAnswer{m.out()}, nil
}

func (s *server) deleteLoggedModel(ctx context.Context, in *modelRef) (any, error) {
	_, err := s.changeModel(ctx, in.ID, func(m *loggedModel) error {
		m.Deleted = true
		return nil
	})
	return none{}, err
}

func (s *server) logModelParams(ctx context.Context, in *struct {
	modelRef
	Params []pair `json:"params"`
}) (any, error) {
	params, err := table(in.Params)
	if err != nil {
		return nil, err
	}
	_, err = s.changeModel(ctx, in.ID, func(m *loggedModel) error {
		m.Params = joined(m.Params, params)
		return nil
	})
	return none{}, err
}

func (s *server) setModelTags(ctx context.Context, in *struct {
	modelRef
	Tags []pair `json:"tags"`
}) (any, error) {
	tags, err := table(in.Tags)
	if err != nil {
		return nil, err
	}
	m, err := s.changeModel(ctx, in.ID, func(m *loggedModel) error {
		m.Tags = joined(m.Tags, tags)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return modelAnswer{m.out()}, nil
}

func joined(a, b map[string]string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

func (s *server) deleteModelTag(ctx context.Context, in *struct {
	modelRef
	Key string `json:"tag_key" need:""`
}) (any, error) {
	_, err := s.changeModel(ctx, in.ID, func(m *loggedModel) error {
		if _, ok := m.Tags[in.Key]; !ok {
			return failf(noResource, "No tag with key '%s' found for model with ID '%s'.", in.Key, in.ID)
		}
		delete(m.Tags, in.Key)
		return nil
	})
	return none{}, err
}

func (s *server) listModelArtifacts(ctx context.Context, in *struct {
	modelRef
	Path string `json:"artifact_directory_path"`
}) (any, error) {
	sub, err := clean(in.Path)
	if err != nil {
		return nil, err
	}
	m, err := s.model(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	files, err := s.list(ctx, m.folder(), sub)
	return filesAnswer{m.root(), files}, err
}
