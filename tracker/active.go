package tracker

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"mime"
	"os"
	"path/filepath"

	"github.com/cellar-ml/cellar/display"
)

// An Active is an open run that Go code logs to, in a cell or a program:
//
//	run := %runs start baseline --param lr=0.1
//	for step := range 100 {
//		run.Log("loss", step, loss)
//	}
//	run.Finish()
//
// What a method has returned nil for survives a kill of the process. It is safe
// for concurrent use.
type Active struct {
	store   Store
	run     Run
	hooks   Hooks
	context map[string]string
}

// Hooks join an Active to where it is used. The zero value is right in a program.
type Hooks struct {
	Context func() context.Context // under which the next record is made; nil: context.Background
	Done    func()                 // told before the run is closed; may be nil
}

// Start opens a run for Go code to log to.
func Start(ctx context.Context, s Store, r Run, h Hooks) (*Active, error) {
	r, err := s.CreateRun(ctx, r)
	if err != nil {
		return nil, err
	}
	return Attach(s, r, h), nil
}

// Attach is Start for a run that is open already: see Resume and Rewind.
func Attach(s Store, r Run, h Hooks) *Active { return &Active{store: s, run: r, hooks: h} }

func (a *Active) ctx() context.Context {
	if a.hooks.Context == nil {
		return context.Background()
	}
	return a.hooks.Context()
}

// ID is the run's id.
func (a *Active) ID() string { return a.run.ID }

// Name is the run's name.
func (a *Active) Name() string { return a.run.Name }

// Log logs one value of a metric at a step.
func (a *Active) Log(metric string, step int, value float64) error {
	return a.store.Log(a.ctx(), a.run.ID, Point{Metric: InContext(metric, a.context), Step: int64(step), Value: value})
}

// LogAll logs several metrics at a step, all or none.
func (a *Active) LogAll(step int, values map[string]float64) error {
	pts := make([]Point, 0, len(values))
	for name, v := range values {
		pts = append(pts, Point{Metric: InContext(name, a.context), Step: int64(step), Value: v})
	}
	return a.store.Log(a.ctx(), a.run.ID, pts...)
}

// In is the same run in a context: run.In("subset", "val").Log("loss", …) logs
// loss{subset=val}.
func (a *Active) In(label, value string) *Active {
	b := *a
	b.context = maps.Clone(a.context)
	if b.context == nil {
		b.context = map[string]string{}
	}
	b.context[label] = value
	return &b
}

// Param sets a parameter: a number, text, boolean, or what JSON can hold.
func (a *Active) Param(name string, value any) error {
	return a.store.SetParams(a.ctx(), a.run.ID, map[string]any{name: value})
}

// Tag sets a tag; the empty value removes it.
func (a *Active) Tag(name, value string) error {
	return a.store.SetTags(a.ctx(), a.run.ID, map[string]string{name: value})
}

// Artifact keeps bytes under a name, such as plots/roc.png: its ending says of
// which type they are.
func (a *Active) Artifact(name string, data []byte) error {
	return Keep(a.ctx(), a.store, a.run.ID, name, "", data)
}

// File keeps a file as an artifact under its base name.
func (a *Active) File(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return &RunError{Op: "keep a file in", Run: a.run.Name, Err: err}
	}
	defer f.Close()
	digest, size, err := a.store.Blobs().Put(a.ctx(), f)
	if err != nil {
		return &RunError{Op: "keep " + path + " in", Run: a.run.Name, Err: err}
	}
	name := filepath.Base(path)
	return a.store.AddArtifact(a.ctx(), Artifact{Run: a.run.ID, Name: name, Digest: digest, Size: size, Media: media(name)})
}

// Keep stores bytes as an artifact of a run. Without a media type it has that of
// its name's ending.
func Keep(ctx context.Context, s Store, run, name, mediaType string, data []byte) error {
	digest, size, err := s.Blobs().Put(ctx, bytes.NewReader(data))
	if err != nil {
		return &RunError{Op: fmt.Sprintf("keep artifact %q of", name), Run: run, Err: err}
	}
	if mediaType == "" {
		mediaType = media(name)
	}
	return s.AddArtifact(ctx, Artifact{Run: run, Name: name, Digest: digest, Size: size, Media: mediaType})
}

func media(name string) string {
	if t := mime.TypeByExtension(filepath.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// Read records that the run read a version of a dataset.
func (a *Active) Read(d DatasetVersion) error {
	return a.store.AddEdges(a.ctx(), Edge{From: Node{KindDataset, d.Ref()}, To: Node{KindRun, a.run.ID}, Role: "read"})
}

// Finish closes the run.
func (a *Active) Finish() error { return a.close(Finished, "") }

// Fail closes the run as failed, for a reason.
func (a *Active) Fail(reason string) error { return a.close(Failed, reason) }

func (a *Active) close(s Status, reason string) error {
	if a.hooks.Done != nil {
		a.hooks.Done()
	}
	return a.store.FinishRun(a.ctx(), a.run.ID, s, reason)
}

// Display shows the run as it is in the store now.
func (a *Active) Display() display.Bundle {
	r, err := a.store.Run(a.ctx(), a.run.ID)
	if err != nil {
		r = a.run
	}
	return r.Display()
}
