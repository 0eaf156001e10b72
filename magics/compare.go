package magics

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

var compareMagic = Magic{
	Name:  "compare",
	Usage: "RUN RUN...",
	Short: "Set runs side by side: what differs, which is best, and the curves",
	Examples: []string{
		"compare brisk-otter-12 calm-heron-13",
		"compare {a} {b} --metric validation/accuracy",
	},
	Min:    1,
	Max:    -1,
	Args:   runNames,
	Values: map[string]Completer{"metric": metricNames},
	Result: reflect.TypeFor[*compare.Comparison](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o compareOptions
		fs.StringVar(&o.Metric, "metric", "", "`metric` to draw; validation/loss or another that all have if not given")
		return o.run
	},
}

type compareOptions struct{ Metric string }

func (o *compareOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	var runs []tracker.Run
	seen := map[string]bool{}
	for _, ref := range strings.Split(strings.Join(c.Args, ","), ",") {
		_, run, err := findRun(ctx, env, ref)
		if err != nil {
			return Result{}, err
		}
		if !seen[run.ID] {
			runs = append(runs, run)
		}
		seen[run.ID] = true
	}
	if len(runs) < 2 {
		return Result{}, usagef("name two different runs; "+env.Prefix+"runs lists them", "compare: %d run", len(runs))
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	cmp := compare.Of(runs)
	shown := show(cmp.Display())
	metric := o.Metric
	if metric == "" {
		metric = cmp.Common()
	} else if !cmp.Has(metric) {
		return Result{}, unknownMetric(metric, cmp.MetricNames())
	}
	if metric != "" {
		ch, err := curve(ctx, store, runs, metric)
		if err != nil {
			return Result{}, err
		}
		if ch != nil {
			shown = append(shown, env.draw(ch))
		}
	}
	return Result{Value: cmp, Show: shown}, nil
}

// chartWidth is how many places along its steps a curve is drawn at.
const chartWidth = 2000

// drawn are the metrics of one run that are drawn unasked: its losses, or the
// first metric in all its contexts.
func drawn(r tracker.Run) []string {
	names := compare.Order(r.Measured())
	if _, ok := r.Metrics["train/loss"]; ok || len(names) == 0 {
		return []string{"train/loss", "validation/loss"}
	}
	first, _ := tracker.SplitMetric(names[0])
	return slices.DeleteFunc(names, func(n string) bool {
		base, _ := tracker.SplitMetric(n)
		return base != first
	})
}

// curve draws one metric of runs, one line each, or for one run and no metric
// its loss in training and validation. It is nil where there are no curves:
// one point is not a line.
func curve(ctx context.Context, store tracker.Store, runs []tracker.Run, metric string) (*chart.Chart, error) {
	o := chart.LineOptions{Title: metric, XLabel: "step", YLabel: metric}
	add := func(r tracker.Run, metric, label string, dashed bool) error {
		buckets, err := store.Buckets(ctx, r.ID, metric, chartWidth)
		if err != nil {
			return fmt.Errorf("read %s of %s: %w", metric, r.Name, err)
		}
		s := chart.Series{Name: label, Dashed: dashed}
		for _, b := range buckets {
			if b.Count > 1 { // the minimum and the maximum of a place are drawn, whatever lies between
				s.X, s.Y = append(s.X, float64(b.First), float64(b.First)/2+float64(b.Last)/2), append(s.Y, b.Min, b.Max)
			}
			s.X, s.Y = append(s.X, float64(b.Last)), append(s.Y, b.End)
		}
		if len(s.X) > 1 {
			o.Series = append(o.Series, s)
		}
		return nil
	}
	if metric == "" && len(runs) == 1 {
		o.Title, o.YLabel = runs[0].Name, "loss"
		for _, m := range drawn(runs[0]) {
			if err := add(runs[0], m, m, strings.Contains(m, "val")); err != nil {
				return nil, err
			}
		}
	} else {
		labels := (&compare.Comparison{Runs: runs}).Labels()
		for i, r := range runs {
			if err := add(r, metric, labels[i], false); err != nil {
				return nil, err
			}
		}
	}
	if len(o.Series) == 0 {
		return nil, nil
	}
	return chart.Line(o), nil
}
