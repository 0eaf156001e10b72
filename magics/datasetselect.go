package magics

import (
	"context"
	"reflect"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/display"
)

var datasetSelect = Magic{
	Name:  "select-features",
	Usage: "DATASET",
	Short: "Score columns and say which to keep, and why",
	Long: "Methods: mi (mutual information), f (analysis of variance, or of a regression), variance, correlation (with the target; of two " +
		"columns that tell the same one goes), rfe (recursive elimination by a linear model), l1 (weights of a linear model that are not " +
		"driven to zero), permutation (how much worse a linear model gets). Score training rows alone; in a recipe the step is select.",
	Examples: []string{"dataset select-features wine --target quality --method mi --keep 5"},
	Min:      1, Max: 1,
	Args:   datasetNames,
	Result: reflect.TypeFor[*recipe.Selection](),
	Values: map[string]Completer{"target": columnNames, "method": words("mi", "f", "variance", "correlation", "rfe", "l1", "permutation")},
	Bind: func(fs *pflag.FlagSet) Func {
		var o recipe.SelectOptions
		fs.SortFlags = false
		fs.StringVar(&o.Target, "target", "", "`column` to predict")
		fs.StringVar(&o.Method, "method", "mi", "`method` of the score")
		fs.IntVar(&o.Keep, "keep", 0, "`n` best columns to keep; by --threshold if not given")
		fs.Float64Var(&o.Threshold, "threshold", 0, "least `score` to keep; the method's own if not given")
		fs.Int64Var(&o.Seed, "seed", 42, "`number` that makes models and samples the same again")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) { return selectFeatures(ctx, env, c, o) }
	},
}

func selectFeatures(ctx context.Context, env *Env, c *Call, o recipe.SelectOptions) (Result, error) {
	if o.Keep < 0 {
		return Result{}, usagef("1 or more", "--keep %d: negative", o.Keep)
	}
	t, v, err := openDataset(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	tools, err := recipeTools(ctx, env, nil)
	if err != nil {
		return Result{}, err
	}
	s, err := recipe.Select(t, o, tools)
	if err != nil {
		return Result{}, err
	}
	return Result{Value: s, JSON: s, Show: show(display.Text("dataset "+v.Ref()), s.Display())}, nil
}
