package magics

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

var runsSearch = Magic{
	Name:  "search",
	Usage: "FILTER",
	Short: "Find runs by a filter over metrics, parameters, tags and more",
	Long: "A filter compares fields with values: metrics.NAME (its last value), params.NAME, tags.NAME, dataset, and the run's own " +
		"status, name, run_id, experiment, kind, parent, start_time, end_time, seed, command, commit, branch, host, reason, deleted (which alone brings deleted runs into view). " +
		"Names with spaces go in quotes: metrics.\"f1 score\". Text and dates go in quotes, numbers do not.\n\n" +
		"Operators: = != < <= > >=, in (…), not in (…), like and ilike (% is any text, _ one character), is null, is not null, is nan. " +
		"They are joined by and, or, not and brackets; order by FIELD [desc], … may end the filter. " +
		"A run without a field passes is null only; before a comparison, not turns that round. MLflow's filter strings mean the same here.",
	Examples: []string{
		`runs search 'metrics.model/auc > 0.9 and tags.team = "x"'`,
		`runs search 'params.epochs > 9 order by metrics.train/loss' --limit 5`,
		`runs search 'dataset = "wine@v3" and not status = "failed"'`,
		`runs search '(kind = "explain" or seed > 7) and parent is null'`,
	},
	Min:    1,
	Max:    1,
	Args:   filterWords,
	Result: reflect.TypeFor[[]tracker.Run](),
	Bind:   bindRunsSearch,
}

type searchOptions struct{ Limit, Offset int }

func bindRunsSearch(fs *pflag.FlagSet) Func {
	var o searchOptions
	fs.IntVar(&o.Limit, "limit", 30, "at most `n` runs; 0: all")
	fs.IntVar(&o.Offset, "offset", 0, "leave out the first `n` runs, for the next page")
	return o.run
}

func (o *searchOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if o.Limit < 0 || o.Offset < 0 {
		return Result{}, usagef("--limit 0 lists all", "--limit %d --offset %d: negative", o.Limit, o.Offset)
	}
	q, err := search.Parse(c.Args[0])
	if err != nil {
		return Result{}, hint.New(&UsageError{err}, hint.Of(err))
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	runs, err := store.Runs(ctx, tracker.Query{View: viewOf(q), Where: q.Where, Order: q.Order, Limit: o.Limit, Offset: o.Offset})
	if err != nil {
		return Result{}, err
	}
	list := named(q)
	if len(runs) == 0 {
		list.empty += misspelt(ctx, env, q)
	}
	return Result{Value: runs, JSON: brief(runs), Show: show(list.shown(runs))}, nil
}

// viewOf lets a filter that asks for deletion see deleted runs.
func viewOf(q search.Query) tracker.View {
	if slices.Contains(q.Fields(), search.Field{Kind: search.Attribute, Name: search.Deleted}) {
		return tracker.AllRuns
	}
	return tracker.ActiveOnly
}

// named is a table that shows what a query asks for: its metrics, and of its
// parameters and tags the first that a line has room for.
func named(q search.Query) runTable {
	list := runTable{empty: "no such runs"}
	for _, f := range q.Fields() {
		switch {
		case f.Kind == search.Metric:
			list.first = append(list.first, f.Name)
		case (f.Kind == search.Param || f.Kind == search.Tag) && len(list.fields) < 2:
			list.fields = append(list.fields, f)
		}
	}
	return list
}

// misspelt says which names of a query no run has that would be shown, and
// which are near.
func misspelt(ctx context.Context, env *Env, q search.Query) string {
	known := bare(fieldNames(ctx, env))
	for _, f := range q.Fields() {
		name := f.String()
		if f.Kind == search.Attribute || f.Kind == search.Dataset || slices.Contains(known, name) {
			continue
		}
		if near := nearest.Of(name, known, 3); len(near) > 0 {
			return "; none has " + name + ": did you mean " + strings.Join(near, " or ") + "?"
		}
		return "; none has " + name
	}
	return ""
}

// fieldNames are the fields that runs have, as a filter writes them.
func fieldNames(ctx context.Context, env *Env) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		runs, err := s.Runs(ctx, tracker.Query{Limit: 100})
		add := func(kind search.Kind, name string) {
			list = appendNew(list, search.Field{Kind: kind, Name: name}.String())
		}
		for _, r := range runs {
			for name := range r.Metrics {
				add(search.Metric, name)
			}
			for name := range r.Params {
				add(search.Param, name)
			}
			for name := range r.Tags {
				add(search.Tag, name)
			}
		}
		return list, err
	})
}

// filterWords completes the field at the end of a filter that is being typed.
func filterWords(ctx context.Context, env *Env, typed string) []string {
	at := strings.LastIndexAny(typed, " \t('\",") + 1
	if i := strings.LastIndex(typed, `."`); i > 0 && strings.Count(typed[i:], `"`) == 1 { // within metrics."f1 sc
		at = strings.LastIndexAny(typed[:i], " \t('\",") + 1
	}
	list := append(fieldNames(ctx, env), search.Attributes()...)
	for i, w := range list {
		list[i] = typed[:at] + w
	}
	return list
}
