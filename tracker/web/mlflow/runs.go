package mlflow

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// Tags by which MLflow's clients say what a run has of itself here.
const (
	tagName   = "mlflow.runName"
	tagParent = "mlflow.parentRunId"
	tagUser   = "mlflow.user"
	tagSource = "mlflow.source.name"
	tagCommit = "mlflow.source.git.commit"
	tagBranch = "mlflow.source.git.branch"
)

// kind is the kind of runs that MLflow's clients make.
const kind = "mlflow"

type (
	runJSON struct {
		Info    infoJSON    `json:"info"`
		Data    dataJSON    `json:"data"`
		Inputs  inputsJSON  `json:"inputs"`
		Outputs outputsJSON `json:"outputs"`
	}
	infoJSON struct {
		ID         string `json:"run_id"`
		UUID       string `json:"run_uuid"` // its older name
		Name       string `json:"run_name"`
		Experiment string `json:"experiment_id"`
		User       string `json:"user_id"`
		Status     string `json:"status"`
		Start      int64  `json:"start_time"`
		End        int64  `json:"end_time,omitempty"`
		Artifacts  string `json:"artifact_uri"`
		Stage      string `json:"lifecycle_stage"`
	}
	dataJSON struct {
		Metrics []metricJSON `json:"metrics,omitempty"`
		Params  []pair       `json:"params,omitempty"`
		Tags    []pair       `json:"tags,omitempty"`
	}
	metricJSON struct {
		Key       string         `json:"key"`
		Value     tracker.Number `json:"value"`
		Timestamp int64          `json:"timestamp"`
		Step      int64          `json:"step"`
		RunID     string         `json:"run_id,omitempty"`
		ModelID   string         `json:"model_id,omitempty"`
		Dataset   string         `json:"dataset_name,omitempty"`
		Digest    string         `json:"dataset_digest,omitempty"`
	}
	runAnswer struct {
		Run runJSON `json:"run"`
	}
)

// A runRef names a run, by its id or by the older name of the field.
type runRef struct {
	RunID   string `json:"run_id"`
	RunUUID string `json:"run_uuid"`
}

func (r runRef) id() string { return cmp.Or(r.RunID, r.RunUUID) }

// run finds a run by its whole id.
func (s *server) run(ctx context.Context, id string) (tracker.Run, error) {
	if id == "" {
		return tracker.Run{}, missing("run_id")
	}
	r, err := s.Run(ctx, id)
	if err == nil && r.ID != id || errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrAmbiguous) {
		return tracker.Run{}, noRun(id)
	}
	return r, err
}

func noRun(id string) error { return failf(noResource, "Run with id=%s not found", id) }

// live is run for what is to be written to: MLflow takes nothing for deleted ones.
func (s *server) live(ctx context.Context, id string) (tracker.Run, error) {
	r, err := s.run(ctx, id)
	if err == nil && !r.Deleted.IsZero() {
		err = failf(invalidValue, "The run %s must be in the 'active' state. Current state is deleted.", id)
	}
	return r, err
}

func (s *server) createRun(ctx context.Context, in *struct {
	Experiment string   `json:"experiment_id"`
	User       string   `json:"user_id"`
	Name       string   `json:"run_name"`
	Start      *integer `json:"start_time"`
	Tags       []pair   `json:"tags"`
}) (any, error) {
	e, err := s.kept(ctx, in.Experiment)
	if err != nil {
		return nil, err
	}
	tags, err := table(in.Tags)
	if err != nil {
		return nil, err
	}
	if in.Name != "" && tags[tagName] != "" && in.Name != tags[tagName] {
		return nil, failf(invalidValue, "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s').", in.Name, tags[tagName])
	}
	r := tracker.Run{Experiment: e.Name, Name: cmp.Or(in.Name, tags[tagName]), Kind: kind}
	delete(tags, tagName)
	if tags[tagUser] == "" {
		tags[tagUser] = in.User
	}
	if in.Start != nil {
		r.Started = time.UnixMilli(int64(*in.Start)).UTC()
	}
	if parent, err := s.run(ctx, tags[tagParent]); err == nil {
		r.Parent = parent.ID
	}
	r.Source.Command, r.Tags = tags[tagSource], tags
	r.Source.Git.Commit, r.Source.Git.Branch = tags[tagCommit], tags[tagBranch]
	if r.ID, err = s.newID(); err != nil {
		return nil, err
	}
	if r, err = s.CreateRun(ctx, r); err != nil {
		return nil, nameError(err)
	}
	return s.oneRun(ctx, r)
}

// newID is an id as MLflow has them: 32 hexadecimal digits.
func (s *server) newID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.o.Rand, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

