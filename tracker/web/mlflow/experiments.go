package mlflow

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// MLflow's first experiment is always there, as our default one is.
const (
	defaultID   = "0"
	defaultName = "Default"
)

// artifactRoot is how the URIs of artifacts begin that lie in the store.
const artifactRoot = "mlflow-artifacts:/"

type experimentJSON struct {
	ID       string `json:"experiment_id"`
	Name     string `json:"name"`
	Location string `json:"artifact_location"`
	Stage    string `json:"lifecycle_stage"`
	Updated  int64  `json:"last_update_time"`
	Created  int64  `json:"creation_time"`
	Tags     []pair `json:"tags,omitempty"`
}

// experimentID is what MLflow calls an experiment of ours.
func experimentID(e tracker.Experiment) string {
	if e.Name == tracker.DefaultExperiment {
		return defaultID
	}
	return e.ID
}

func experimentOut(e tracker.Experiment) experimentJSON {
	id, n := experimentID(e), e.Name
	if id == defaultID {
		n = defaultName
	}
	return experimentJSON{ID: id, Name: n, Location: artifactRoot + id, Stage: stage(!e.Deleted.IsZero()), Updated: max(millis(e.Created), millis(e.Deleted)), Created: millis(e.Created), Tags: pairs(e.Tags)}
}

// experiments lists all, deleted ones too; the default one without an ID where no
// run was made in it yet.
func (s *server) experiments(ctx context.Context) ([]tracker.Experiment, error) {
	all, err := s.Experiments(ctx)
	if err != nil {
		return nil, err
	}
	deleted, err := s.DeletedExperiments(ctx)
	all = append(all, deleted...)
	if err == nil && !slices.ContainsFunc(all, func(e tracker.Experiment) bool { return e.Name == tracker.DefaultExperiment }) {
		all = append(all, tracker.Experiment{Name: tracker.DefaultExperiment})
	}
	return all, err
}

// experiment finds one by MLflow's id of it.
func (s *server) experiment(ctx context.Context, id string) (tracker.Experiment, error) {
	all, err := s.experiments(ctx)
	if err != nil {
		return tracker.Experiment{}, err
	}
	id = cmp.Or(id, defaultID)
	i := slices.IndexFunc(all, func(e tracker.Experiment) bool { return experimentID(e) == id })
	if i < 0 {
		return tracker.Experiment{}, failf(noResource, "No Experiment with id=%s exists", id)
	}
	return all[i], nil
}

// kept is experiment for what is to be written to: it is refused when it is
// deleted, and made where it is not in the store yet.
func (s *server) kept(ctx context.Context, id string) (tracker.Experiment, error) {
	e, err := s.experiment(ctx, id)
	if err == nil && !e.Deleted.IsZero() {
		err = failf(invalidValue, "The experiment %s must be in the 'active' state. Current state is deleted.", id)
	}
	if err != nil || e.ID != "" {
		return e, err
	}
	made, err := s.CreateExperiment(ctx, e)
	if errors.Is(err, tracker.ErrConflict) { // by another, just now
		return s.experiment(ctx, id)
	}
	return made, err
}

type experimentRef struct {
	ID string `json:"experiment_id" need:""`
}

func (s *server) createExperiment(ctx context.Context, in *struct {
	Name     string `json:"name" need:""`
	Location string `json:"artifact_location"`
	Tags     []pair `json:"tags"`
}) (any, error) {
	if in.Location != "" && !strings.HasPrefix(in.Location, artifactRoot) {
		return nil, failf(invalidValue, "create experiment %q: artifacts of this server lie in its store, not in %.200q; leave artifact_location out", in.Name, in.Location)
	}
	tags, err := table(in.Tags)
	if err != nil {
		return nil, err
	}
	e, err := s.CreateExperiment(ctx, tracker.Experiment{Name: ourName(in.Name), Tags: tags})
	if errors.Is(err, tracker.ErrConflict) {
		return nil, failf(taken, "Experiment(name=%s) already exists.", in.Name)
	}
	if err != nil {
		return nil, nameError(err)
	}
	return map[string]string{"experiment_id": experimentID(e)}, nil
}

// nameError is the error of a name that cannot be.
func nameError(err error) error {
	if codeOf(err) == internal && !errors.Is(err, tracker.ErrCorrupt) {
		return as(invalidValue, err)
	}
	return err
}

// ourName is what an experiment of MLflow's is called here.
func ourName(n string) string {
	if n == defaultName {
		return tracker.DefaultExperiment
	}
	return n
}

type experimentAnswer struct {
	Experiment experimentJSON `json:"experiment"`
}

