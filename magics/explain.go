package magics

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/explain"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var explainMagic = Magic{
	Name:  "explain",
	Usage: "RUN|MODEL",
	Short: "Measure which columns a model depends on",
	Long: "Permutation importance: each column is shuffled in turn, and the importance is how much the metric gets worse (Breiman, " +
		"Random Forests, 2001). The model goes by its name or by the run that made it; the data is what it was trained on unless " +
		"--data says another. The result is recorded as a run of kind explain.",
	Examples: []string{"explain penguins-mlp", "explain {run} --repeats 10", "explain penguins-mlp@v1 --data penguins@v2 --metric accuracy"},
	Min:      1,
	Max:      1,
	Args:     both(modelNames, runNames),
	Result:   reflect.TypeFor[*explain.Importance](),
	Values:   map[string]Completer{"data": datasetNames, "metric": modelMetricNames},
	Bind: func(fs *pflag.FlagSet) Func {
		var o explainOptions
		fs.SortFlags = false
		fs.IntVar(&o.Repeats, "repeats", 5, "`n` shuffles of each column")
		fs.Int64Var(&o.Seed, "seed", 42, "`number` that makes the shuffles the same again")
		fs.StringVar(&o.Metric, "metric", "", "`metric` that gets worse; the task's own if not given")
		fs.StringVar(&o.Data, "data", "", "`dataset` to measure on; that of the training if not given")
		fs.StringVar(&o.Name, "name", "", "`name` of the run; made up if not given")
		return o.run
	},
}

type explainOptions struct {
	explain.PermutationOptions
	Data, Name string
}

