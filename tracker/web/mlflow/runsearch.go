package mlflow

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

func (s *server) searchRuns(ctx context.Context, in *struct {
	searchIn
	Experiments []string `json:"experiment_ids"`
	View        enum     `json:"run_view_type"`
}) (any, error) {
	n, offset, err := in.at(1000, 50_000)
	if err != nil {
		return nil, err
	}
	v, err := viewOf(in.View)
	if err != nil {
		return nil, err
	}
	q, err := parse(search.Parse, in.Filter, in.OrderBy)
	if err != nil {
		return nil, err
	}
	query := tracker.Query{Order: q.Order, Limit: n + 1, Offset: offset, View: v.ours()}
	if query.Where, err = s.where(ctx, q.Where, in.Experiments); err != nil {
		return nil, err
	}
	for i, k := range query.Order {
		query.Order[i].Field = field(k.Field)
	}
	runs, err := s.Runs(ctx, query)
	if err != nil {
		return nil, err
	}
	runs, token := cutPage(runs, n, 0)
	if token != "" {
		token = next(offset + n)
	}
	out, err := s.runsOut(ctx, runs)
	return struct {
		Runs  []runJSON `json:"runs,omitempty"`
		Token string    `json:"next_page_token,omitempty"`
	}{out, token}, err
}

func (v view) ours() tracker.View {
	switch {
	case v.active && v.deleted:
		return tracker.AllRuns
	case v.deleted:
		return tracker.DeletedOnly
	}
	return tracker.ActiveOnly
}

func attribute(n string) search.Field { return search.Field{Kind: search.Attribute, Name: n} }

// where is a filter of MLflow's in our words: in these experiments, without the
// runs that only hold a model.
func (s *server) where(ctx context.Context, x search.Expr, ids []string) (search.Expr, error) {
	all, err := s.experiments(ctx)
	if err != nil {
		return nil, err
	}
	in := search.Compare{Field: attribute(search.Experiment), Op: search.In, Values: []search.Value{{Text: ""}}}
	for _, e := range all {
		if slices.Contains(ids, experimentID(e)) {
			in.Values = append(in.Values, search.Value{Text: e.Name})
		}
	}
	if len(in.Values) > 1 {
		in.Values = in.Values[1:]
	}
	holds := search.Compare{Field: attribute(search.RunKind), Op: search.Eq, Values: []search.Value{{Text: modelKind}}}
	and := search.And{in, search.Not{X: holds}}
	if x == nil {
		return and, nil
	}
	digests, err := s.digests(ctx, x)
	return append(and, rewrite(x, func(c search.Compare) search.Expr { return ours(c, digests) })), err
}

// field is what MLflow keeps in a tag and a run has of itself here.
func field(f search.Field) search.Field {
	switch f {
	case search.Field{Kind: search.Tag, Name: tagName}:
		return attribute(search.RunName)
	case search.Field{Kind: search.Tag, Name: tagParent}:
		return attribute(search.Parent)
	}
	return f
}

// ours is a comparison in our words. A run that the person stopped is killed for
// MLflow; a digest of MLflow's is of a dataset's description here.
func ours(c search.Compare, digests map[string][]string) search.Compare {
	c.Field = field(c.Field)
	var values []search.Value
	for _, v := range c.Values {
		values = append(values, v)
		if c.Field == attribute(search.Status) && v.Text == string(tracker.Killed) {
			values = append(values, search.Value{Text: string(tracker.Interrupted)})
		}
		if c.Field == datasetDigest {
			for _, d := range digests[v.Text] {
				values = append(values, search.Value{Text: d})
			}
		}
	}
	if len(c.Values) == 0 || c.Op == search.Like || c.Op == search.ILike || c.Op == search.NotLike || c.Op == search.NotILike {
		return c
	}
	return among(c, values)
}

var datasetDigest = search.Field{Kind: search.Dataset, Name: search.DatasetDigest}

// digests are ours for MLflow's digests, when x has conditions on them.
func (s *server) digests(ctx context.Context, x search.Expr) (map[string][]string, error) {
	if !slices.Contains(search.Query{Where: x}.Fields(), datasetDigest) {
		return nil, nil
	}
	list, err := s.Records(ctx, datasetRecord)
	out := map[string][]string{}
	for _, r := range list {
		var d keptDataset
		if json.Unmarshal(r.JSON, &d) == nil {
			out[d.Dataset.Digest] = append(out[d.Dataset.Digest], string(d.Digest))
		}
	}
	return out, err
}

// searchDatasets lists the datasets that the runs of experiments read.
func (s *server) searchDatasets(ctx context.Context, in *struct {
	Experiments []string `json:"experiment_ids" need:""`
}) (any, error) {
	type summary struct {
		Experiment string `json:"experiment_id"`
		Name       string `json:"name"`
		Digest     string `json:"digest"`
		Context    string `json:"context,omitempty"`
	}
	var out []summary
	for _, id := range in.Experiments {
		where, err := s.where(ctx, nil, []string{id})
		if err != nil {
			return nil, err
		}
		runs, err := s.Runs(ctx, tracker.Query{Where: where})
		if err != nil {
			return nil, err
		}
		list, err := s.runsOut(ctx, runs)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			for _, d := range r.Inputs.Datasets {
				x := summary{id, d.Dataset.Name, d.Dataset.Digest, contextOf(d.Tags)}
				if !slices.Contains(out, x) {
					out = append(out, x)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b summary) int { return strings.Compare(a.Name+a.Digest, b.Name+b.Digest) })
	return struct {
		List []summary `json:"dataset_summaries,omitempty"`
	}{out[:min(len(out), 1000)]}, nil
}
