package magics

import (
	"context"
	"reflect"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
)

var datasetBench = Magic{
	Name:  "bench",
	Usage: "DATASET",
	Short: "Say which stage of feeding a dataset to a model is the slow one",
	Long: "Streams the dataset as train does with data that does not fit into memory, and trains a model on it for a while: rows are " +
		"read, decoded, encoded and written to a cache once, then shuffled, moved to the device and taken by a step. For each stage it " +
		"shows the rows a second that it alone would do, how busy it was and how full the queue behind it. Nothing is recorded; the " +
		"cache stays for a later training.",
	Examples: []string{"dataset bench penguins --target species", "dataset bench big --batch 1024 --seconds 20"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Values:   map[string]Completer{"target": columnNames, "cache": files},
	Result:   reflect.TypeFor[*engine.FeedReport](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o benchOptions
		fs.StringVar(&o.Target, "target", "", "`column` to predict; the last one that can be if not given")
		fs.StringVar(&o.Model, "model", "mlp", "`family` whose step is taken")
		fs.IntVar(&o.Batch, "batch", 0, "`rows` in a step; the family's own number if not given")
		fs.Float64Var(&o.Seconds, "seconds", 5, "how long steps are taken")
		fs.Int64Var(&o.Seed, "seed", 42, "`number` of the order")
		fs.StringVar(&o.Memory, "memory", "", "`bytes` that the data may take, such as 2GB; half of what is free if not given")
		fs.StringVar(&o.Cache, "cache", "", "`folder` of the decoded rows; one in your cache folder if not given")
		return o.run
	},
}

type benchOptions struct {
	Target, Model, Memory, Cache string
	Batch                        int
	Seed                         int64
	Seconds                      float64
}

func (o *benchOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	stream := engine.Stream{Cache: o.Cache, Stats: &feed.Stats{}, For: time.Duration(o.Seconds * float64(time.Second))}
	if !(o.Seconds > 0 && o.Seconds < 1e6) {
		return Result{}, usagef("more than 0", "--seconds %v: too few or too many", o.Seconds)
	}
	var err error
	if stream.Memory, err = memoryFlag(o.Memory); err != nil {
		return Result{}, err
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	v, err := store.Dataset(ctx, c.Args[0])
	if err != nil {
		_, _, err = openDataset(ctx, env, c.Args[0]) // it says which datasets are near
		return Result{}, err
	}
	src, err := feed.Version(ctx, store, v, stream.Stats)
	if err != nil {
		return Result{}, err
	}
	defer src.Close()
	r, err := engine.BenchFeed(ctx, src, engine.Spec{Family: o.Model, Target: o.Target, Batch: o.Batch, Seed: o.Seed, Now: env.Now}, stream)
	if err != nil {
		return Result{}, err
	}
	return Result{Value: r, JSON: r, Show: show(display.Text(r.Line()), r.Table().Display(), env.draw(r.Chart()))}, nil
}

// memoryFlag reads --memory; 0 when it is not given.
func memoryFlag(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := feed.ParseBytes(text)
	if err != nil {
		return 0, usagef("write a number and a unit, such as --memory 2GB", "--memory: %w", err)
	}
	return n, nil
}