func (o *explainOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if o.Repeats < 1 {
		return Result{}, usagef("at least 1; without --repeats it is 5", "--repeats %d: too small", o.Repeats)
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	version, err := findModel(ctx, env, store, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	model, err := loadModel(ctx, env, store, version)
	if err != nil {
		return Result{}, err
	}
	if o.Data == "" {
		if o.Data, err = trainedOn(ctx, store, version); err != nil {
			return Result{}, err
		}
	}
	t, data, err := dataset.Open(ctx, store, o.Data)
	if err != nil {
		return Result{}, err
	}
	var imp *explain.Importance
	run := tracker.Run{
		Name: o.Name, Kind: "explain", Source: source(env, c, o.Seed),
		Params: map[string]any{"model": version.Ref(), "data": data.Ref(), "repeats": o.Repeats},
	}
	from := []tracker.Node{{Kind: tracker.KindModel, ID: version.Ref()}, dataset.Node(data)}
	run, err = record(ctx, env, store, run, from, func(run tracker.Run) error {
		if imp, err = explain.Permutation(ctx, model, t, o.PermutationOptions); err != nil {
			return err
		}
		return store.Log(ctx, run.ID, importancePoints(imp, clock.Or(env.Now)().UTC())...)
	})
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("importance of the columns for model %s on %s, run %s", version.Ref(), data.Ref(), run.Name)
	return Result{Value: imp, JSON: run, Show: show(display.Text(line), imp.Display())}, nil
}

// importancePoints are the metrics importance/<column>.
func importancePoints(imp *explain.Importance, now time.Time) []tracker.Point {
	var pts []tracker.Point
	for _, c := range imp.Columns {
		pts = append(pts, tracker.Point{Metric: "importance/" + c.Column, Time: now, Value: c.Mean})
	}
	return pts
}

// record opens a run, does the work, and closes the run with its outcome.
func record(ctx context.Context, env *Env, store tracker.Store, run tracker.Run, from []tracker.Node, work func(tracker.Run) error) (tracker.Run, error) {
	run, err := store.CreateRun(ctx, run)
	if err != nil {
		return run, err
	}
	end := begun(ctx, env, store, run)
	var edges []tracker.Edge
	for _, n := range from {
		edges = append(edges, tracker.Edge{From: n, To: tracker.Node{Kind: tracker.KindRun, ID: run.ID}, Role: run.Kind, Time: run.Started})
	}
	if err = store.AddEdges(ctx, edges...); err == nil {
		err = work(run)
	}
	end()
	after := context.WithoutCancel(ctx)
	status, reason := tracker.Finished, ""
	if err != nil {
		status, reason = tracker.Failed, err.Error()
		if ctx.Err() != nil {
			status = tracker.Interrupted
		}
	}
	if e := store.FinishRun(after, run.ID, status, reason); err == nil {
		err = e
	}
	if err != nil {
		return run, err
	}
	return store.Run(after, run.ID)
}

// findModel is the model of a name, or the one that a run made.
func findModel(ctx context.Context, env *Env, store tracker.Store, ref string) (tracker.Model, error) {
	m, err := store.Model(ctx, ref)
	if err == nil || !errors.Is(err, tracker.ErrNotFound) {
		return m, err
	}
	run, runErr := store.Run(ctx, ref)
	if errors.Is(runErr, tracker.ErrNotFound) {
		err = fmt.Errorf("explain %s: neither a model nor a run: %w", ref, tracker.ErrNotFound)
		return m, notFound(env, ref, err, both(modelNames, runNames)(ctx, env, ""),
			env.Prefix+"runs lists the runs; train a model with "+env.Prefix+"train")
	}
	if runErr != nil {
		return m, runErr
	}
	all, err := store.Models(ctx)
	if err != nil {
		return m, err
	}
	for _, m := range all {
		if m.Run == run.ID {
			return m, nil
		}
	}
	return m, hint.New(fmt.Errorf("explain %s: the run made no model (it is %s, %s)", run.Name, run.Kind, run.Status), "name a run of kind train that finished")
}

// loadModel reads a model; one that is a Go function gets it from the session.
func loadModel(ctx context.Context, env *Env, store tracker.Store, v tracker.Model) (*engine.Model, error) {
	graph, err := modelGraph(ctx, env, store, v)
	if err != nil {
		return nil, err
	}
	blob, err := store.Blobs().Open(ctx, v.Digest)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	defer blob.Close()
	funcs, err := modelFuncs(ctx, env, store, v)
	if err != nil {
		return nil, err
	}
	m, err := engine.Load(blob, engine.LoadOptions{Graph: graph, Funcs: funcs})
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	return m, nil
}

// modelGraph is the session's function that a model is made of; nil for a
// family.
func modelGraph(ctx context.Context, env *Env, store tracker.Store, v tracker.Model) (engine.GraphFunc, error) {
	run, err := store.Run(ctx, v.Run)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	name, _ := run.Params["graph_name"].(string)
	if name == "" {
		return nil, nil
	}
	if env.Session == nil {
		return nil, hint.New(fmt.Errorf("open model %s: it is the Go function %s of a notebook: %w", v.Ref(), name, ErrNoSession),
			"use %explain in a notebook that defines "+name)
	}
	f, err := env.Session.Eval(ctx, name)
	g, ok := f.(engine.GraphFunc)
	if err != nil || !ok {
		return nil, hint.New(fmt.Errorf("open model %s: no graph function %s in this notebook", v.Ref(), name),
			"run the cell that defines "+name)
	}
	return g, nil
}

// modelFuncs are the session's functions that a model's recipe calls.
func modelFuncs(ctx context.Context, env *Env, store tracker.Store, v tracker.Model) (map[string]any, error) {
	run, err := store.Run(ctx, v.Run)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	text, _ := run.Params["recipe"].(string)
	if text == "" {
		return nil, nil
	}
	r, err := recipe.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	funcs, err := sessionFuncs(ctx, env, r.Functions())
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", v.Ref(), err)
	}
	return funcs, nil
}

// trainedOn is the dataset that the model's run read.
func trainedOn(ctx context.Context, store tracker.Store, m tracker.Model) (string, error) {
	edges, err := store.EdgesTo(ctx, tracker.Node{Kind: tracker.KindRun, ID: m.Run})
	if err != nil {
		return "", err
	}
	for _, e := range edges {
		if e.From.Kind == tracker.KindDataset {
			return e.From.ID, nil
		}
	}
	return "", hint.New(fmt.Errorf("explain %s: no record of the dataset it was trained on", m.Ref()), "name one with --data")
}
