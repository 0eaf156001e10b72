package mem

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// Experiments lists those that are not deleted, by name.
func (s *Store) Experiments(ctx context.Context) ([]tracker.Experiment, error) {
	return s.listed(ctx, false)
}

// DeletedExperiments lists those that are, by name.
func (s *Store) DeletedExperiments(ctx context.Context) ([]tracker.Experiment, error) {
	return s.listed(ctx, true)
}

func (s *Store) listed(ctx context.Context, deleted bool) ([]tracker.Experiment, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.Experiment
	for _, e := range s.experiments {
		if e.Deleted.IsZero() != deleted {
			e.Tags = maps.Clone(e.Tags)
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b tracker.Experiment) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// experiment is the one of a name, or nil.
func (s *Store) experiment(name string) *tracker.Experiment {
	for i := range s.experiments {
		if s.experiments[i].Name == name {
			return &s.experiments[i]
		}
	}
	return nil
}

// DeleteExperiment marks an experiment and its live runs.
func (s *Store) DeleteExperiment(ctx context.Context, name string) error {
	return s.mark(ctx, name, s.now().Round(0).UTC())
}

// RestoreExperiment takes the mark away again.
func (s *Store) RestoreExperiment(ctx context.Context, name string) error {
	return s.mark(ctx, name, time.Time{})
}

// mark gives an experiment this time of deletion, and the runs that had its own.
func (s *Store) mark(ctx context.Context, name string, at time.Time) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	e := s.experiment(name)
	if e == nil {
		return tracker.NoExperiment(name)
	}
	if e.Deleted.IsZero() == at.IsZero() {
		return nil
	}
	for _, r := range s.runs {
		if r.Experiment == name && r.Deleted.Equal(e.Deleted) {
			r.Deleted = at
		}
	}
	e.Deleted = at
	return nil
}

// DeleteRun marks a run as deleted.
func (s *Store) DeleteRun(ctx context.Context, runID string) error {
	return s.markRun(ctx, "delete", runID, func(r *run) {
		if r.Deleted.IsZero() {
			r.Deleted = s.now().Round(0).UTC()
		}
	})
}

// RestoreRun takes the mark away, also from its experiment.
func (s *Store) RestoreRun(ctx context.Context, runID string) error {
	return s.markRun(ctx, "restore", runID, func(r *run) {
		r.Deleted, s.experiment(r.Experiment).Deleted = time.Time{}, time.Time{}
	})
}

func (s *Store) markRun(ctx context.Context, op, runID string, f func(*run)) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find(op, runID)
	if err == nil {
		f(r)
	}
	return err
}

// PurgeRun removes a deleted run; one that something came from is refused.
func (s *Store) PurgeRun(ctx context.Context, runID string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find("purge", runID)
	if err != nil {
		return err
	}
	if r.Deleted.IsZero() {
		return &tracker.RunError{Op: "purge", Run: runID, Err: tracker.ErrNotDeleted}
	}
	if user := s.userOf(runID); user != "" {
		return &tracker.RunError{Op: "purge", Run: runID, Err: fmt.Errorf("%w by %s", tracker.ErrInUse, user)}
	}
	self := tracker.Node{Kind: tracker.KindRun, ID: runID}
	s.edges = slices.DeleteFunc(s.edges, func(e tracker.Edge) bool { return e.To == self })
	s.runs = slices.DeleteFunc(s.runs, func(r *run) bool { return r.ID == runID })
	empty := !slices.ContainsFunc(s.runs, func(o *run) bool { return o.Experiment == r.Experiment })
	s.experiments = slices.DeleteFunc(s.experiments, func(e tracker.Experiment) bool {
		return empty && e.Name == r.Experiment && !e.Deleted.IsZero()
	})
	return nil
}

// userOf is something that came from a run; "" for nothing.
func (s *Store) userOf(runID string) string {
	for _, m := range s.models {
		if m.Run == runID {
			return "model " + m.Ref()
		}
	}
	for _, r := range s.runs {
		if r.Parent == runID {
			return "run " + r.ID
		}
	}
	for _, e := range s.edges {
		if e.From == (tracker.Node{Kind: tracker.KindRun, ID: runID}) {
			return "lineage of " + e.To.Kind + " " + e.To.ID
		}
	}
	return ""
}
