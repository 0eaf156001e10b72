package magics

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/search"
)

var compareMagic = Magic{
	Name:  "compare",
	Usage: "RUN RUN...",
	Short: "Set runs side by side: what differs, which is best, how sure, and why",
	Long: "Shows the parameters that differ, the metrics with the best marked and their differences to the first run, what differs in data, " +
		"code and environment, and the curves. Runs that differ by seed alone are one group: it shows mean ± standard deviation, and a " +
		"difference between groups has a 95 % confidence interval (Welch's t; with the same seeds on both sides the paired t).\n\n" +
		"Which values are better is known from a metric's name (loss, error, latency: lower; accuracy, auc: higher); --minimize and " +
		"--maximize say it of others. --why looks at all finished runs of the same experiment and ranks what differs by what it goes " +
		"with: pairs of runs that differ in one thing alone say most, things that always changed together say nothing.",
	Examples: []string{
		"compare brisk-otter-12 calm-heron-13 --why",
		"compare {a} {b} --metric validation/accuracy --x time --smooth 0.6",
		`compare --where 'experiment = "wine"' --scatter lr:model/loss`,
	},
	Max:  -1,
	Args: runNames,
	Values: map[string]Completer{
		"metric": metricNames, "minimize": metricNames, "maximize": metricNames, "baseline": runNames, "where": filterWords,
		"x": words(compare.Step, compare.Time, compare.Epoch),
	},
	Result: reflect.TypeFor[*compare.Comparison](),
	Bind:   bindCompare,
}

type compareOptions struct {
	compare.Options
	view     compare.View
	curves   compare.CurveOptions
	Metrics  []string
	Scatter  []string
	Where    string
	Baseline string
	Why      bool
	flags    *pflag.FlagSet
}

func bindCompare(fs *pflag.FlagSet) Func {
	o := compareOptions{flags: fs}
	fs.StringArrayVar(&o.Metrics, "metric", nil, "`metric` to draw and to rank by, more than once for more; loss{subset=val} has a context, loss is that of all")
	fs.StringVar(&o.Baseline, "baseline", "", "`run` that differences are to; the first if not given")
	fs.BoolVar(&o.Why, "why", false, "rank what differs by what it goes with, and say whether the gap is within the noise of seeds")
	fs.BoolVar(&o.view.All, "all", false, "equal parameters, all metrics, all runs and whole code differences too")
	fs.StringVar(&o.curves.X, "x", compare.Step, "draw curves over `what`: step, time (seconds since the start), epoch")
	fs.Float64Var(&o.curves.Smooth, "smooth", 0, "`weight` of what came before in a smoothed curve, 0 to below 1; the raw curve stays behind")
	fs.StringArrayVar(&o.Scatter, "scatter", nil, "`PARAM:METRIC` to draw against each other, more than once for more")
	fs.StringArrayVar(&o.Minimize, "minimize", nil, "`metric` of which less is better")
	fs.StringArrayVar(&o.Maximize, "maximize", nil, "`metric` of which more is better")
	fs.StringVar(&o.Where, "where", "", "compare the runs that a `filter` finds too, in its order; see help runs search")
	fs.BoolVar(&o.System, "system", false, "with the metrics of the machine, system/...")
	return o.run
}

func (o *compareOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if err := o.curves.Check(); err != nil {
		return Result{}, &UsageError{err}
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	runs, err := o.runs(ctx, env, store, c.Args)
	if err != nil {
		return Result{}, err
	}
	if len(runs) < 2 {
		return Result{}, usagef("name two different runs; "+env.Prefix+"runs lists them", "compare: %s", counted(len(runs), "run"))
	}
	if len(o.Metrics) > 0 {
		o.Metric = o.Metrics[0]
	}
	set, err := compare.Read(ctx, store, runs, o.Options)
	if err != nil {
		return Result{}, err
	}
	if err := o.known(set); err != nil {
		return Result{}, err
	}
	if err := o.explain(ctx, store, set); err != nil {
		return Result{}, err
	}
	o.view.Metric, o.view.Width = o.ranked(set), env.Width
	charts, err := o.charts(ctx, env, store, set)
	if err != nil {
		return Result{}, err
	}
	return Result{Value: set, Show: append(set.Show(o.view), charts...)}, nil
}

// runs are those that are named, then those that the filter finds, each once;
// the baseline comes first where it is not among them.
func (o *compareOptions) runs(ctx context.Context, env *Env, store tracker.Store, refs []string) ([]tracker.Run, error) {
	var runs []tracker.Run
	add := func(ref string) (tracker.Run, error) {
		_, run, err := findRun(ctx, env, ref)
		if err == nil && !slices.ContainsFunc(runs, func(r tracker.Run) bool { return r.ID == run.ID }) {
			runs = append(runs, run)
		}
		return run, err
	}
	for _, ref := range refs {
		for one := range strings.SplitSeq(ref, ",") {
			if _, err := add(one); err != nil {
				return nil, err
			}
		}
	}
	if o.Where != "" {
		found, err := filtered(ctx, store, o.Where)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if _, err := add(r.ID); err != nil {
				return nil, err
			}
		}
	}
	if o.Baseline == "" {
		return runs, nil
	}
	n := len(runs)
	base, err := add(o.Baseline)
	if err != nil {
		return nil, err
	}
	if len(runs) > n {
		runs = append([]tracker.Run{base}, runs[:n]...)
	}
	o.Options.Baseline = base.ID
	return runs, nil
}

