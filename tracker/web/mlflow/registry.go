package mlflow

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

type (
	registeredJSON struct {
		Name        string        `json:"name"`
		Created     int64         `json:"creation_timestamp"`
		Updated     int64         `json:"last_updated_timestamp"`
		Description string        `json:"description"`
		Latest      []versionJSON `json:"latest_versions,omitempty"` // of each stage
		Tags        []pair        `json:"tags,omitempty"`
		Aliases     []aliasJSON   `json:"aliases,omitempty"`
	}
	aliasJSON struct {
		Alias   string `json:"alias"`
		Version string `json:"version"`
	}
	registeredAnswer struct {
		Model registeredJSON `json:"registered_model"`
	}
	nameRef struct {
		Name string `json:"name" need:""`
	}
)

// change changes a registered model in the name of this process's person.
func (s *server) change(ctx context.Context, c tracker.ModelChange) error {
	c.Who, c.Why = tracker.Who(), "by MLflow's API"
	_, err := s.ChangeModel(ctx, c)
	return registryError(c.Model, err)
}

func registryError(name string, err error) error {
	switch {
	case errors.Is(err, tracker.ErrConflict):
		return failf(taken, "Registered Model (name=%s) already exists.", name)
	case err != nil && codeOf(err) == internal && !errors.Is(err, tracker.ErrCorrupt):
		return as(invalidValue, err)
	}
	return err
}

// registered finds a registered model.
func (s *server) registered(ctx context.Context, name string) (tracker.RegisteredModel, error) {
	m, err := s.RegisteredModel(ctx, name)
	if errors.Is(err, tracker.ErrNotFound) {
		err = failf(noResource, "Registered Model with name=%s not found", name)
	}
	return m, err
}

// registeredOut is a registered model with the newest version of each stage among
// versions, which are all that the store has.
func (s *server) registeredOut(ctx context.Context, m tracker.RegisteredModel, versions []tracker.Model) (registeredJSON, error) {
	out := registeredJSON{Name: m.Name, Created: millis(m.Created), Updated: millis(m.Updated), Description: m.Description, Tags: pairs(m.Tags)}
	for _, a := range slices.Sorted(maps.Keys(m.Aliases)) {
		out.Aliases = append(out.Aliases, aliasJSON{a, decimal(m.Aliases[a])})
	}
	newest := map[tracker.Stage]tracker.Model{}
	for _, v := range versions {
		if v.Name == m.Name && v.Version > newest[v.Stage].Version {
			newest[v.Stage] = v
		}
	}
	for _, v := range slices.SortedFunc(maps.Values(newest), func(a, b tracker.Model) int { return cmp.Compare(a.Version, b.Version) }) {
		x, err := s.versionOut(ctx, v)
		if err != nil {
			return out, err
		}
		out.Latest = append(out.Latest, x)
	}
	return out, nil
}

func (s *server) oneRegistered(ctx context.Context, name string) (any, error) {
	m, err := s.registered(ctx, name)
	if err != nil {
		return nil, err
	}
	versions, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.registeredOut(ctx, m, versions)
	return registeredAnswer{out}, err
}

func (s *server) createRegistered(ctx context.Context, in *struct {
	nameRef
	Description string `json:"description"`
	Tags        []pair `json:"tags"`
}) (any, error) {
	tags, err := table(in.Tags)
	if err == nil {
		err = s.change(ctx, tracker.ModelChange{Do: tracker.ActCreate, Model: in.Name, Value: in.Description, Tags: tags})
	}
	if err != nil {
		return nil, err
	}
	return s.oneRegistered(ctx, in.Name)
}

func (s *server) readRegistered(ctx context.Context, in *nameRef) (any, error) {
	return s.oneRegistered(ctx, in.Name)
}

// changed is the answer with a registered model after a change of it.
func (s *server) changedRegistered(ctx context.Context, name string, c tracker.ModelChange) (any, error) {
	c.Model = name
	if _, err := s.registered(ctx, name); err != nil {
		return nil, err
	}
	if err := s.change(ctx, c); err != nil {
		return nil, err
	}
	if c.Do == tracker.ActRename {
		name = c.Value
	}
	return s.oneRegistered(ctx, name)
}

func (s *server) renameRegistered(ctx context.Context, in *struct {
	nameRef
	New string `json:"new_name" need:""`
}) (any, error) {
	return s.changedRegistered(ctx, in.Name, tracker.ModelChange{Do: tracker.ActRename, Value: in.New})
}

func (s *server) updateRegistered(ctx context.Context, in *struct {
	nameRef
	Description string `json:"description"`
}) (any, error) {
	return s.changedRegistered(ctx, in.Name, tracker.ModelChange{Do: tracker.ActDescribe, Value: in.Description})
}

// deleteRegistered asks no more than MLflow does; what was done stays in the
// store's events.
func (s *server) deleteRegistered(ctx context.Context, in *nameRef) (any, error) {
	if _, err := s.registered(ctx, in.Name); err != nil {
		return nil, err
	}
	return none{}, s.change(ctx, tracker.ModelChange{Do: tracker.ActDelete, Model: in.Name, Force: true})
}

