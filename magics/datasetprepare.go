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
	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/explain"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var datasetPrepare = Magic{
	Name:  "prepare",
	Usage: "DATASET",
	Short: "Prepare a dataset by a recipe and register the result",
	Long: "A recipe is steps, in a YAML file or on the line: 'impute *; scale price,area; encode kind method=target'. The result is a " +
		"version of its own, with the way it came from the dataset. What steps learn (medians, categories) is learned from --fit: " +
		"another dataset, such as the training part of a split, or self where all rows are training rows.\n\n" + recipeLines(),
	Examples: []string{
		"dataset prepare wine-train --recipe r.yaml --fit self",
		"dataset prepare wine-test --recipe r.yaml --fit wine-train",
		"dataset prepare wine --recipe 'filter where=ph > 3; drop id'",
	},
	Min: 1, Max: 1,
	Args:   datasetNames,
	Result: reflect.TypeFor[arrow.Table](),
	Values: map[string]Completer{"recipe": files, "fit": datasetNames, "target": columnNames},
	Bind: func(fs *pflag.FlagSet) Func {
		var o prepareOptions
		fs.SortFlags = false
		fs.StringVar(&o.Recipe, "recipe", "", "`recipe`: a YAML file, or steps divided by semicolons")
		fs.StringVar(&o.Fit, "fit", "", "`dataset` to learn from, or self")
		fs.StringVar(&o.Target, "target", "", "`column` that a model will predict; steps may not read it")
		fs.StringVar(&o.Name, "name", "", "`name` of the result; DATASET-prepared if not given")
		return o.run
	},
}