func filtered(ctx context.Context, store tracker.Store, filter string) ([]tracker.Run, error) {
	q, err := search.Parse(filter)
	if err != nil {
		return nil, hint.New(&UsageError{err}, hint.Of(err))
	}
	return store.Runs(ctx, tracker.Query{Where: q.Where, Order: q.Order})
}

// known refuses metrics that no run has.
func (o *compareOptions) known(set *compare.Comparison) error {
	for _, metric := range slices.Concat(o.Metrics, o.Minimize, o.Maximize) {
		if len(set.Named(metric)) == 0 {
			return unknownMetric(metric, set.MetricNames())
		}
	}
	return nil
}

// ranked is the metric by which runs are ranked and explained.
func (o *compareOptions) ranked(set *compare.Comparison) string {
	if len(o.Metrics) > 0 {
		return set.Named(o.Metrics[0])[0]
	}
	return set.Main()
}

// explain is for --why, and for JSON, which has everything that there is.
func (o *compareOptions) explain(ctx context.Context, store tracker.Store, set *compare.Comparison) error {
	metric := o.ranked(set)
	if metric == "" && o.Why {
		return hint.New(fmt.Errorf("compare --why: the runs have no metrics"), "log some with tracker's Log, or compare others")
	}
	if metric == "" || !o.Why && !asJSON(o.flags) {
		return nil
	}
	err := compare.Explain(ctx, store, set, metric)
	if !o.Why && ctx.Err() == nil {
		return nil // asked for by nobody, and there is nothing to explain
	}
	return err
}

func (o *compareOptions) charts(ctx context.Context, env *Env, store tracker.Store, set *compare.Comparison) ([]display.Bundle, error) {
	var shown []display.Bundle
	add := func(ch *chart.Chart, err error) error {
		if ch != nil && err == nil {
			shown = append(shown, env.draw(ch))
		}
		return err
	}
	metrics := o.Metrics
	if len(metrics) == 0 {
		metrics = []string{set.Drawn()}
	}
	for _, metric := range metrics {
		if name, ok := strings.CutPrefix(metric, "model/"); ok && len(set.Named("validation/"+name)) > 0 {
			metric = "validation/" + name // the model's own has one point: its curve is this
		}
		if err := add(set.Chart(ctx, store, metric, o.curves)); err != nil {
			return nil, err
		}
	}
	if !env.Plain { // as text it is the table above
		if err := add(set.ParallelChart(o.view.Metric), nil); err != nil {
			return nil, err
		}
	}
	for _, pair := range o.Scatter {
		param, metric, err := o.pair(set, pair)
		if err != nil {
			return nil, err
		}
		if err := add(set.ScatterChart(param, metric)); err != nil {
			return nil, err
		}
	}
	return shown, nil
}

// pair reads PARAM:METRIC; a name may have a colon in it.
func (o *compareOptions) pair(set *compare.Comparison, text string) (param, metric string, err error) {
	for i := range text {
		if text[i] == ':' && len(set.Named(text[i+1:])) > 0 {
			return text[:i], set.Named(text[i+1:])[0], nil
		}
	}
	_, metric, ok := strings.Cut(text, ":")
	if !ok {
		return "", "", usagef("write PARAM:METRIC, such as "+cmp.Or(strings.Join(nearest.Of(text, set.ParamNames(), 1), ""), "learning_rate")+":"+cmp.Or(set.Main(), "loss"),
			"--scatter %s: no metric", text)
	}
	return "", "", unknownMetric(metric, set.MetricNames())
}