func (s *server) readRun(ctx context.Context, in *runRef) (any, error) {
	r, err := s.run(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return s.oneRun(ctx, r)
}

func (s *server) oneRun(ctx context.Context, r tracker.Run) (any, error) {
	list, err := s.runsOut(ctx, []tracker.Run{r})
	if err != nil {
		return nil, err
	}
	if r.Kind != kind {
		list[0].Inputs.Datasets, err = s.datasetsOf(ctx, r.ID, list[0].Inputs.Datasets)
	}
	return runAnswer{list[0]}, err
}

// runsOut are runs as MLflow has them, with what they read and made.
func (s *server) runsOut(ctx context.Context, runs []tracker.Run) ([]runJSON, error) {
	experiments, err := s.experiments(ctx)
	if err != nil {
		return nil, err
	}
	named := map[string]string{}
	for _, e := range experiments {
		named[e.Name] = experimentID(e)
	}
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i] = r.ID
	}
	newest, err := s.Newest(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]runJSON, len(runs))
	for i, r := range runs {
		out[i] = runJSON{Info: info(r, named[r.Experiment]), Data: dataJSON{Params: params(r.Params), Tags: tags(r)}}
		for _, p := range newest[r.ID] {
			out[i].Data.Metrics = append(out[i].Data.Metrics, metricOut(p))
		}
	}
	return out, s.addInputs(ctx, ids, out)
}

func info(r tracker.Run, experiment string) infoJSON {
	return infoJSON{ID: r.ID, UUID: r.ID, Name: r.Name, Experiment: experiment, User: r.Tags[tagUser], Status: states[r.Status],
		Start: millis(r.Started), End: millis(r.Ended), Artifacts: runRoot(experiment, r.ID), Stage: stage(!r.Deleted.IsZero())}
}

// runRoot is where a run's artifacts are, as MLflow's clients are told.
func runRoot(experiment, run string) string {
	return artifactRoot + experiment + "/" + run + "/artifacts"
}

func metricOut(p tracker.Point) metricJSON {
	return metricJSON{Key: p.Metric, Value: tracker.Number(p.Value), Timestamp: p.Time.UnixMilli(), Step: p.Step}
}

// params are parameters as text, which is all that MLflow knows.
func params(m map[string]any) []pair {
	texts := make(map[string]string, len(m))
	for k, v := range m {
		texts[k], _, _ = tracker.ParamText(v)
	}
	return pairs(texts)
}

// tags are a run's, and by the names that MLflow has for them what it has of
// itself: a run that Cellar made says so too.
func tags(r tracker.Run) []pair {
	all := map[string]string{tagParent: r.Parent, tagSource: r.Source.Command, tagCommit: r.Source.Git.Commit, tagBranch: r.Source.Git.Branch}
	maps.Copy(all, r.Tags)
	all[tagName] = r.Name
	maps.DeleteFunc(all, func(_, v string) bool { return v == "" })
	return pairs(all)
}

func (s *server) updateRun(ctx context.Context, in *struct {
	runRef
	Status enum     `json:"status"`
	End    *integer `json:"end_time"`
	Name   string   `json:"run_name"`
}) (any, error) {
	r, err := s.live(ctx, in.id())
	if err == nil && in.Status != "" {
		err = s.setStatus(ctx, r, in.Status)
	}
	if err == nil && in.Name != "" {
		err = nameError(s.RenameRun(ctx, r.ID, in.Name))
	}
	if err == nil {
		r, err = s.run(ctx, r.ID)
	}
	if err != nil {
		return nil, err
	}
	e, err := s.experimentNamed(ctx, r.Experiment)
	return struct {
		Info infoJSON `json:"run_info"`
	}{info(r, e)}, err
}

// experimentNamed is the id of the experiment with a name of ours.
func (s *server) experimentNamed(ctx context.Context, name string) (string, error) {
	all, err := s.experiments(ctx)
	for _, e := range all {
		if e.Name == name {
			return experimentID(e), nil
		}
	}
	return "", err
}

// setStatus ends a run, opens it again, or ends it in another way.
func (s *server) setStatus(ctx context.Context, r tracker.Run, e enum) error {
	want, err := statusOf(e)
	if err != nil || want == r.Status {
		return err
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	if r.Status != tracker.Running {
		if _, err = s.ReopenRun(ctx, r.ID, tracker.Process{}); err != nil || want == tracker.Running {
			return err
		}
	}
	return s.FinishRun(ctx, r.ID, want, "")
}

func (s *server) deleteRun(ctx context.Context, in *runRef) (any, error) {
	r, err := s.run(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return none{}, s.DeleteRun(ctx, r.ID)
}

func (s *server) restoreRun(ctx context.Context, in *runRef) (any, error) {
	r, err := s.run(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return none{}, s.RestoreRun(ctx, r.ID)
}
