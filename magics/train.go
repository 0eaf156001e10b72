package magics

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
)

var train = Magic{
	Name:  "train",
	Usage: "MODEL",
	Short: "Train a model and record the run",
	Long: "MODEL is a family (linear, logistic, mlp) or, in a notebook, the name of a Go function over GoMLX's graph: " +
		"func(ctx *context.Context, x *graph.Node) *graph.Node, which gets a batch of inputs and returns one output per row for " +
		"regression, logits for classes. The target says which task it is: numbers are regression, words and whole numbers of few " +
		"values are classes.\n\n" + familyLines() +
		"The run is recorded with its parameters, metrics by epoch, dataset version, code and seed; the model is kept with the " +
		"preprocessing that was fitted with it. An interrupt ends training after the step and keeps what was trained.",
	Examples: []string{
		"train mlp --data penguins --target species --hidden 32,16 --epochs 60",
		"train linear --data wine@v2 --target quality --features alcohol,pH",
		"train mlp --data wine --target quality --recipe 'impute *; scale *'",
		functionExample,
	},
	Min:    1,
	Max:    1,
	Args:   modelArguments,
	Result: reflect.TypeFor[*engine.Trained](),
	Values: map[string]Completer{
		"data": both(datasetNames, files), "target": columnNames, "features": columnNames,
		"optimizer": optimizerNames, "activation": activationNames, "checkpoint": files, "cache": files, "recipe": files, "experiment": experimentNames, "model-name": modelNames, "task": words("regression", "binary", "multiclass"),
	},
	Bind: bindTrain,
}

// functionExample has its imports written out: an import that the kernel adds
// would be of the standard context.
const functionExample = `
import (
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
)
func tiny(ctx *context.Context, x *graph.Node) *graph.Node {
	return layers.Dense(ctx.In("out"), x, true, 3) // 3 classes
}

run := %train tiny --data penguins --target species

import std "context" // context is GoMLX's by now
penguins := %dataset show penguins
answers, err := run.Model.Predict(std.Background(), penguins)`

type trainOptions struct {
	Data, Name, Experiment, ModelName, Task, Recipe string
	Memory, Cache                                   string
	Spec                                            engine.Spec
	Unchecked                                       bool
	flags                                           *pflag.FlagSet
}

func bindTrain(fs *pflag.FlagSet) Func {
	o := trainOptions{flags: fs}
	fs.SortFlags = false
	fs.StringVar(&o.Data, "data", "", "`dataset` to train on, as name or name@v2, or a file, which is then registered")
	fs.StringVar(&o.Spec.Target, "target", "", "`column` to predict")
	fs.StringSliceVar(&o.Spec.Features, "features", nil, "`columns` to predict from; all others if not given")
	fs.StringVar(&o.Recipe, "recipe", "", "`recipe` that prepares the data, fitted on the training rows: a YAML file, or steps divided by semicolons")
	fs.StringVar(&o.Task, "task", "", "`task`: regression, binary or multiclass; by the target if not given")
	fs.IntSliceVar(&o.Spec.Hidden, "hidden", nil, "`sizes` of the hidden layers of an mlp, such as 32,16")
	fs.StringVar(&o.Spec.Activation, "activation", "", "`function` between the layers of an mlp, such as relu, tanh, swish")
	fs.Float64Var(&o.Spec.Dropout, "dropout", 0, "`share` of the units left out in each step")
	fs.Float64Var(&o.Spec.L1, "l1", 0, "`weight` of the sum of |w| in the loss")
	fs.Float64Var(&o.Spec.L2, "l2", 0, "`weight` of the sum of w² in the loss")
	fs.IntVar(&o.Spec.Epochs, "epochs", 0, "`n` times through the data; the family's own number if not given")
	fs.IntVar(&o.Spec.Batch, "batch", 0, "`rows` in a step; the family's own number if not given")
	fs.Float64Var(&o.Spec.LearningRate, "lr", 0, "learning `rate`; the family's own if not given")
	fs.StringVar(&o.Spec.Optimizer, "optimizer", "", "`optimizer`: "+strings.Join(optimizers, ", "))
	fs.Float64Var(&o.Spec.Validation, "validation", 0, "`share` of the rows to validate on; a fifth if not given, 0 for none")
	fs.IntVar(&o.Spec.Patience, "patience", 0, "stop after `n` epochs without a better validation loss; negative: never")
	fs.Int64Var(&o.Spec.Seed, "seed", 42, "`number` that makes split, weights and order the same again")
	fs.BoolVar(&o.Spec.GPU, "gpu", false, "train on the GPU; an error where there is none")
	fs.StringVar(&o.Spec.Checkpoint, "checkpoint", "", "`file` written after each epoch, and continued from where it is there")
	fs.StringVar(&o.Memory, "memory", "", "`bytes` that the data may take, such as 2GB; more is streamed from disk; half of what is free if not given")
	fs.StringVar(&o.Cache, "cache", "", "`folder` of the decoded rows of data that is streamed; one in your cache folder if not given")
	fs.StringVar(&o.Name, "name", "", "`name` of the run; made up if not given")
	fs.StringVar(&o.Experiment, "experiment", "", "`name` of the experiment that the run belongs to")
	fs.StringVar(&o.ModelName, "model-name", "", "`name` of the model; that of dataset and family if not given")
	fs.BoolVar(&o.Unchecked, "unchecked", false, "train though the data does not meet its schema")
	return o.run
}

