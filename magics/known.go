package magics

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
	"github.com/cellar-ml/cellar/tracker/registry"
)

// What the store knows, as completions. A store that cannot be read offers
// nothing: completion is no place for an error.

func datasetNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Datasets(ctx)
		for _, d := range slices.Backward(all) { // the newest version says what the name is
			note := "\t" + counted(int(d.Rows), "row") + ", " + counted(len(d.Columns), "column")
			list = append(list, d.Name+note, d.Ref()+note)
		}
		return list, err
	})
}

func modelNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Models(ctx)
		for _, m := range slices.Backward(all) {
			list = append(list, m.Name+"\t"+m.Family, m.Ref()+"\t"+m.Family)
			for _, a := range m.Aliases {
				list = append(list, m.Name+"@"+a+"\t"+m.Ref())
			}
		}
		return list, err
	})
}

// registeredNames are the names of models, those without versions too.
func registeredNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.RegisteredModels(ctx)
		for _, m := range all {
			list = append(list, m.Name+"\t"+m.Description)
		}
		return list, err
	})
}

// aliasNames are the aliases that some model has, and champion.
func aliasNames(ctx context.Context, env *Env, _ string) []string {
	return append(fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.RegisteredModels(ctx)
		for _, m := range all {
			list = append(list, slices.Collect(maps.Keys(m.Aliases))...)
		}
		return list, err
	}), registry.Champion)
}

// runNames are the names of the runs, and once something is typed their ids.
func runNames(ctx context.Context, env *Env, typed string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		runs, err := s.Runs(ctx, tracker.Query{Limit: 100})
		for _, r := range runs {
			note := "\t" + strings.TrimSpace(r.Kind+" "+string(r.Status))
			list = append(list, r.Name+note)
			if typed != "" {
				list = append(list, r.ID+note)
			}
		}
		return list, err
	})
}

func experimentNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Experiments(ctx)
		for _, e := range all {
			list = append(list, e.Name)
		}
		return list, err
	})
}

// columnNames are the columns of the dataset that --data names, or of all.
func columnNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Datasets(ctx)
		if d, e := s.Dataset(ctx, env.Given["data"]); e == nil && env.Given["data"] != "" {
			all = []tracker.DatasetVersion{d}
		}
		for _, d := range all {
			for _, c := range d.Columns {
				list = append(list, c.Name+"\t"+c.Type)
			}
		}
		return list, err
	})
}

// metricNames are the metrics that runs have.
func metricNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		runs, err := s.Runs(ctx, tracker.Query{Limit: 100})
		for _, r := range runs {
			list = append(list, r.Measured()...)
		}
		return list, err
	})
}

// modelMetricNames are the metrics of a model by themselves, as evaluation
// gives them.
func modelMetricNames(ctx context.Context, env *Env, typed string) []string {
	var list []string
	for _, m := range metricNames(ctx, env, typed) {
		if name, ok := strings.CutPrefix(m, "model/"); ok {
			list = append(list, name)
		}
	}
	return list
}

// seedNames are what lineage starts from: all that the store has, and with the
// kind before it.
func seedNames(ctx context.Context, env *Env, typed string) []string {
	var list []string
	for _, of := range []struct {
		kind  string
		names Completer
	}{{"dataset", datasetNames}, {"model", modelNames}, {"run", runNames}} {
		names := of.names(ctx, env, strings.TrimPrefix(typed, of.kind+":"))
		list = append(list, names...)
		if strings.HasPrefix(typed, of.kind+":") {
			for _, n := range names {
				list = append(list, of.kind+":"+n)
			}
		}
	}
	return append(list, fromStore(ctx, env, func(s tracker.Store) ([]string, error) {
		edges, err := s.Edges(ctx)
		return lineage.Names(edges), err
	})...)
}

// both joins completers.
func both(a, b Completer) Completer {
	return func(ctx context.Context, env *Env, typed string) []string {
		return appendNew(a(ctx, env, typed), b(ctx, env, typed)...)
	}
}

func fromStore(ctx context.Context, env *Env, read func(tracker.Store) ([]string, error)) []string {
	if env.Store == nil {
		return nil
	}
	s, err := env.Store(ctx)
	if err != nil {
		return nil
	}
	list, err := read(s)
	if err != nil {
		return nil
	}
	return list
}

func appendNew(list []string, words ...string) []string {
next:
	for _, w := range words {
		for _, l := range list {
			if l == w {
				continue next
			}
		}
		list = append(list, w)
	}
	return list
}

// bare are words without their notes.
func bare(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i], _, _ = strings.Cut(w, "\t")
	}
	return list
}
