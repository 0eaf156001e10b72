package compare

import (
	"context"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
)

// Read compares runs of a store, with the datasets that they read. The runs
// are as Store.Run gives them, with their cells.
func Read(ctx context.Context, s tracker.Store, runs []tracker.Run, o Options) (*Comparison, error) {
	subjects, err := subjectsOf(ctx, s, runs)
	if err != nil {
		return nil, err
	}
	return New(subjects, o), nil
}

// subjectsOf adds to runs what they read.
func subjectsOf(ctx context.Context, s tracker.Store, runs []tracker.Run) ([]Subject, error) {
	edges, err := s.Edges(ctx)
	if err != nil {
		return nil, fmt.Errorf("compare: read what the runs read: %w", err)
	}
	versions, err := s.Datasets(ctx)
	if err != nil {
		return nil, fmt.Errorf("compare: read the datasets: %w", err)
	}
	known := map[string]tracker.DatasetVersion{}
	for _, v := range versions {
		known[v.Ref()] = v
	}
	at := map[string]int{}
	subjects := make([]Subject, len(runs))
	for i, r := range runs {
		subjects[i].Run = r
		at[r.ID] = i
	}
	for _, e := range edges {
		if e.From.Kind != tracker.KindDataset || e.To.Kind != tracker.KindRun {
			continue
		}
		if i, ok := at[e.To.ID]; ok {
			subjects[i].Inputs = append(subjects[i].Inputs, Input{Ref: e.From.ID, Role: e.Role, Version: known[e.From.ID]})
		}
	}
	return subjects, nil
}
