package magics

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

var runsStart = Magic{
	Name:  "start",
	Usage: "[NAME]",
	Short: "Start a run that Go code logs to",
	Long: `The value has the methods Log, LogAll, In, Param, Tag, Artifact, File, Read, Finish and Fail. Each value is
safe once its method returns nil. What the process and the machine use is logged beside it until Finish.`,
	Examples: []string{"run := %runs start baseline --experiment digits --param lr=0.1", `run := %runs start
for step := range 100 {
	run.Log("loss", step, 1/float64(step+1))
	run.In("subset", "val").Log("loss", step, 2/float64(step+1))
}
run.Finish()`},
	Max:    1,
	Door:   Notebook,
	Result: reflect.TypeFor[*tracker.Active](),
	Values: map[string]Completer{"experiment": experimentNames},
	Bind:   bindRunsStart,
}

type startOptions struct {
	Experiment, Kind string
	Seed             int64
	Params, Tags     map[string]string
}

func bindRunsStart(fs *pflag.FlagSet) Func {
	var o startOptions
	fs.StringVar(&o.Experiment, "experiment", "", "`name` of the experiment that the run belongs to")
	fs.StringVar(&o.Kind, "kind", "train", "`kind` of the run")
	fs.Int64Var(&o.Seed, "seed", 0, "`number` that the code uses for its randomness")
	fs.StringToStringVar(&o.Params, "param", nil, "`name=value` of a parameter, as often as needed")
	fs.StringToStringVar(&o.Tags, "tag", nil, "`name=value` of a tag, as often as needed")
	return o.run
}

func (o *startOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	r := tracker.Run{Experiment: o.Experiment, Kind: o.Kind, Tags: o.Tags, Params: map[string]any{}, Source: source(env, c, o.Seed)}
	if len(c.Args) == 1 {
		r.Name = c.Args[0]
	}
	for name, text := range o.Params {
		r.Params[name] = plainValue(text)
	}
	if r, err = store.CreateRun(ctx, r); err != nil {
		return Result{}, err
	}
	return active(ctx, env, store, r, "logging to "), nil
}

// plainValue reads what a person writes for a parameter: a number, true, false,
// or text.
func plainValue(text string) any {
	v, err := tracker.DecodeParam([]byte(text))
	if err != nil {
		return text
	}
	switch v.(type) {
	case int64, uint64, float64, bool:
		return v
	}
	return text
}

var runsResume = Magic{
	Name:  "resume",
	Usage: "RUN",
	Short: "Open a closed run again, for Go code to log to",
	Long: `With --from-step N what the run logged after step N is taken off it and kept as a run of its own, which
runs show names: nothing is lost, and the curve goes on from N.`,
	Examples: []string{"run := %runs resume brisk-otter-12", "run := %runs resume brisk-otter-12 --from-step 400"},
	Min:      1,
	Max:      1,
	Args:     runNames,
	Door:     Notebook,
	Result:   reflect.TypeFor[*tracker.Active](),
	Bind:     bindRunsResume,
}

func bindRunsResume(fs *pflag.FlagSet) Func {
	step := fs.Int64("from-step", math.MaxInt64, "the last `step` that stays")
	fs.Lookup("from-step").DefValue = ""
	return func(ctx context.Context, env *Env, c *Call) (Result, error) {
		store, old, err := findRun(ctx, env, c.Args[0])
		if err == nil && *step < 0 {
			err = usagef("steps begin at 0; without --from-step the run keeps all it has", "--from-step %d: negative", *step)
		}
		if err != nil {
			return Result{}, err
		}
		if *step == math.MaxInt64 {
			r, err := tracker.Resume(ctx, store, old.ID)
			if err != nil {
				return Result{}, err
			}
			return active(ctx, env, store, r, "logging more to "), nil
		}
		r, branch, err := tracker.Rewind(ctx, store, old.ID, *step)
		if err != nil {
			return Result{}, err
		}
		what := fmt.Sprintf("nothing was logged after step %d; logging more to ", *step)
		if branch.ID != "" {
			what = fmt.Sprintf("what was logged after step %d is kept as run %q (%s); logging more to ", *step, branch.Name, branch.ID[:min(8, len(branch.ID))])
		}
		return active(ctx, env, store, r, what), nil
	}
}

// active is an open run in the hands of the session's Go code.
func active(ctx context.Context, env *Env, store tracker.Store, r tracker.Run, what string) Result {
	end := begun(ctx, env, store, r)
	h := tracker.Hooks{Done: sync.OnceFunc(end)}
	if env.Session != nil {
		h.Context = calling(env, store, r, env.Session.Origin().Count)
	}
	a := tracker.Attach(store, r, h)
	text := fmt.Sprintf("%srun %s (%s) of experiment %s", what, r.Name, r.ID[:min(8, len(r.ID))], r.Experiment)
	return Result{Value: a, JSON: r, Show: show(display.Text(strings.ToUpper(text[:1]) + text[1:]))}
}

// calling gives each record the cell that makes it. The first of a cell, other than
// the one that opened the run, adds what the cell depends on to the run's code, and
// warns of hidden state.
func calling(env *Env, store tracker.Store, r tracker.Run, opened int) func() context.Context {
	var mu sync.Mutex
	told := map[int]bool{opened: true}
	return func() context.Context {
		o := env.Session.Origin()
		ctx := tracker.From(context.Background(), o)
		mu.Lock()
		first := !told[o.Count]
		told[o.Count] = true
		mu.Unlock()
		if first {
			warnHidden(ctx, env, store, r)
			// A closed run refuses it, as it will what is recorded next.
			_ = store.AddCells(ctx, r.ID, env.Session.Cells()...)
		}
		return ctx
	}
}
