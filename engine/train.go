package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
)

// A Job is a training that is recorded: the data with its version, the Spec,
// and where in the tracker it belongs.
type Job struct {
	Store      tracker.Store
	Experiment string // empty: tracker.DefaultExperiment
	Name       string // of the run; empty: the store finds one
	Parent     string // id of the run that this one is part of
	ModelName  string // empty: the dataset's name or the target, and the family
	By         string // who trains, for the model's history: see tracker.Who
	Dataset    tracker.DatasetVersion
	Table      arrow.Table
	Data       feed.Source // in place of Table: rows that are streamed, see FitStream
	Stream     Stream      // how Data is read
	Spec       Spec
	Source     tracker.Source
	OnStart    func(tracker.Run)    // told once the run is open; may be nil
	OnEnd      func()               // told before the run is closed; may be nil
	OnEpoch    func(Progress) error // after the epoch is logged; an error ends the training; may be nil
}

// Trained is a recorded training. Version is empty when no model came of it.
type Trained struct {
	Run     tracker.Run
	Model   *Model
	Version tracker.Model
	Result  *Result
}

// ModelArtifact is the name under which a run keeps its model file.
const ModelArtifact = "model"

// ModelMedia is the media type of a model file.
const ModelMedia = "application/vnd.cellar.model+zip"

// Train opens a run, fits, logs every metric of every epoch as it comes, keeps
// the model as an artifact and a version, and closes the run: finished, failed
// with the reason, or interrupted when ctx was cancelled. What was logged stays
// whatever happens. A Spec that cannot be trained, a column that is not there or
// a missing GPU is an error before a run is opened; when training itself fails
// the error is returned with a Trained that has the run alone.
func Train(ctx context.Context, j Job) (*Trained, error) {
	spec, err := j.Spec.resolve()
	if err == nil {
		err = j.check(spec)
	}
	if err == nil {
		err = tracker.CheckName("model", j.modelName())
	}
	if err != nil {
		return nil, err
	}
	// What is already known to be good is recorded also when ctx is cancelled.
	keep := context.WithoutCancel(ctx)
	run, err := j.open(keep, spec)
	if err != nil {
		return nil, fmt.Errorf("record a training: %w", err)
	}
	if j.OnStart != nil {
		j.OnStart(run)
	}
	out := &Trained{Run: run}
	f := &fit{spec: spec, onEpoch: j.logger(keep, run.ID), onRows: func(t *tracker.Transform) error { return j.addData(keep, run.ID, t) }}
	out.Result, err = j.fit(ctx, f)
	if err == nil {
		out.Model = out.Result.Model
		err = j.record(keep, out)
	} else {
		err = errors.Join(err, j.addData(keep, run.ID, nil)) // where it failed before the rows were known
	}
	if j.OnEnd != nil {
		j.OnEnd()
	}
	status, reason := outcome(out.Result, err)
	if closing := j.Store.FinishRun(keep, run.ID, status, reason); closing != nil {
		err = errors.Join(err, fmt.Errorf("close run %s: %w", run.ID, closing))
	}
	if closed, reading := j.Store.Run(keep, run.ID); reading == nil {
		out.Run = closed
	}
	return out, err
}

func (j Job) fit(ctx context.Context, f *fit) (*Result, error) {
	if j.Data != nil {
		return f.stream(ctx, j.Data, j.Stream)
	}
	return f.table(ctx, j.Table)
}

func (j Job) check(s Spec) error {
	if j.Data != nil {
		return checkStream(j.Data, s)
	}
	return check(j.Table, s)
}

// check finds the mistakes that need no training.
func check(t arrow.Table, s Spec) error {
	if _, _, err := fitTarget(t, s); err != nil {
		return err
	}
	if err := s.Recipe.Portable(); err != nil {
		return err
	}
	for _, name := range s.Features {
		if len(s.Recipe) > 0 {
			break // they are columns that the recipe makes
		}
		if _, err := prep.Lookup(t, name, "feature"); err != nil {
			return err
		}
	}
	_, err := openBackend(s.GPU)
	return err
}

func outcome(r *Result, err error) (tracker.Status, string) {
	switch {
	case cancelled(err):
		return tracker.Interrupted, err.Error()
	case err != nil:
		return tracker.Failed, err.Error()
	case r.Stopped == StoppedInterrupted:
		return tracker.Interrupted, fmt.Sprintf("interrupted after %d of %d epochs", len(r.History), r.Model.spec.Epochs)
	}
	return tracker.Finished, ""
}

func (j Job) open(ctx context.Context, spec Spec) (tracker.Run, error) {
	run := tracker.Run{
		Experiment: j.Experiment, Parent: j.Parent, Name: j.Name, Kind: "train",
		Source: j.Source, Params: params(spec),
	}
	if run.Experiment == "" {
		run.Experiment = tracker.DefaultExperiment
	}
	run.Source.Seed = spec.Seed
	if j.Dataset.Name != "" {
		run.Params["data"] = datasetRef(j.Dataset)
	}
	run, err := j.Store.CreateRun(ctx, run)
	if err != nil {
		return run, err
	}
	return run, j.addCheckpoint(ctx, run.ID, spec)
}

