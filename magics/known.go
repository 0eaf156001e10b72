package magics

import (
	"context"

	"github.com/cellar-ml/cellar/tracker"
)

// What the store knows, as completions. A store that cannot be read offers
// nothing: completion is no place for an error.

func datasetNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Datasets(ctx)
		for _, d := range all {
			list = appendNew(list, d.Name, d.Ref())
		}
		return list, err
	})
}

func modelNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Models(ctx)
		for _, m := range all {
			list = appendNew(list, m.Name, m.Ref())
		}
		return list, err
	})
}

func runNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		runs, err := s.Runs(ctx, tracker.Query{Limit: 100})
		for _, r := range runs {
			list = appendNew(list, r.Name)
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

// columnNames are the columns of every dataset.
func columnNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.Datasets(ctx)
		for _, d := range all {
			for _, c := range d.Columns {
				list = appendNew(list, c.Name)
			}
		}
		return list, err
	})
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
