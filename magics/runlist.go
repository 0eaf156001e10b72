package magics

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/search"
)

var statuses = []string{
	string(tracker.Running), string(tracker.Finished), string(tracker.Failed), string(tracker.Interrupted), string(tracker.Killed),
}

var runsListValues = map[string]Completer{
	"experiment": experimentNames,
	"status":     words(statuses...),
	"kind":       words("train", "explain"),
	"sort":       metricNames,
}

var runsList = Magic{
	Name:     "list",
	Short:    "List the runs, newest first, with their metrics",
	Examples: []string{"runs list", "runs list --status finished --sort validation/accuracy", "runs := %runs list --limit 0"},
	Result:   reflect.TypeFor[[]tracker.Run](),
	Values:   runsListValues,
	Bind:     bindRunsList,
}

type listOptions struct {
	Experiment, Status, Kind, Sort string
	Limit                          int
	Deleted                        bool
}

func bindRunsList(fs *pflag.FlagSet) Func {
	var o listOptions
	fs.StringVar(&o.Experiment, "experiment", "", "only this `experiment`")
	fs.StringVar(&o.Status, "status", "", "only runs of this `status`: "+strings.Join(statuses, ", "))
	fs.StringVar(&o.Kind, "kind", "", "only this `kind`: train, explain, ...")
	fs.StringVar(&o.Sort, "sort", "", "the best by this `metric` first")
	fs.IntVar(&o.Limit, "limit", 30, "at most `n` runs; 0: all")
	fs.BoolVar(&o.Deleted, "deleted", false, "the deleted runs; runs restore brings them back")
	return o.run
}

func (o *listOptions) run(ctx context.Context, env *Env, _ *Call) (Result, error) {
	if o.Limit < 0 {
		return Result{}, usagef("--limit 0 lists all", "--limit %d: negative", o.Limit)
	}
	if o.Status != "" && !slices.Contains(statuses, o.Status) {
		return Result{}, usagef("there are "+strings.Join(statuses, ", "), "no status %s", o.Status)
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	q := tracker.Query{Experiment: o.Experiment, Status: tracker.Status(o.Status), Kind: o.Kind, Limit: o.Limit}
	list := runTable{empty: "no runs yet: train one with " + env.Prefix + "train"}
	if o.Experiment != "" || o.Status != "" || o.Kind != "" {
		list.empty = "no such runs; without --experiment, --status and --kind all are listed"
	}
	if o.Deleted {
		q.View = tracker.DeletedOnly
		list.empty = "no deleted runs"
	}
	if o.Sort != "" {
		metric := search.Field{Kind: search.Metric, Name: o.Sort}
		q.Where = search.Compare{Field: metric, Op: search.NotNull}
		q.Order = []search.Key{{Field: metric, Desc: !compare.Lower(o.Sort)}}
		list.first = []string{o.Sort}
	}
	runs, err := store.Runs(ctx, q)
	if err != nil {
		return Result{}, err
	}
	if known := slices.Compact(slices.Sorted(slices.Values(metricNames(ctx, env, "")))); o.Sort != "" && len(runs) == 0 && !slices.Contains(known, o.Sort) {
		return Result{}, unknownMetric(o.Sort, known)
	}
	return Result{Value: runs, JSON: brief(runs), Show: show(list.shown(runs))}, nil
}

// brief is a list of runs without what only one run shows.
func brief(runs []tracker.Run) []tracker.Run {
	out := make([]tracker.Run, len(runs))
	for i, r := range runs {
		r.Source = tracker.Source{Command: r.Source.Command, Seed: r.Source.Seed, Git: r.Source.Git}
		out[i] = r
	}
	return out
}

// metricColumns is how many metrics a list of runs shows.
const metricColumns = 3

// A runTable shows a list of runs.
type runTable struct {
	first  []string       // metrics that come first
	fields []search.Field // parameters and tags to show beside them
	empty  string         // what to say of no runs
}

// shown is the list as a table; as text only what fits 80 columns.
func (o runTable) shown(runs []tracker.Run) display.Bundle {
	metrics := compare.Listed(runs, o.first)
	metrics = metrics[:min(metricColumns, len(metrics))]
	text := display.Table{Columns: []string{"run", "kind", "status"}, Limit: -1, Empty: o.empty}
	for _, m := range metrics {
		text.Columns = append(text.Columns, strings.TrimPrefix(m, "model/"))
	}
	for _, f := range o.fields {
		text.Columns = append(text.Columns, f.Name)
	}
	text.Columns = append(text.Columns, "took")
	whole := text
	whole.Columns = append(slices.Clone(text.Columns), "started", "data", "id")
	for _, r := range runs {
		row := []any{r.Name, r.Kind, string(r.Status)}
		for _, m := range metrics {
			if v, ok := r.Metrics[m]; ok {
				row = append(row, v)
			} else {
				row = append(row, nil)
			}
		}
		for _, f := range o.fields {
			if tag, ok := r.Tags[f.Name]; f.Kind == search.Tag && ok {
				row = append(row, tag)
			} else if f.Kind == search.Param {
				row = append(row, r.Params[f.Name])
			} else {
				row = append(row, nil)
			}
		}
		took := ""
		if !r.Ended.IsZero() {
			took = display.Duration(r.Ended.Sub(r.Started))
		}
		row = append(row, took)
		text.Rows = append(text.Rows, row)
		whole.Rows = append(whole.Rows, append(slices.Clone(row), r.Started, r.Params["data"], r.ID))
	}
	return display.HTML(whole.HTML(), text.Text(width))
}

// unknownMetric says which metrics there are.
func unknownMetric(metric string, known []string) error {
	h := "no metrics were recorded"
	if len(known) > 0 {
		h = "there are " + strings.Join(known[:min(12, len(known))], ", ")
	}
	if near := nearest.Of(metric, known, 3); len(near) > 0 {
		h = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return hint.New(fmt.Errorf("no metric %s in these runs", metric), h)
}
