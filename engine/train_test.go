package engine_test

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

func openStore(t *testing.T) tracker.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "mem:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func job(t *testing.T, s tracker.Store) engine.Job {
	return engine.Job{
		Store: s, Experiment: "penguins", Table: mixed(t, 120), Dataset: tracker.DatasetVersion{Name: "birds", Version: 2},
		Spec: engine.Spec{Family: "mlp", Target: "species", Epochs: 4, Seed: 9},
	}
}

// TestTrain holds everything that a training leaves in the tracker.
func TestTrain(t *testing.T) {
	s := openStore(t)
	j := job(t, s)
	var started string
	j.OnStart = func(r tracker.Run) { started = r.ID }
	got, err := engine.Train(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.Run(t.Context(), got.Run.ID)
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != tracker.Finished || run.Kind != "train" || run.Experiment != "penguins" || run.Source.Seed != 9 || started != run.ID {
		t.Errorf("run = %+v, want a finished train run of penguins with seed 9, announced as %s", run, started)
	}
	for name, want := range map[string]any{"family": "mlp", "target": "species", "data": "birds@v2", "hidden": "64,32", "task": "multiclass"} {
		if run.Params[name] != want {
			t.Errorf("param %s = %v, want %v", name, run.Params[name], want)
		}
	}
	checkPoints(t, s, got)
	checkModel(t, s, got, j)
	text := got.Display().Data[display.MIMEText].(string)
	for _, want := range []string{run.Name, "birds-mlp@v1", "validation/accuracy", "finished"} {
		if !strings.Contains(text, want) {
			t.Errorf("Display() lacks %q:\n%s", want, text)
		}
	}
}

func checkPoints(t *testing.T, s tracker.Store, got *engine.Trained) {
	t.Helper()
	pts, err := s.Points(t.Context(), got.Run.ID, "validation/loss")
	if err != nil {
		t.Fatal(err)
	}
	var want, logged []float64
	for i, p := range got.Result.History {
		want = append(want, p.Metrics["validation/loss"])
		logged = append(logged, pts[i].Value)
	}
	if diff := cmp.Diff(want, logged); diff != "" || len(pts) != 4 {
		t.Errorf("logged validation loss differs from the history (%d points):\n%s", len(pts), diff)
	}
	if got, want := got.Run.Metrics["model/accuracy"], got.Result.Metrics["validation/accuracy"]; got != want {
		t.Errorf("model/accuracy = %g, want %g", got, want)
	}
}

func checkModel(t *testing.T, s tracker.Store, got *engine.Trained, j engine.Job) {
	t.Helper()
	m, err := s.Model(t.Context(), "birds-mlp")
	if err != nil {
		t.Fatal(err)
	}
	blob, err := s.Blobs().Open(t.Context(), m.Digest)
	if err != nil {
		t.Fatal(err)
	}
	defer blob.Close()
	loaded, err := engine.Load(blob)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answers(t, got.Model, j.Table), answers(t, loaded, j.Table)); diff != "" {
		t.Errorf("the recorded model answers differently:\n%s", diff)
	}
	edges, err := s.Edges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range edges {
		lines = append(lines, e.From.Kind+" "+e.From.ID+" "+e.Role+" "+e.To.Kind+" "+e.To.ID)
	}
	want := []string{"dataset birds@v2 train run " + got.Run.ID, "run " + got.Run.ID + " produce model birds-mlp@v1"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("edges mismatch (-want +got):\n%s", diff)
	}
	artifacts, err := s.Artifacts(t.Context(), got.Run.ID)
	if err != nil || len(artifacts) != 1 || artifacts[0].Name != engine.ModelArtifact || artifacts[0].Digest != m.Digest {
		t.Errorf("artifacts = %+v, %v; want the model", artifacts, err)
	}
}

// TestTrainEndings holds how a run is closed, and that its points stay.
func TestTrainEndings(t *testing.T) {
	for name, c := range endings() {
		t.Run(name, func(t *testing.T) { testEnding(t, c) })
	}
}

type ending struct {
	spec    func(*engine.Spec)
	onEpoch func(cancel context.CancelFunc, p engine.Progress) error
	status  tracker.Status
	reason  string // one of, between bars
	points  int
	model   bool
}

