package export

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// tables are the files of an export.
type tables struct{ runs, params, tags, points, artifacts, edges sink }

// tables makes them, each with its columns: docs/format/export.md.
func (w *writer) tables() (t tables, err error) {
	for _, d := range []struct {
		at      *sink
		name    string
		columns []column
	}{
		{&t.runs, "runs", []column{{"id", text}, {"name", text}, {"experiment", text}, {"parent", text}, {"kind", text}, {"status", text},
			{"reason", text}, {"started", moment}, {"ended", moment}, {"deleted", moment}, {"seed", integer}, {"command", text},
			{"git_commit", text}, {"git_branch", text}, {"git_dirty", boolean}, {"host", text}, {"go", text}}},
		{&t.params, "params", []column{{"run", text}, {"name", text}, {"type", text}, {"value", text}, {"number", float}}},
		{&t.tags, "tags", []column{{"run", text}, {"name", text}, {"value", text}}},
		{&t.points, "points", []column{{"run", text}, {"metric", text}, {"seq", integer}, {"step", integer}, {"time", moment}, {"value", float}}},
		{&t.artifacts, "artifacts", []column{{"run", text}, {"name", text}, {"digest", text}, {"size", integer}, {"media", text}, {"path", text}}},
		{&t.edges, "edges", []column{{"from_kind", text}, {"from_id", text}, {"to_kind", text}, {"to_id", text}, {"role", text}, {"time", moment}}},
	} {
		if *d.at, err = w.table(d.name, d.columns...); err != nil {
			return t, err
		}
	}
	return t, nil
}

// run writes the rows of one run.
func (w *writer) run(ctx context.Context, t tables, r tracker.Run) error {
	src := r.Source
	err := t.runs.write(r.ID, r.Name, r.Experiment, orNull(r.Parent), orNull(r.Kind), string(r.Status), orNull(r.Reason), r.Started, r.Ended, r.Deleted,
		src.Seed, orNull(src.Command), orNull(src.Git.Commit), orNull(src.Git.Branch), src.Git.Dirty, orNull(src.Host), orNull(src.Go))
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		kind, value, number, err := param(r.Params[name])
		if err == nil {
			err = t.params.write(r.ID, name, kind, value, number)
		}
		if err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Tags)) {
		if err := t.tags.write(r.ID, name, r.Tags[name]); err != nil {
			return err
		}
	}
	for _, metric := range slices.Sorted(maps.Keys(r.Metrics)) {
		pts, err := w.store.Points(ctx, r.ID, metric)
		if err != nil {
			return err
		}
		w.report.Points += len(pts)
		for i, p := range pts {
			if err := t.points.write(r.ID, metric, int64(i), p.Step, p.Time, p.Value); err != nil {
				return err
			}
		}
	}
	return w.artifacts(ctx, t.artifacts, r)
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// param is a parameter's type, its text (of lists and maps their JSON), and its
// number where it is one.
func param(v any) (kind string, value, number any, err error) {
	s, n, _ := tracker.ParamText(v)
	switch v.(type) {
	case nil:
		return "null", nil, nil, nil
	case string:
		return "string", s, nil, nil // the text as it is, though it reads as a number
	case bool:
		return "bool", s, nil, nil
	case int64, uint64:
		return "int", s, n, nil
	case float64:
		return "float", floatText(n), n, nil
	case []any:
		return "list", s, nil, nil
	}
	return "map", s, nil, nil
}

func (w *writer) artifacts(ctx context.Context, to sink, r tracker.Run) error {
	list, err := w.store.Artifacts(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, a := range list {
		var path any
		if w.options.Artifacts {
			if path, err = w.copy(ctx, a); err != nil {
				return err
			}
		}
		if err := to.write(a.Run, a.Name, string(a.Digest), a.Size, orNull(a.Media), path); err != nil {
			return err
		}
	}
	return nil
}

// copy writes the bytes of an artifact below artifacts/RUN/NAME, or, where that
// cannot be a path, artifacts/DIGEST; it returns the path in the folder, nil for a
// blob that is lost.
func (w *writer) copy(ctx context.Context, a tracker.Artifact) (any, error) {
	rc, err := w.store.Blobs().Open(ctx, a.Digest)
	if err == nil {
		defer rc.Close()
		var f *os.File
		if f, err = w.place(a); err != nil {
			return nil, err
		}
		var n int64
		n, err = io.Copy(f, rc)
		if e := f.Close(); err == nil && e != nil {
			return nil, e
		}
		if err == nil {
			w.report.Copied, w.report.Bytes = w.report.Copied+1, w.report.Bytes+n
			path, err := filepath.Rel(w.dir, f.Name())
			return filepath.ToSlash(path), err
		}
		err = errors.Join(err, os.Remove(f.Name()))
	}
	if errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrCorrupt) {
		w.report.Problems = append(w.report.Problems, tracker.LostBlob(tracker.Reference{Digest: a.Digest, Run: a.Run, Name: a.Name}, err))
		return nil, nil
	}
	return nil, err
}

// place makes the file of an artifact. Its name is anything that somebody logged.
func (w *writer) place(a tracker.Artifact) (*os.File, error) {
	below := filepath.Join("artifacts", a.Run, filepath.FromSlash(a.Name))
	inside := filepath.IsLocal(a.Run) && !strings.ContainsAny(a.Run, `/\`) && a.Run != "." && filepath.IsLocal(a.Name) && !strings.ContainsAny(a.Name, "\\\x00")
	if inside {
		path := filepath.Join(w.dir, below)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err == nil {
			if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666); err == nil {
				return f, nil
			}
		}
	}
	h, _ := a.Digest.Hex() // CheckArtifact has seen it
	path := filepath.Join(w.dir, "artifacts", h)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	return os.Create(path)
}