func (s *server) setRegisteredTag(ctx context.Context, in *struct {
	nameRef
	Key   string `json:"key" need:""`
	Value string `json:"value"`
}) (any, error) {
	_, err := s.changedRegistered(ctx, in.Name, tracker.ModelChange{Do: tracker.ActTag, Tags: map[string]string{in.Key: in.Value}})
	return none{}, err
}

func (s *server) deleteRegisteredTag(ctx context.Context, in *struct {
	nameRef
	Key string `json:"key" need:""`
}) (any, error) {
	_, err := s.changedRegistered(ctx, in.Name, tracker.ModelChange{Do: tracker.ActTag, Tags: map[string]string{in.Key: ""}})
	return none{}, err
}

func (s *server) setAlias(ctx context.Context, in *struct {
	versionRef
	Alias string `json:"alias" need:""`
}) (any, error) {
	m, err := s.version(ctx, in.versionRef)
	if err != nil {
		return nil, err
	}
	return none{}, s.change(ctx, tracker.ModelChange{Do: tracker.ActAlias, Model: m.Name, Version: m.Version, Alias: in.Alias})
}

func (s *server) deleteAlias(ctx context.Context, in *struct {
	nameRef
	Alias string `json:"alias" need:""`
}) (any, error) {
	m, err := s.registered(ctx, in.Name)
	if _, there := m.Aliases[in.Alias]; err != nil || !there {
		return none{}, err
	}
	return none{}, s.change(ctx, tracker.ModelChange{Do: tracker.ActUnalias, Model: in.Name, Alias: in.Alias})
}

func (s *server) versionByAlias(ctx context.Context, in *struct {
	nameRef
	Alias string `json:"alias" need:""`
}) (any, error) {
	r, err := s.registered(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(in.Alias, "latest") {
		return s.oneVersion(ctx, versionRef{nameRef: in.nameRef, Version: decimal(r.Latest)})
	}
	v, ok := r.Aliases[in.Alias]
	if !ok {
		return nil, failf(invalidValue, "Registered model alias %s not found.", in.Alias)
	}
	return s.oneVersion(ctx, versionRef{nameRef: in.nameRef, Version: decimal(v)})
}

func (s *server) latestVersions(ctx context.Context, in *struct {
	nameRef
	Stages []string `json:"stages"`
}) (any, error) {
	m, err := s.registered(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	var wanted []string
	for _, n := range in.Stages {
		stage, err := tracker.ParseStage(n)
		if err != nil {
			return nil, as(invalidValue, err)
		}
		wanted = append(wanted, stage.String())
	}
	versions, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.registeredOut(ctx, m, versions)
	list := slices.DeleteFunc(out.Latest, func(v versionJSON) bool { return len(wanted) > 0 && !slices.Contains(wanted, v.Stage) })
	return versionsAnswer{List: list}, err
}

// tagPrompt says that a registered model is a prompt of MLflow's. Clients ask for
// what is none by tags.… != 'true'.
const tagPrompt = "mlflow.prompt.is_prompt"

func promptValues(tags []pair, key string) []search.Value {
	if v := tagValues(tags, key); v != nil || key != tagPrompt {
		return v
	}
	return textValue("false")
}

// aRegistered is what filters over registered models may name.
var aRegistered = search.Thing{Of: "a registered model", Texts: []string{"name"}, Times: []string{"last_updated_timestamp", "timestamp", "creation_timestamp"}}

// Values implements search.Subject.
func (m registeredJSON) Values(f search.Field) []search.Value {
	switch {
	case f.Kind == search.Tag:
		return promptValues(m.Tags, f.Name)
	case f.Kind != search.Attribute:
		return nil
	case f.Name == "name":
		return textValue(m.Name)
	case f.Name == "creation_timestamp":
		return []search.Value{number(float64(m.Created))}
	}
	return []search.Value{number(float64(m.Updated))}
}

func (s *server) searchRegistered(ctx context.Context, in *searchIn) (any, error) {
	names, err := s.RegisteredModels(ctx)
	if err != nil {
		return nil, err
	}
	versions, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	of := map[string]tracker.RegisteredModel{}
	var list []registeredJSON
	for _, m := range names {
		of[m.Name] = m
		list = append(list, registeredJSON{Name: m.Name, Created: millis(m.Created), Updated: millis(m.Updated), Tags: pairs(m.Tags)})
	}
	list, token, err := searched(aRegistered, *in, list, 100, 1000)
	if err != nil {
		return nil, err
	}
	for i, m := range list {
		if list[i], err = s.registeredOut(ctx, of[m.Name], versions); err != nil {
			return nil, err
		}
	}
	return struct {
		List  []registeredJSON `json:"registered_models,omitempty"`
		Token string           `json:"next_page_token,omitempty"`
	}{list, token}, nil
}