func (o *trainOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	spec := o.Spec
	spec.Task = engine.Task(o.Task)
	spec.Now = env.Now
	if err := chooseModel(ctx, env, c.Args[0], &spec); err != nil {
		return Result{}, err
	}
	if err := settle(o.flags, &spec); err != nil {
		return Result{}, err
	}
	if err := o.prepare(ctx, env, &spec); err != nil {
		return Result{}, err
	}
	if o.Data == "" {
		return Result{}, usagef("add --data NAME; "+env.Prefix+"dataset list shows them", "train: no data")
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	p := newProgress(env, spec)
	spec.Notify = p.notify
	job := engine.Job{
		Store: store, Experiment: o.Experiment, Name: o.Name, ModelName: o.ModelName, By: tracker.Who(),
		Spec: spec, OnEpoch: p.epoch,
	}
	done, err := o.data(ctx, env, &job, p)
	if err != nil {
		return Result{}, err
	}
	defer done()
	job.Source = source(env, c, spec.Seed) // after the data is read: its cells are then among those of the run
	warnPrepared(ctx, env, store, job.Dataset)
	end := func() {}
	job.OnStart = func(r tracker.Run) {
		p.start(r)
		end = begun(ctx, env, store, r)
	}
	job.OnEnd = func() { end() }
	trained, err := engine.Train(ctx, job)
	if e := p.end(ctx, trained); err == nil {
		err = e
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Value: trained, JSON: trainedJSON(trained), Show: show(trained.Display())}, nil
}

// prepare puts the recipe of --recipe, if any, in spec.
func (o *trainOptions) prepare(ctx context.Context, env *Env, spec *engine.Spec) (err error) {
	if !o.flags.Changed("recipe") {
		return nil
	}
	if spec.Recipe, err = readRecipe(env, o.Recipe); err == nil {
		spec.Tools, err = recipeTools(ctx, env, spec.Recipe)
	}
	return err
}

// open opens the dataset, or registers the file that is named in its place.
func (o *trainOptions) open(ctx context.Context, env *Env) (arrow.Table, tracker.DatasetVersion, error) {
	t, v, err := openDataset(ctx, env, o.Data)
	if err == nil || !errors.Is(err, tracker.ErrNotFound) {
		return t, v, err
	}
	if _, missing := os.Stat(o.Data); missing != nil {
		if strings.ContainsAny(o.Data, "/.") && errors.Is(missing, fs.ErrNotExist) {
			_, fileErr := sources.Read(ctx, o.Data, sources.Options{})
			return nil, v, fileErr // it says which files are near
		}
		return nil, v, err
	}
	store, err := env.Store(ctx)
	if err != nil {
		return nil, v, err
	}
	if v, err = loadSource(ctx, env, sources.Name(o.Data), o.Data, sources.Options{}, o.Unchecked); err != nil {
		return nil, v, err
	}
	if t, _, err = dataset.Open(ctx, store, v.Ref()); err != nil {
		return nil, v, err
	}
	return t, v, env.Out.Update("dataset-"+v.Ref(), display.Text("registered "+o.Data+" as "+v.Ref()))
}

// chooseModel puts a family or a function of the session in spec.
func chooseModel(ctx context.Context, env *Env, name string, spec *engine.Spec) error {
	families := familyNames()
	for _, f := range families {
		if f == name {
			spec.Family = name
			return nil
		}
	}
	known := families
	if env.Session != nil {
		for _, v := range env.Session.Names() {
			if v.Name == name {
				return graphFunc(ctx, env, v, spec)
			}
			if v.Kind == "func" {
				known = append(known, v.Name)
			}
		}
	}
	h := "there are " + strings.Join(families, ", ")
	if near := nearest.Of(name, known, 3); len(near) > 0 {
		h = "did you mean " + strings.Join(near, " or ") + "? " + h
	}
	if env.Session != nil {
		h += ", and the graph functions that you define"
	}
	return hint.New(&UsageError{fmt.Errorf("train: no model %s", name)}, h)
}

func graphFunc(ctx context.Context, env *Env, v Variable, spec *engine.Spec) error {
	value, err := env.Session.Eval(ctx, v.Name)
	if err != nil {
		return fmt.Errorf("train %s: %w", v.Name, err)
	}
	f, ok := value.(engine.GraphFunc)
	if !ok {
		return usagef("a model is func(ctx *context.Context, x *graph.Node) *graph.Node, with GoMLX's context and graph",
			"train: %s is %s, not a graph function", v.Name, v.Type)
	}
	spec.Graph, spec.GraphName, spec.GraphSource = f, v.Name, env.Session.Closure(v.Name)
	return nil
}

// familyLines are two lines for each family, for the help.
func familyLines() string {
	var b strings.Builder
	for _, f := range engine.Families() {
		d := f.Defaults
		fmt.Fprintf(&b, "    %-9s %s\n              epochs %d, lr %g, patience %d", f.Name, f.Short, d.Epochs, d.LearningRate, d.Patience)
		if len(d.Hidden) > 0 {
			fmt.Fprintf(&b, ", hidden %s", strings.Trim(strings.ReplaceAll(fmt.Sprint(d.Hidden), " ", ","), "[]"))
		}
		b.WriteString("\n")
	}
	return b.String() + "\n"
}

func familyNames() []string {
	var list []string
	for _, f := range engine.Families() {
		list = append(list, f.Name)
	}
	return list
}

// modelArguments are the families and the functions of the session.
func modelArguments(_ context.Context, env *Env, _ string) []string {
	var list []string
	for _, f := range engine.Families() {
		list = append(list, f.Name+"\t"+f.Short)
	}
	if env.Session != nil {
		for _, v := range env.Session.Names() {
			if v.Kind == "func" {
				list = append(list, v.Name+"\t"+v.Type)
			}
		}
	}
	return list
}

var optimizers = []string{"adam", "adamw", "rmsprop", "sgd"}

func optimizerNames(context.Context, *Env, string) []string { return optimizers }

// trainedJSON is what a script wants to know of a training.
func trainedJSON(t *engine.Trained) any {
	type model struct {
		Name    string         `json:"name"`
		Version int            `json:"version"`
		Digest  tracker.Digest `json:"digest"`
	}
	j, err := asMap(t.Run)
	if err != nil {
		return t.Run
	}
	delete(j, "source")
	j["model"] = model{t.Version.Name, t.Version.Version, t.Version.Digest}
	j["device"], j["stopped"] = t.Result.Device, t.Result.Stopped
	return j
}

// activationNames are those that the families' activation parameter lists.
func activationNames(context.Context, *Env, string) []string {
	for _, f := range engine.Families() {
		for _, p := range f.Params {
			if _, list, ok := strings.Cut(p.Doc, ": "); ok && p.Name == "activation" {
				return strings.Split(list, ", ")
			}
		}
	}
	return nil
}
