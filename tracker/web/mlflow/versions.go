package mlflow

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

type (
	versionJSON struct {
		Name        string   `json:"name"`
		Version     string   `json:"version"`
		Created     int64    `json:"creation_timestamp"`
		Updated     int64    `json:"last_updated_timestamp"`
		User        string   `json:"user_id,omitempty"`
		Stage       string   `json:"current_stage"`
		Description string   `json:"description"`
		Source      string   `json:"source"`
		Run         string   `json:"run_id"`
		Status      string   `json:"status"`
		Tags        []pair   `json:"tags,omitempty"`
		Link        string   `json:"run_link"`
		Aliases     []string `json:"aliases,omitempty"`
		Model       string   `json:"model_id,omitempty"`
	}
	versionAnswer struct {
		Version versionJSON `json:"model_version"`
	}
	versionsAnswer struct {
		List  []versionJSON `json:"model_versions,omitempty"`
		Token string        `json:"next_page_token,omitempty"`
	}
	versionRef struct {
		nameRef
		Version string `json:"version" need:""`
	}
)

func decimal(n int) string { return strconv.Itoa(n) }

// version finds a version by name and number.
func (s *server) version(ctx context.Context, ref versionRef) (tracker.Model, error) {
	n, err := strconv.Atoi(ref.Version)
	if err != nil {
		return tracker.Model{}, failf(invalidValue, "Parameter 'version' must be an integer, got '%.60s'.", ref.Version)
	}
	m, err := s.Model(ctx, tracker.Model{Name: ref.Name, Version: n}.Ref())
	if errors.Is(err, tracker.ErrNotFound) || err == nil && m.Version != n {
		err = failf(noResource, "Model Version (name=%s, version=%s) not found", ref.Name, ref.Version)
	}
	return m, err
}

func (s *server) versionOut(ctx context.Context, m tracker.Model) (versionJSON, error) {
	f, err := s.origin(ctx, m)
	return versionJSON{Name: m.Name, Version: decimal(m.Version), Created: millis(m.Created), Updated: millis(m.Updated), User: m.By, Stage: m.Stage.String(),
		Description: m.Description, Source: f.Source, Run: cmp.Or(f.Run, m.Run), Status: "READY", Tags: pairs(m.Tags), Link: f.Link, Aliases: m.Aliases, Model: f.Model}, err
}

func (s *server) oneVersion(ctx context.Context, ref versionRef) (any, error) {
	m, err := s.version(ctx, ref)
	if err != nil {
		return nil, err
	}
	out, err := s.versionOut(ctx, m)
	return versionAnswer{out}, err
}

func (s *server) createVersion(ctx context.Context, in *struct {
	nameRef
	Source      string `json:"source" need:""`
	Run         string `json:"run_id"`
	Link        string `json:"run_link"`
	Model       string `json:"model_id"`
	Description string `json:"description"`
	Tags        []pair `json:"tags"`
}) (any, error) {
	if _, err := s.registered(ctx, in.Name); err != nil {
		return nil, err
	}
	tags, err := table(in.Tags)
	if err != nil {
		return nil, err
	}
	f := manifest{Source: in.Source, Run: in.Run, Link: in.Link, Model: in.Model}
	if err := s.gather(ctx, &f); err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, err
	}
	digest, _, err := s.Blobs().Put(ctx, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	m := tracker.Model{Name: in.Name, Digest: digest, Family: family, By: tracker.Who(), Description: in.Description, Tags: tags}
	if r, err := s.run(ctx, f.Run); err == nil {
		m.Run = r.ID
	}
	if m, err = s.PutModel(ctx, m); err != nil {
		return nil, registryError(in.Name, err)
	}
	if err := s.linked(ctx, m, f); err != nil {
		return nil, err
	}
	return s.oneVersion(ctx, versionRef{nameRef{m.Name}, decimal(m.Version)})
}

func (s *server) readVersion(ctx context.Context, in *versionRef) (any, error) {
	return s.oneVersion(ctx, *in)
}

// changedVersion is the answer with a version after a change of it.
func (s *server) changedVersion(ctx context.Context, ref versionRef, c tracker.ModelChange) (any, error) {
	m, err := s.version(ctx, ref)
	if err != nil {
		return nil, err
	}
	c.Model, c.Version = m.Name, m.Version
	if err := s.change(ctx, c); err != nil || c.Do == tracker.ActDelete {
		return none{}, err
	}
	return s.oneVersion(ctx, ref)
}

