package magics

import (
	"context"
	"reflect"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/profile"
	"github.com/cellar-ml/cellar/tracker"
)

var datasetProfile = Magic{
	Name:  "profile",
	Usage: "DATASET [OTHER]",
	Short: "Say what is in a dataset, or how two differ",
	Long: "Of each column: type, missing, distinct, quantiles, histogram, commonest values, outliers, text lengths, time gaps. Then how columns " +
		"belong together, which rows repeat, and what to look at. With --target also what each column says of it, and which one says too much.\n\n" +
		"With two datasets, or two versions of one, the first is the reference: columns that one lacks, rows in common, and for each column the distances PSI, JS and KS. " +
		"docs/profile.md defines every figure.",
	Examples: []string{
		"dataset profile penguins --target species",
		"dataset profile train --target price --test holdout",
		"dataset profile wine@v1 wine@v2",
	},
	Min:    1,
	Max:    2,
	Args:   datasetNames,
	Values: map[string]Completer{"test": datasetNames},
	Result: reflect.TypeFor[*profile.Report](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o profileOptions
		fs.StringVar(&o.Target, "target", "", "`column` that is to be predicted")
		fs.StringVar(&o.Test, "test", "", "`dataset` whose rows should not be in this one")
		return o.run
	},
}

type profileOptions struct{ Target, Test string }

func (o *profileOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	t, v, err := openDataset(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	if len(c.Args) == 2 {
		return o.compare(ctx, env, c.Args[1], t, v)
	}
	options := profile.Options{Name: v.Ref(), Target: o.Target}
	if o.Test != "" {
		test, w, err := openDataset(ctx, env, o.Test)
		if err != nil {
			return Result{}, err
		}
		options.Test, options.TestName = test, w.Ref()
	}
	r, err := profile.Of(ctx, t, options)
	if err != nil {
		return Result{}, err
	}
	return Result{Value: r, Show: show(r.Display())}, nil
}

// compare puts the dataset other beside t, which is v.
func (o *profileOptions) compare(ctx context.Context, env *Env, name string, t arrow.Table, v tracker.DatasetVersion) (Result, error) {
	if o.Target != "" || o.Test != "" {
		return Result{}, usagef("profile each of the two by itself", "--target and --test: not with two datasets")
	}
	other, w, err := openDataset(ctx, env, name)
	if err != nil {
		return Result{}, err
	}
	d, err := profile.Compare(ctx, profile.Side{Name: v.Ref(), Table: t}, profile.Side{Name: w.Ref(), Table: other})
	if err != nil {
		return Result{}, err
	}
	r, err := profile.Of(ctx, t, profile.Options{Name: v.Ref(), Brief: true})
	if err != nil {
		return Result{}, err
	}
	r.Compared = d
	return Result{Value: r, JSON: d, Show: show(r.Display())}, nil
}
