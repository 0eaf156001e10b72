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
	"github.com/cellar-ml/cellar/tracker/search"
)

var runsDelete = Magic{
	Name:  "delete",
	Usage: "[RUN...]",
	Short: "Delete runs; runs restore brings them back",
	Long: "A deleted run is in no list any more, and goes by its whole id only. It keeps all that it has until `cellar gc` removes it for good. " +
		"What came from it, models and children, stays.",
	Examples: []string{"runs delete brisk-otter-12", `runs delete --where 'status = "failed"' --yes`},
	Max:      -1,
	Args:     runNames,
	Values:   map[string]Completer{"where": filterWords, "experiment": experimentNames},
	Result:   reflect.TypeFor[[]tracker.Run](),
	Bind:     func(fs *pflag.FlagSet) Func { return bindMarking(fs, deleting) },
}

var runsRestore = Magic{
	Name:     "restore",
	Usage:    "[RUN...]",
	Short:    "Bring deleted runs back",
	Long:     "runs list --deleted lists them. Of several deleted runs of one name the last deleted comes back.",
	Examples: []string{"runs restore brisk-otter-12", "runs restore --experiment wine"},
	Max:      -1,
	Args:     deletedNames,
	Values:   map[string]Completer{"where": filterWords, "experiment": deletedExperimentNames},
	Result:   reflect.TypeFor[[]tracker.Run](),
	Bind:     func(fs *pflag.FlagSet) Func { return bindMarking(fs, restoring) },
}

// A marking is deletion or its undoing.
type marking struct {
	name, done string
	view       tracker.View // what it works on
	find       func(context.Context, *Env, string) (tracker.Run, error)
	run        func(tracker.Store, context.Context, string) error
	experiment func(tracker.Store, context.Context, string) error
}

var (
	deleting = marking{"delete", "deleted", tracker.ActiveOnly, func(ctx context.Context, env *Env, ref string) (tracker.Run, error) {
		_, run, err := findRun(ctx, env, ref)
		return run, err
	}, tracker.Store.DeleteRun, tracker.Store.DeleteExperiment}
	restoring = marking{"restore", "restored", tracker.DeletedOnly, findDeleted, tracker.Store.RestoreRun, tracker.Store.RestoreExperiment}
)

type markOptions struct {
	marking
	Where, Experiment string
	Yes               bool
}

func bindMarking(fs *pflag.FlagSet, m marking) Func {
	o := markOptions{marking: m}
	fs.StringVar(&o.Where, "where", "", "the runs that this `filter` finds, as in runs search")
	fs.StringVar(&o.Experiment, "experiment", "", "a whole `experiment` and its runs")
	fs.BoolVar(&o.Yes, "yes", false, "also when these are several runs")
	return o.work
}