func endings() map[string]ending {
	full := errors.New("the disk is full")
	return map[string]ending{
		"interrupted": {
			onEpoch: func(cancel context.CancelFunc, p engine.Progress) error { cancel(); return nil },
			status:  tracker.Interrupted, reason: "after 1 of 4 epochs", points: 1, model: true,
		},
		"failed": {
			onEpoch: func(_ context.CancelFunc, p engine.Progress) error {
				if p.Epoch == 2 {
					return full
				}
				return nil
			},
			status: tracker.Failed, reason: "the disk is full", points: 2,
		},
		"diverged": {
			spec:   func(s *engine.Spec) { s.Optimizer, s.LearningRate = "sgd", math.MaxFloat32 },
			status: tracker.Failed, reason: "not finite|NaN|Inf", points: 0,
		},
	}
}

func testEnding(t *testing.T, c ending) {
	t.Setenv(xla.PluginEnv, xla.None)
	s := openStore(t)
	j := job(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if c.spec != nil {
		c.spec(&j.Spec)
	}
	if c.onEpoch != nil {
		j.OnEpoch = func(p engine.Progress) error { return c.onEpoch(cancel, p) }
	}
	got, err := engine.Train(ctx, j)
	if c.model != (err == nil) || got == nil || (got.Model != nil) != c.model {
		t.Fatalf("Train = %+v, %v; want a model: %v", got, err, c.model)
	}
	if got.Run.Status != c.status || !containsAny(got.Run.Reason, c.reason) {
		t.Errorf("run is %s because %q, want %s because %q", got.Run.Status, got.Run.Reason, c.status, c.reason)
	}
	pts, err := s.Points(t.Context(), got.Run.ID, "train/loss")
	if err != nil || len(pts) != c.points {
		t.Errorf("%d points of train/loss (%v), want %d", len(pts), err, c.points)
	}
	if text := got.Display().Data[display.MIMEText].(string); !strings.Contains(text, string(c.status)) {
		t.Errorf("Display() does not say %s:\n%s", c.status, text)
	}
}

func containsAny(s, words string) bool {
	for _, w := range strings.Split(words, "|") {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// TestTrainRefuses holds that a mistake in the Spec leaves no run behind.
func TestTrainRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*engine.Spec){
		"both":     func(s *engine.Spec) { s.Features = []string{s.Target} },
		"twice":    func(s *engine.Spec) { s.Features = []string{"bill", "bill"} },
		"task":     func(s *engine.Spec) { s.Task = "sorting" },
		"linear":   func(s *engine.Spec) { s.Family = "linear" },
		"target":   func(s *engine.Spec) { s.Target = "specie" },
		"features": func(s *engine.Spec) { s.Features = []string{"bil"} },
		"family":   func(s *engine.Spec) { s.Family = "mpl" },
	} {
		s := openStore(t)
		j := job(t, s)
		spoil(&j.Spec)
		got, err := engine.Train(t.Context(), j)
		runs, listing := s.Runs(t.Context(), tracker.Query{})
		if err == nil || got != nil || len(runs) != 0 || listing != nil {
			t.Errorf("%s: Train = %v, %v and %d runs; want an error and no run", name, got, err, len(runs))
		}
	}
}

// TestTrainRefusesModelName holds that a name that no reference could reach is
// refused before the hours of a training, not after.
func TestTrainRefusesModelName(t *testing.T) {
	s := openStore(t)
	j := job(t, s)
	j.ModelName = "birds@v2"
	_, err := engine.Train(t.Context(), j)
	runs, listing := s.Runs(t.Context(), tracker.Query{})
	if err == nil || !strings.Contains(err.Error(), "birds@v2") || len(runs) != 0 || listing != nil {
		t.Errorf("Train = %v and %d runs; want an error that names the model and no run", err, len(runs))
	}
}

// brokenBlobs cannot keep anything.
type brokenBlobs struct{ tracker.Store }

func (b brokenBlobs) Blobs() tracker.Blobs { return brokenBlob{} }

type brokenBlob struct{ tracker.Blobs }

func (brokenBlob) Put(context.Context, io.Reader) (tracker.Digest, int64, error) {
	return "", 0, errors.New("no space left on device")
}
func (brokenBlob) Open(context.Context, tracker.Digest) (io.ReadCloser, error) {
	return nil, tracker.ErrNotFound
}

// TestTrainDiskFull holds that a model that cannot be kept fails the run and is
// still handed back.
func TestTrainDiskFull(t *testing.T) {
	s := openStore(t)
	j := job(t, brokenBlobs{s})
	got, err := engine.Train(t.Context(), j)
	if err == nil || !strings.Contains(err.Error(), "no space left") || got.Model == nil || got.Run.Status != tracker.Failed {
		t.Errorf("Train = status %s, model %v, %v; want failed with the reason, and the model", got.Run.Status, got.Model != nil, err)
	}
}
