package mlflow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// family is the family of models that MLflow's clients register: what is packed
// is the list of their files, a manifest.
const family = "mlflow"

// A manifest is what a version of such a model is: where it came from, and the
// files that were there then. The version's digest is of its JSON.
type manifest struct {
	Source string `json:"source"`
	Run    string `json:"run_id,omitempty"`
	Link   string `json:"run_link,omitempty"`
	Model  string `json:"model_id,omitempty"`
	Files  []file `json:"files"`
}

type file struct {
	Name   string         `json:"name"` // below the source
	Digest tracker.Digest `json:"digest"`
	Size   int64          `json:"size"`
}

// origin is where a version came from. Of one that Cellar made it is the artifact
// of its run that has the model's bytes.
func (s *server) origin(ctx context.Context, m tracker.Model) (manifest, error) {
	var f manifest
	if m.Family == family {
		body, err := s.Blobs().Open(ctx, m.Digest)
		if err != nil {
			return f, err
		}
		defer body.Close()
		data, err := io.ReadAll(body)
		if err == nil {
			err = json.Unmarshal(data, &f)
		}
		if err != nil {
			err = fmt.Errorf("read the manifest of model %s: %w", m.Ref(), err)
		}
		return f, err
	}
	f.Source = "cellar:" + m.Ref()
	if m.Run == "" {
		return f, nil
	}
	r, err := s.run(ctx, m.Run)
	if err != nil {
		return f, err
	}
	e, err := s.experimentNamed(ctx, r.Experiment)
	if err != nil {
		return f, err
	}
	all, err := s.Artifacts(ctx, m.Run)
	for _, a := range all {
		if a.Digest == m.Digest {
			f.Source = runRoot(e, m.Run) + "/" + a.Name
		}
	}
	return f, err
}

// gather finds what a source stands for: the run, the logged model, the files.
func (s *server) gather(ctx context.Context, f *manifest) error {
	u, err := url.Parse(f.Source)
	if err != nil || u.Scheme == "" || u.Scheme == "file" {
		return failf(invalidValue, "Invalid model version source: '%.300s'. Log the model to this server first: runs:/RUN/PATH, models:/MODEL or mlflow-artifacts:/... is a source, a path on a machine is none.", f.Source)
	}
	at, name := folder{}, ""
	rest := strings.Trim(u.Path, "/")
	switch first, below, _ := strings.Cut(rest, "/"); u.Scheme {
	case "models":
		if ref, sub, ok := registeredRef(rest); ok {
			return s.gatherVersion(ctx, f, ref, sub)
		}
		f.Model = first
	case "runs":
		r, err := s.run(ctx, first)
		if err != nil {
			return err
		}
		at, name, f.Run = folder{run: r.ID}, below, cmp.Or(f.Run, r.ID)
	case "mlflow-artifacts":
		if at, name, err = s.place(ctx, rest); err != nil {
			return err
		}
	}
	if f.Model != "" {
		m, err := s.model(ctx, f.Model)
		if err != nil {
			return err
		}
		f.Run = cmp.Or(f.Run, m.Source)
		if at.run == "" {
			at = m.folder()
		}
	}
	return s.gatherFiles(ctx, f, at, name)
}

// registeredRef is a version in a source: NAME/3 or NAME@champion.
func registeredRef(rest string) (ref, sub string, ok bool) {
	name, v, found := strings.Cut(rest, "/")
	switch {
	case strings.Contains(name, "@"):
		return name, v, true
	case found && !strings.HasPrefix(name, "m-"):
		v, sub, _ = strings.Cut(v, "/")
		return name + "@v" + v, sub, true
	}
	return "", "", false
}

func (s *server) gatherVersion(ctx context.Context, f *manifest, ref, _ string) error {
	m, err := s.Model(ctx, ref)
	if err != nil {
		return as(noResource, err)
	}
	old, err := s.origin(ctx, m)
	if err != nil {
		return err
	}
	f.Run, f.Model, f.Files = cmp.Or(f.Run, old.Run, m.Run), cmp.Or(f.Model, old.Model), old.Files
	return nil
}

func (s *server) gatherFiles(ctx context.Context, f *manifest, at folder, name string) error {
	if at.run == "" {
		return nil // it lies elsewhere
	}
	all, err := s.Artifacts(ctx, at.run)
	below := strings.TrimSuffix(at.prefix+name, "/")
	for _, a := range all {
		rest, ok := strings.CutPrefix(a.Name, below)
		if below == "" || ok && (rest == "" || rest[0] == '/') {
			f.Files = append(f.Files, file{strings.TrimPrefix(rest, "/"), a.Digest, a.Size})
		}
	}
	return err
}

// linked says in the lineage, and on the logged model, that there is a version.
func (s *server) linked(ctx context.Context, m tracker.Model, f manifest) error {
	if m.Run != "" {
		from, to := tracker.Node{Kind: tracker.KindRun, ID: m.Run}, tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}
		if err := s.AddEdges(ctx, tracker.Edge{From: from, To: to, Role: "produce"}); err != nil {
			return err
		}
	}
	if f.Model == "" {
		return nil
	}
	_, err := s.changeModel(ctx, f.Model, func(x *loggedModel) error {
		var list []map[string]any
		_ = json.Unmarshal([]byte(x.Tags["mlflow.modelVersions"]), &list) // what is no list is begun anew
		data, err := json.Marshal(append(list, map[string]any{"name": m.Name, "version": m.Version}))
		x.Tags = joined(x.Tags, map[string]string{"mlflow.modelVersions": string(data)})
		return err
	})
	return err
}