func (s *server) readExperiment(ctx context.Context, in *experimentRef) (any, error) {
	e, err := s.experiment(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return experimentAnswer{experimentOut(e)}, nil
}

func (s *server) readExperimentByName(ctx context.Context, in *struct {
	Name string `json:"experiment_name" need:""`
}) (any, error) {
	all, err := s.experiments(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		if e.Name == ourName(in.Name) {
			return experimentAnswer{experimentOut(e)}, nil
		}
	}
	return nil, failf(noResource, "Could not find experiment with name '%s'", in.Name)
}

func (s *server) updateExperiment(ctx context.Context, in *struct {
	experimentRef
	Name string `json:"new_name" need:""`
}) (any, error) {
	e, err := s.experiment(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.ID == defaultID {
		return nil, failf(invalidValue, "rename experiment 0: the default experiment keeps its name; make another")
	}
	if !e.Deleted.IsZero() {
		return nil, failf(wrongState, "Cannot rename a non-active experiment.")
	}
	err = s.RenameExperiment(ctx, e.ID, ourName(in.Name))
	if errors.Is(err, tracker.ErrConflict) {
		return nil, failf(taken, "Experiment(name=%s) already exists.", in.Name)
	}
	return none{}, nameError(err)
}

func (s *server) deleteExperiment(ctx context.Context, in *experimentRef) (any, error) {
	e, err := s.experiment(ctx, in.ID)
	if err == nil && !e.Deleted.IsZero() {
		err = failf(noResource, "No Experiment with id=%s exists", in.ID)
	}
	if err == nil && e.ID == "" {
		e, err = s.kept(ctx, in.ID)
	}
	if err != nil {
		return nil, err
	}
	return none{}, s.DeleteExperiment(ctx, e.Name)
}

func (s *server) restoreExperiment(ctx context.Context, in *experimentRef) (any, error) {
	e, err := s.experiment(ctx, in.ID)
	if err == nil && e.Deleted.IsZero() {
		err = failf(noResource, "No Experiment with id=%s exists", in.ID)
	}
	if err != nil {
		return nil, err
	}
	return none{}, s.RestoreExperiment(ctx, e.Name)
}

func (s *server) setExperimentTag(ctx context.Context, in *struct {
	experimentRef
	Key   string `json:"key" need:""`
	Value string `json:"value"`
}) (any, error) {
	e, err := s.kept(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return none{}, s.SetExperimentTags(ctx, e.ID, map[string]string{in.Key: in.Value})
}

func (s *server) deleteExperimentTag(ctx context.Context, in *struct {
	experimentRef
	Key string `json:"key" need:""`
}) (any, error) {
	e, err := s.experiment(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, ok := e.Tags[in.Key]; !ok {
		return nil, failf(noResource, "No tag with name: %s in experiment with id %s", in.Key, in.ID)
	}
	return none{}, s.SetExperimentTags(ctx, e.ID, map[string]string{in.Key: ""})
}

// anExperiment is what filters over experiments may name.
var anExperiment = search.Thing{Of: "an experiment", Texts: []string{"name", "experiment_id", "lifecycle_stage"}, Times: []string{"creation_time", "last_update_time"}}

// Values implements search.Subject.
func (e experimentJSON) Values(f search.Field) []search.Value {
	switch {
	case f.Kind == search.Tag:
		return tagValues(e.Tags, f.Name)
	case f.Kind != search.Attribute:
		return nil
	case f.Name == "creation_time", f.Name == "last_update_time":
		return []search.Value{number(float64(e.Created))}
	}
	return textValue(map[string]string{"name": e.Name, "experiment_id": e.ID, "lifecycle_stage": e.Stage}[f.Name])
}

type searchIn struct {
	page
	Filter  string   `json:"filter"`
	OrderBy []string `json:"order_by"`
}

func (s *server) searchExperiments(ctx context.Context, in *struct {
	searchIn
	View enum `json:"view_type"`
}) (any, error) {
	v, err := viewOf(in.View)
	if err != nil {
		return nil, err
	}
	all, err := s.experiments(ctx)
	if err != nil {
		return nil, err
	}
	var list []experimentJSON
	for _, e := range all {
		if x := experimentOut(e); x.Stage == stage(false) && v.active || x.Stage == stage(true) && v.deleted {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b experimentJSON) int { // MLflow's order where it is not said
		return cmp.Or(cmp.Compare(b.Updated, a.Updated), cmp.Compare(len(b.ID), len(a.ID)), cmp.Compare(b.ID, a.ID))
	})
	list, token, err := searched(anExperiment, in.searchIn, list, 1000, 50_000)
	if err != nil {
		return nil, err
	}
	return struct {
		List  []experimentJSON `json:"experiments,omitempty"`
		Token string           `json:"next_page_token,omitempty"`
	}{list, token}, nil
}