// recipeLines is a line for each step, for the help.
func recipeLines() string {
	var b strings.Builder
	for _, o := range recipe.Ops() {
		fmt.Fprintf(&b, "    %-8s %s", o.Name, o.Short)
		if len(o.Methods) > 0 {
			fmt.Fprintf(&b, "\n             method: %s", strings.Join(o.Methods, ", "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

type prepareOptions struct{ Recipe, Fit, Target, Name string }

func (o *prepareOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	r, err := readRecipe(env, o.Recipe)
	if err != nil {
		return Result{}, err
	}
	t, v, err := openDataset(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	if o.Fit == "" && r.Learns() {
		return Result{}, usagef("--fit self where all rows of "+v.Ref()+" are training rows, or --fit the dataset of the training rows",
			"dataset prepare %s: the recipe learns from rows, which must not be those that a model is tested on", v.Ref())
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	tools, err := recipeTools(ctx, env, r)
	if err != nil {
		return Result{}, err
	}
	job := dataset.Journey{Name: o.Name, From: v, Step: "prepare"}
	if job.Name == "" {
		job.Name = v.Name + "-prepared"
	}
	fitted, out, err := o.prepare(ctx, env, r, t, tools, &job)
	if err != nil {
		return Result{}, fmt.Errorf("dataset prepare %s: %w", v.Ref(), err)
	}
	job.Params, job.Columns = prepareParams(fitted, o.Fit), fitted.Columns
	made, err := dataset.RegisterStep(ctx, store, out, job)
	if err != nil {
		return Result{}, err
	}
	brief, err := profile.Of(ctx, out, profile.Options{Brief: true})
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("dataset %s: %s, %s from %s", made.Ref(), counted(int(made.Rows), "row"), counted(len(made.Columns), "column"), v.Ref())
	return Result{Value: out, JSON: made, Show: show(display.Text(line), stepsTable(fitted).Display(), brief.Display())}, nil
}

// prepare fits the recipe on t, or on the dataset that --fit names, which it adds
// to the job, and prepares t.
func (o *prepareOptions) prepare(ctx context.Context, env *Env, r recipe.Recipe, t arrow.Table, tools recipe.Tools, job *dataset.Journey) (*recipe.Fitted, arrow.Table, error) {
	if o.Fit == "" || o.Fit == "self" {
		return r.Fit(t, o.Target, tools)
	}
	other, on, err := openDataset(ctx, env, o.Fit)
	if err != nil {
		return nil, nil, err
	}
	job.Also = append(job.Also, dataset.Node(on))
	fitted, _, err := r.Fit(other, o.Target, tools)
	if err != nil {
		return nil, nil, err
	}
	out, err := fitted.Apply(t, tools)
	return fitted, out, err
}

// prepareParams says of each step what it was and how many rows went in and out.
func prepareParams(p *recipe.Fitted, fit string) map[string]string {
	params := map[string]string{}
	for i, s := range p.Steps {
		params[fmt.Sprintf("step %02d", i+1)] = fmt.Sprintf("%s (rows %d to %d)", s.Step, s.RowsIn, s.RowsOut)
	}
	if fit != "" {
		params["fit"] = fit
	}
	return params
}

func stepsTable(p *recipe.Fitted) display.Table {
	t := display.Table{Columns: []string{"step", "", "columns", "rows in", "rows out"}, Limit: -1}
	for i, s := range p.Steps {
		var names []string
		for _, l := range s.Learned {
			names = append(names, l.Column)
		}
		what := s.Step
		what.Columns = nil
		t.Rows = append(t.Rows, []any{i + 1, what.String(), display.Shorten(strings.Join(names, ", "), 30), s.RowsIn, s.RowsOut})
	}
	return t
}

// readRecipe reads a recipe from a file, or from the words themselves.
func readRecipe(env *Env, text string) (recipe.Recipe, error) {
	if text == "" {
		return nil, usagef("add --recipe FILE, or --recipe 'impute *; scale *'; "+env.Prefix+"help dataset prepare lists the steps", "no recipe")
	}
	data, err := os.ReadFile(text)
	switch {
	case err == nil:
		r, err := recipe.Parse(string(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		return r, nil
	case strings.HasSuffix(text, ".yaml") || strings.HasSuffix(text, ".yml") || !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return recipe.Parse(text)
}

// recipeTools gives a recipe's steps the store, the session's functions, whose
// source it puts into the steps, and the rankings by models.
func recipeTools(ctx context.Context, env *Env, r recipe.Recipe) (recipe.Tools, error) {
	tools := recipe.Tools{
		Open: func(ref string) (arrow.Table, error) {
			t, _, err := openDataset(ctx, env, ref)
			return t, err
		},
		Rank: explain.Rank(ctx),
	}
	var err error
	if tools.Funcs, err = sessionFuncs(ctx, env, r.Functions()); err != nil {
		return tools, err
	}
	for i := range r {
		if r[i].Func != "" {
			r[i].Source = env.Session.Closure(r[i].Func)
		}
	}
	return tools, nil
}

// sessionFuncs are Go functions of the notebook by name.
func sessionFuncs(ctx context.Context, env *Env, names []string) (map[string]any, error) {
	funcs := map[string]any{}
	for _, name := range names {
		if env.Session == nil {
			return nil, hint.New(fmt.Errorf("recipe: it calls %s, a Go function of a notebook: %w", name, ErrNoSession), "do it in the notebook that defines "+name)
		}
		f, err := env.Session.Eval(ctx, name)
		if err != nil {
			return nil, hint.New(fmt.Errorf("recipe: no Go function %s in this notebook", name), "run the cell that defines "+name)
		}
		funcs[name] = f
	}
	return funcs, nil
}

// warnPrepared says when a dataset was made by steps that learned from all its
// rows, those that a training will hold out among them.
func warnPrepared(ctx context.Context, env *Env, store tracker.Store, v tracker.DatasetVersion) {
	edges, err := store.EdgesTo(ctx, dataset.Node(v))
	if err != nil {
		warn(env, fmt.Sprintf("dataset %s: how it was made: %v", v.Ref(), err))
	}
	for _, e := range edges {
		if e.Transform != nil && e.Transform.Step == "prepare" && e.Transform.Params["fit"] == "self" {
			warn(env, fmt.Sprintf("dataset %s was prepared by steps that learned from all its rows, so that scores on rows of it that are held out are too good; "+
				"give the recipe to train with --recipe and train on %s", v.Ref(), e.From.ID))
		}
	}
}