// addData adds the edge from the dataset that a run reads, with what became of its
// rows. An edge that is there already stays as it is.
func (j Job) addData(ctx context.Context, runID string, t *tracker.Transform) error {
	if j.Dataset.Name == "" {
		return nil
	}
	return j.Store.AddEdges(ctx, tracker.Edge{From: tracker.Node{Kind: tracker.KindDataset, ID: datasetRef(j.Dataset)},
		To: tracker.Node{Kind: tracker.KindRun, ID: runID}, Role: "train", Time: j.now(), Transform: t})
}

// addCheckpoint adds the edge from the checkpoint that a run continues from.
func (j Job) addCheckpoint(ctx context.Context, runID string, spec Spec) error {
	path, err := filepath.Abs(spec.Checkpoint)
	if err != nil || spec.Checkpoint == "" {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return j.Store.AddEdges(ctx, tracker.Edge{From: tracker.Node{Kind: tracker.KindFile, ID: path},
		To: tracker.Node{Kind: tracker.KindRun, ID: runID}, Role: "resume", Time: j.now()})
}

func datasetRef(d tracker.DatasetVersion) string { return fmt.Sprintf("%s@v%d", d.Name, d.Version) }

func (j Job) now() time.Time { return clock.Or(j.Spec.Now)().UTC() }

// params are the fields of the Spec by their JSON names. Those of a graph
// function's source are long and kept with the model.
func params(s Spec) map[string]any {
	text, err := json.Marshal(s)
	var all any
	if err == nil {
		all, err = tracker.DecodeParam(text) // whole numbers stay whole
	}
	out, ok := all.(map[string]any)
	if err != nil || !ok {
		panic(fmt.Sprintf("engine: Spec is not a JSON object: %v", err))
	}
	delete(out, "graph_source")
	if s.Family == "" {
		out["family"] = "graph"
	}
	if len(s.Recipe) > 0 {
		out["recipe"] = s.Recipe.String()
	}
	for name, value := range out {
		if list, ok := value.([]any); ok {
			words := make([]string, len(list))
			for i, v := range list {
				words[i] = fmt.Sprint(v)
			}
			out[name] = strings.Join(words, ",")
		}
	}
	return out
}

// logger logs an epoch's metrics in one call and then tells OnEpoch.
func (j Job) logger(ctx context.Context, runID string) func(Progress) error {
	return func(p Progress) error {
		if err := j.Store.Log(ctx, runID, points(p.Metrics, "", int64(p.Epoch), j.now())...); err != nil {
			return fmt.Errorf("log epoch %d: %w", p.Epoch, err)
		}
		if j.OnEpoch != nil {
			return j.OnEpoch(p)
		}
		return nil
	}
}

func points(metrics map[string]float64, prefix string, step int64, at time.Time) []tracker.Point {
	pts := make([]tracker.Point, 0, len(metrics))
	for _, name := range MetricNames(metrics) {
		pts = append(pts, tracker.Point{Metric: prefix + name, Step: step, Time: at, Value: metrics[name]})
	}
	return pts
}

// record logs what the model scores as "model/<metric>", keeps the model file
// and registers its version.
func (j Job) record(ctx context.Context, out *Trained) error {
	r := out.Result
	if len(r.Metrics) > 0 {
		pts := points(r.kept(), "model/", int64(r.BestEpoch), j.now())
		if err := j.Store.Log(ctx, out.Run.ID, pts...); err != nil {
			return fmt.Errorf("log the model's metrics: %w", err)
		}
	}
	if j.Spec.Task == "" {
		if err := j.Store.SetParams(ctx, out.Run.ID, map[string]any{"task": string(r.Model.target.Task)}); err != nil {
			return fmt.Errorf("record the task: %w", err)
		}
	}
	var file bytes.Buffer
	if err := r.Model.Save(&file); err != nil {
		return err
	}
	digest, size, err := j.Store.Blobs().Put(ctx, &file)
	if err != nil {
		return fmt.Errorf("keep the model: %w", err)
	}
	err = j.Store.AddArtifact(ctx, tracker.Artifact{Run: out.Run.ID, Name: ModelArtifact, Digest: digest, Size: size, Media: ModelMedia})
	if err != nil {
		return fmt.Errorf("keep the model: %w", err)
	}
	out.Version, err = j.Store.PutModel(ctx, tracker.Model{
		Name: j.modelName(), Run: out.Run.ID, Digest: digest, Family: r.Model.Family(), By: j.By,
	})
	if err != nil {
		return fmt.Errorf("register the model: %w", err)
	}
	return nil
}

// kept are the metrics of the model without the name of their split: those on
// the validation rows, or the training loss where there are none.
func (r *Result) kept() map[string]float64 {
	out := map[string]float64{"epoch": float64(r.BestEpoch)}
	for name, value := range r.Metrics {
		if after, ok := strings.CutPrefix(name, "validation/"); ok {
			out[after] = value
		}
	}
	if len(out) == 1 {
		out["train_loss"] = r.Metrics["train/loss"]
	}
	return out
}

func (j Job) modelName() string {
	if j.ModelName != "" {
		return j.ModelName
	}
	what := j.Dataset.Name
	if what == "" {
		what = j.Spec.Target
	}
	kind := j.Spec.Family
	if kind == "" {
		if kind = j.Spec.GraphName; kind == "" {
			kind = "graph"
		}
	}
	return what + "-" + kind
}