func (o *markOptions) work(ctx context.Context, env *Env, c *Call) (Result, error) {
	ways := 0
	for _, given := range []bool{len(c.Args) > 0, o.Where != "", o.Experiment != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		return Result{}, usagef("see "+env.Prefix+"runs "+o.name+" --help", "runs %s: want one of RUN..., --where FILTER and --experiment NAME", o.name)
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	runs, err := o.chosen(ctx, env, store, c.Args)
	if err != nil {
		return Result{}, err
	}
	if len(c.Args) == 0 && len(runs) > 1 && !o.Yes {
		return Result{}, usagef("add --yes to "+o.name+" them", "runs %s: these are %d runs: %s", o.name, len(runs), some(runs))
	}
	if o.Experiment != "" {
		err = o.experiment(store, ctx, o.Experiment)
	}
	for i := 0; i < len(runs) && err == nil; i++ {
		if o.Experiment == "" {
			err = o.run(store, ctx, runs[i].ID)
		}
		if err == nil {
			runs[i], err = store.Run(ctx, runs[i].ID)
		}
		if err != nil && i > 0 {
			err = fmt.Errorf("%w (%s before it: %s)", err, o.done, some(runs[:i]))
		}
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Value: runs, JSON: brief(runs), Show: show(display.Text(o.told(env, c.Args, runs)))}, nil
}

// chosen are the runs that are meant; nothing is marked before all are found.
func (o *markOptions) chosen(ctx context.Context, env *Env, store tracker.Store, refs []string) ([]tracker.Run, error) {
	var runs []tracker.Run
	for _, ref := range refs {
		run, err := o.find(ctx, env, ref)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(runs, func(r tracker.Run) bool { return r.ID == run.ID }) {
			runs = append(runs, run)
		}
	}
	switch {
	case o.Where != "":
		q, err := search.Parse(o.Where)
		if err != nil {
			return nil, hint.New(&UsageError{err}, hint.Of(err))
		}
		return store.Runs(ctx, tracker.Query{View: o.view, Where: q.Where, Order: q.Order})
	case o.Experiment != "":
		return o.ofExperiment(ctx, store)
	}
	return runs, nil
}

// ofExperiment are the runs that go, or come back, with an experiment.
func (o *markOptions) ofExperiment(ctx context.Context, store tracker.Store) ([]tracker.Run, error) {
	runs, err := store.Runs(ctx, tracker.Query{View: o.view, Experiment: o.Experiment})
	if err != nil || o.view == tracker.ActiveOnly {
		return runs, err
	}
	deleted, err := store.DeletedExperiments(ctx)
	i := slices.IndexFunc(deleted, func(e tracker.Experiment) bool { return e.Name == o.Experiment })
	if err == nil && i < 0 {
		err = hint.New(fmt.Errorf("no deleted experiment %q", o.Experiment),
			fmt.Sprintf("single runs of a live experiment: --where 'experiment = %q'", o.Experiment))
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(runs, func(r tracker.Run) bool { return !r.Deleted.Equal(deleted[i].Deleted) }), nil
}

// told says what was done, and how to undo a deletion.
func (o *markOptions) told(env *Env, refs []string, runs []tracker.Run) string {
	text := fmt.Sprintf("%s %s", o.done, some(runs))
	if o.Experiment != "" {
		text = fmt.Sprintf("%s experiment %s with %d runs", o.done, o.Experiment, len(runs))
	} else if len(runs) == 0 {
		return "no such runs"
	}
	if o.view == tracker.DeletedOnly {
		return text
	}
	undo := "--experiment " + quoted([]string{o.Experiment})[0]
	if o.Experiment == "" {
		var ids []string
		for _, r := range runs[:min(len(runs), 5)] {
			ids = append(ids, r.ID)
		}
		undo = strings.Join(ids, " ")
		if len(runs) > len(ids) {
			undo = fmt.Sprintf("--where 'deleted >= %d' --yes", runs[0].Deleted.UnixMilli())
		}
	}
	return text + "; to undo: " + env.Prefix + "runs restore " + undo
}

// some names the first of many runs.
func some(runs []tracker.Run) string {
	const most = 5
	var names []string
	for _, r := range runs[:min(most, len(runs))] {
		names = append(names, r.Name)
	}
	text := strings.Join(names, ", ")
	if more := len(runs) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// deletedRuns are the deleted runs that a reference could mean, the last deleted
// first: a whole id, a name, the beginning of an id.
func deletedRuns(ctx context.Context, store tracker.Store, ref string) ([]tracker.Run, error) {
	by, err := search.Parse("order by deleted desc")
	if err != nil {
		return nil, err
	}
	all, err := store.Runs(ctx, tracker.Query{View: tracker.DeletedOnly, Order: by.Order})
	if err != nil {
		return nil, err
	}
	for _, fits := range []func(tracker.Run) bool{
		func(r tracker.Run) bool { return r.ID == ref },
		func(r tracker.Run) bool { return r.Name == ref },
		func(r tracker.Run) bool { return len(ref) >= tracker.MinPrefix && strings.HasPrefix(r.ID, ref) },
	} {
		if found := slices.Collect(func(yield func(tracker.Run) bool) {
			for _, r := range all {
				if fits(r) && !yield(r) {
					return
				}
			}
		}); len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

func findDeleted(ctx context.Context, env *Env, ref string) (tracker.Run, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return tracker.Run{}, err
	}
	found, err := deletedRuns(ctx, store, ref)
	switch {
	case err != nil:
		return tracker.Run{}, err
	case len(found) == 0:
		h := env.Prefix + "runs list --deleted lists them"
		if near := nearest.Of(ref, deletedNames(ctx, env, ""), 3); len(near) > 0 {
			h = "did you mean " + strings.Join(near, " or ") + "? " + h
		}
		return tracker.Run{}, hint.New(fmt.Errorf("no deleted run %s", ref), h)
	case len(found) > 1 && found[0].Name != ref:
		return tracker.Run{}, &tracker.RunError{Op: "restore", Run: ref, Err: fmt.Errorf("%w: %s", tracker.ErrAmbiguous, some(found))}
	}
	return found[0], nil
}

func deletedNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		runs, err := s.Runs(ctx, tracker.Query{View: tracker.DeletedOnly, Limit: 100})
		for _, r := range runs {
			list = append(list, r.Name, r.ID)
		}
		return list, err
	})
}

func deletedExperimentNames(ctx context.Context, env *Env, _ string) []string {
	return fromStore(ctx, env, func(s tracker.Store) (list []string, err error) {
		all, err := s.DeletedExperiments(ctx)
		for _, e := range all {
			list = append(list, e.Name)
		}
		return list, err
	})
}
