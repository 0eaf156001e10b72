package dataset

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/tracker"
)

// A Journey is a step from one dataset version to the next.
type Journey struct {
	Name    string // of the result
	From    tracker.DatasetVersion
	Also    []tracker.Node // what it was made of besides, such as the rows that a recipe was fitted on
	Step    string
	Params  map[string]string
	Columns map[string][]string // as in tracker.Transform
}

// RegisterStep registers t and how it was made: an edge from From, and one from
// each of Also with role fit.
func RegisterStep(ctx context.Context, store tracker.Store, t arrow.Table, j Journey) (tracker.DatasetVersion, error) {
	v, err := Register(ctx, store, j.Name, t, "")
	if err != nil {
		return v, err
	}
	edges := []tracker.Edge{{From: Node(j.From), To: Node(v), Role: j.Step, Time: v.Created,
		Transform: &tracker.Transform{Step: j.Step, Params: j.Params, RowsIn: j.From.Rows, RowsOut: t.NumRows(), Columns: j.Columns}}}
	for _, n := range j.Also {
		edges = append(edges, tracker.Edge{From: n, To: Node(v), Role: "fit", Time: v.Created})
	}
	if err := store.AddEdges(ctx, edges...); err != nil {
		return v, fmt.Errorf("register dataset %s: lineage: %w", j.Name, err)
	}
	return v, nil
}
