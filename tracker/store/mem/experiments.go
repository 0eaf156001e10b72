package mem

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// CreateExperiment makes one that has no runs yet: see tracker.Store.
func (s *Store) CreateExperiment(ctx context.Context, e tracker.Experiment) (tracker.Experiment, error) {
	if err := tracker.CheckName("experiment", e.Name); err != nil {
		return tracker.Experiment{}, err
	}
	if err := s.enter(ctx); err != nil {
		return tracker.Experiment{}, err
	}
	defer s.mu.Unlock()
	if s.experiment(e.Name) != nil {
		return tracker.Experiment{}, tracker.TakenExperiment(e.Name)
	}
	s.groups++
	e = tracker.NewExperiment(e, fmt.Sprint(s.groups), s.now())
	s.experiments = append(s.experiments, e)
	e.Tags = maps.Clone(e.Tags)
	return e, nil
}

func (s *Store) experimentOf(id string) (*tracker.Experiment, error) {
	i := slices.IndexFunc(s.experiments, func(e tracker.Experiment) bool { return e.ID == id })
	if i < 0 {
		return nil, tracker.NoExperiment(id)
	}
	return &s.experiments[i], nil
}

// RenameExperiment gives an experiment, and so its runs, another name.
func (s *Store) RenameExperiment(ctx context.Context, id, name string) error {
	if err := tracker.CheckName("experiment", name); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	e, err := s.experimentOf(id)
	if err != nil {
		return err
	}
	if other := s.experiment(name); other != nil && other.ID != id {
		return tracker.TakenExperiment(name)
	}
	for _, r := range s.runs {
		if r.Experiment == e.Name {
			r.Experiment = name
		}
	}
	e.Name = name
	return nil
}

// SetExperimentTags sets or removes tags of an experiment.
func (s *Store) SetExperimentTags(ctx context.Context, id string, tags map[string]string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	e, err := s.experimentOf(id)
	if err != nil {
		return err
	}
	merged := maps.Clone(e.Tags)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, tags)
	e.Tags = merged
	*e = tracker.NewExperiment(*e, e.ID, e.Created)
	return nil
}

// RenameRun gives a run another name.
func (s *Store) RenameRun(ctx context.Context, runID, name string) error {
	if err := tracker.CheckRunName(name); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find("rename", runID)
	if err == nil {
		r.Name = name
	}
	return err
}

// Newest returns the point that was logged last of every metric of these runs.
func (s *Store) Newest(ctx context.Context, runIDs ...string) (map[string][]tracker.Point, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	out := map[string][]tracker.Point{}
	for _, id := range runIDs {
		r, err := s.find("read", id)
		if err != nil {
			continue
		}
		for _, metric := range slices.Sorted(maps.Keys(r.points)) {
			pts := r.points[metric]
			out[id] = append(out[id], pts[len(pts)-1])
		}
	}
	return out, nil
}

// RemoveArtifacts takes names from a run.
func (s *Store) RemoveArtifacts(ctx context.Context, runID string, names ...string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find("remove artifacts of", runID)
	if err != nil {
		return err
	}
	for _, n := range names {
		delete(r.artifacts, n)
	}
	return nil
}

// PutRecord keeps a record: see tracker.Store.
func (s *Store) PutRecord(ctx context.Context, r tracker.Record) error {
	if err := tracker.CheckRecord(r); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	if s.records == nil {
		s.records = map[[2]string]tracker.Record{}
	}
	r.JSON = slices.Clone(r.JSON)
	s.records[[2]string{r.Kind, r.ID}] = r
	return nil
}

// Records returns records of a kind: see tracker.Store.
func (s *Store) Records(ctx context.Context, kind string, ids ...string) ([]tracker.Record, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.Record
	for _, r := range s.records {
		if r.Kind == kind && (len(ids) == 0 || slices.Contains(ids, r.ID)) {
			r.JSON = slices.Clone(r.JSON)
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b tracker.Record) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}
