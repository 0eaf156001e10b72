package mem

import (
	"context"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// Runs lists the runs that q selects, without their cells.
func (s *Store) Runs(ctx context.Context, q tracker.Query) ([]tracker.Run, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	found := s.found(q)
	slices.SortStableFunc(found, func(a, b tracker.Facts) int {
		if d := search.Before(q.Order, a, b); d != 0 {
			return d
		}
		return b.Run.Started.Compare(a.Run.Started)
	})
	found = found[min(max(q.Offset, 0), len(found)):]
	if q.Limit > 0 {
		found = found[:min(q.Limit, len(found))]
	}
	var out []tracker.Run
	for _, f := range found {
		out = append(out, clone(f.Run, false))
	}
	return out, nil
}

// CountRuns is how many runs q selects.
func (s *Store) CountRuns(ctx context.Context, q tracker.Query) (int, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	return len(s.found(q)), nil
}

// found are the runs that q selects, the last made first.
func (s *Store) found(q tracker.Query) []tracker.Facts {
	inputs := s.inputs()
	var found []tracker.Facts
	match := func(want, have string) bool { return want == "" || want == have }
	for _, r := range slices.Backward(s.runs) {
		f := tracker.Facts{Run: r.Run, Inputs: inputs[r.ID]}
		if match(q.Experiment, r.Experiment) && match(string(q.Status), string(r.Status)) && match(q.Kind, r.Kind) &&
			match(q.Parent, r.Parent) && seen(q.View, r.Run) && search.Match(q.Where, f) {
			found = append(found, f)
		}
	}
	return found
}

// seen reports whether a view has a run.
func seen(v tracker.View, r tracker.Run) bool {
	switch v {
	case tracker.ActiveOnly:
		return r.Deleted.IsZero()
	case tracker.DeletedOnly:
		return !r.Deleted.IsZero()
	}
	return true
}

// inputs are the datasets that each run read.
func (s *Store) inputs() map[string][]tracker.Input {
	digests := map[string]tracker.Digest{}
	for _, d := range s.datasets {
		digests[d.Ref()] = d.Digest
	}
	out := map[string][]tracker.Input{}
	for _, e := range s.edges {
		if e.From.Kind == tracker.KindDataset && e.To.Kind == tracker.KindRun {
			out[e.To.ID] = append(out[e.To.ID], tracker.Input{Ref: e.From.ID, Digest: digests[e.From.ID], Role: e.Role})
		}
	}
	return out
}