func (s *server) updateVersion(ctx context.Context, in *struct {
	versionRef
	Description string `json:"description"`
}) (any, error) {
	return s.changedVersion(ctx, in.versionRef, tracker.ModelChange{Do: tracker.ActDescribe, Value: in.Description})
}

func (s *server) deleteVersion(ctx context.Context, in *versionRef) (any, error) {
	return s.changedVersion(ctx, *in, tracker.ModelChange{Do: tracker.ActDelete, Force: true})
}

func (s *server) setVersionTag(ctx context.Context, in *struct {
	versionRef
	Key   string `json:"key" need:""`
	Value string `json:"value"`
}) (any, error) {
	_, err := s.changedVersion(ctx, in.versionRef, tracker.ModelChange{Do: tracker.ActTag, Tags: map[string]string{in.Key: in.Value}})
	return none{}, err
}

func (s *server) deleteVersionTag(ctx context.Context, in *struct {
	versionRef
	Key string `json:"key" need:""`
}) (any, error) {
	_, err := s.changedVersion(ctx, in.versionRef, tracker.ModelChange{Do: tracker.ActTag, Tags: map[string]string{in.Key: ""}})
	return none{}, err
}

func (s *server) transition(ctx context.Context, in *struct {
	versionRef
	Stage   string `json:"stage" need:""`
	Archive bool   `json:"archive_existing_versions"`
}) (any, error) {
	stage, err := tracker.ParseStage(in.Stage)
	if err != nil {
		return nil, as(invalidValue, err)
	}
	m, err := s.version(ctx, in.versionRef)
	if err != nil {
		return nil, err
	}
	if in.Archive && stage != tracker.Staging && stage != tracker.Production {
		return nil, failf(invalidValue, "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are Staging and Production", in.Stage)
	}
	if in.Archive {
		all, err := s.Models(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			if o.Name == m.Name && o.Version != m.Version && o.Stage == stage {
				if err := s.change(ctx, tracker.ModelChange{Do: tracker.ActStage, Model: o.Name, Version: o.Version, Value: string(tracker.Archived)}); err != nil {
					return nil, err
				}
			}
		}
	}
	return s.changedVersion(ctx, in.versionRef, tracker.ModelChange{Do: tracker.ActStage, Value: string(stage)})
}

// downloadURI is where a client finds a version's files.
func (s *server) downloadURI(ctx context.Context, in *versionRef) (any, error) {
	m, err := s.version(ctx, *in)
	if err != nil {
		return nil, err
	}
	f, err := s.origin(ctx, m)
	if err != nil {
		return nil, err
	}
	uri := f.Source
	if f.Model != "" && strings.HasPrefix(uri, "models:") {
		x, err := s.model(ctx, f.Model)
		if err != nil {
			return nil, err
		}
		uri = x.root()
	}
	return map[string]string{"artifact_uri": uri}, nil
}

// aVersion is what filters over model versions may name.
var aVersion = search.Thing{Of: "a model version", Texts: []string{"name", "run_id", "source_path", "current_stage", "model_id"}, Numbers: []string{"version_number", "version"},
	Times: []string{"creation_timestamp", "last_updated_timestamp"}}

// Values implements search.Subject.
func (v versionJSON) Values(f search.Field) []search.Value {
	switch {
	case f.Kind == search.Tag:
		return promptValues(v.Tags, f.Name)
	case f.Kind != search.Attribute:
		return nil
	}
	switch f.Name {
	case "version_number", "version":
		n, _ := strconv.Atoi(v.Version) // decimal wrote it
		return []search.Value{number(float64(n))}
	case "creation_timestamp":
		return []search.Value{number(float64(v.Created))}
	case "last_updated_timestamp":
		return []search.Value{number(float64(v.Updated))}
	}
	return textValue(map[string]string{"name": v.Name, "run_id": v.Run, "source_path": v.Source, "current_stage": v.Stage, "model_id": v.Model}[f.Name])
}

func (s *server) searchVersions(ctx context.Context, in *searchIn) (any, error) {
	all, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]versionJSON, len(all))
	for i, m := range all {
		if list[i], err = s.versionOut(ctx, m); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b versionJSON) int { // MLflow's order where it is not said
		return cmp.Or(cmp.Compare(b.Updated, a.Updated), cmp.Compare(a.Name, b.Name), cmp.Compare(len(b.Version), len(a.Version)), cmp.Compare(b.Version, a.Version))
	})
	list, token, err := searched(aVersion, *in, list, 10_000, 200_000)
	return versionsAnswer{list, token}, err
}
