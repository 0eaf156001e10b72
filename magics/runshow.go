package magics

import (
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

var runsShow = Magic{
	Name:     "show",
	Usage:    "RUN",
	Short:    "Show one run whole",
	Long:     "Parameters, metrics, tags, artifacts, what it read and made, and what it takes to run it again.",
	Examples: []string{"runs show brisk-otter-12", "run := %runs show brisk-otter-12"},
	Min:      1,
	Max:      1,
	Args:     runNames,
	Result:   reflect.TypeFor[tracker.Run](),
	Bind:     func(*pflag.FlagSet) Func { return showRun },
}

// A wholeRun is a run with what belongs to it.
type wholeRun struct {
	Run       tracker.Run
	Artifacts []tracker.Artifact
	Inputs    []tracker.Node
	Outputs   []tracker.Node
	Children  []tracker.Run
	Origins   tracker.Origins
}

func showRun(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, run, err := findRun(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	w, err := readWhole(ctx, store, run)
	if err != nil {
		return Result{}, err
	}
	j, err := w.json()
	if err != nil {
		return Result{}, err
	}
	shown := show(display.Text(w.text()))
	ch, err := losses(ctx, store, run)
	if err != nil {
		return Result{}, err
	}
	if ch != nil {
		shown = append(shown, env.draw(ch))
	}
	return Result{Value: run, JSON: j, Show: shown}, nil
}

// losses draws a run's loss in training and validation, or where it has neither
// its first metric in all its contexts; nil where that is no curve.
func losses(ctx context.Context, store tracker.Store, run tracker.Run) (*chart.Chart, error) {
	o := chart.LineOptions{Title: run.Name, XLabel: "step", YLabel: "loss"}
	metrics := []string{"train/loss", "validation/loss"}
	if names := compare.Order(run.Measured()); !slices.Contains(names, "train/loss") && len(names) > 0 {
		o.YLabel, _ = tracker.SplitMetric(names[0])
		metrics = []string{o.YLabel}
	}
	for _, metric := range metrics {
		curves, err := compare.Curves(ctx, store, []tracker.Run{run}, metric, compare.CurveOptions{})
		if err != nil {
			return nil, err
		}
		for _, c := range curves {
			o.Series = append(o.Series, chart.Series{Name: c.Metric, X: c.X, Y: c.Y, Dashed: metric == "validation/loss"})
		}
	}
	if len(o.Series) == 0 {
		return nil, nil
	}
	return chart.Line(o), nil
}

func readWhole(ctx context.Context, store tracker.Store, run tracker.Run) (w wholeRun, err error) {
	w.Run = run
	if w.Artifacts, err = store.Artifacts(ctx, run.ID); err != nil {
		return w, err
	}
	self := tracker.Node{Kind: tracker.KindRun, ID: run.ID}
	to, err := store.EdgesTo(ctx, self)
	if err != nil {
		return w, err
	}
	from, err := store.EdgesFrom(ctx, self)
	if err != nil {
		return w, err
	}
	for _, e := range to {
		w.Inputs = append(w.Inputs, e.From)
	}
	for _, e := range from {
		w.Outputs = append(w.Outputs, e.To)
	}
	if w.Children, err = store.Runs(ctx, tracker.Query{Parent: run.ID}); err != nil {
		return w, err
	}
	w.Origins, err = store.Origins(ctx, run.ID)
	return w, err
}

// json is the run's own JSON with what belongs to it beside its fields.
func (w wholeRun) json() (map[string]any, error) {
	j, err := asMap(w.Run)
	if err != nil {
		return nil, err
	}
	children := []string{}
	for _, c := range w.Children {
		children = append(children, c.ID)
	}
	j["artifacts"] = orEmpty(w.Artifacts)
	j["inputs"] = orEmpty(w.Inputs)
	j["outputs"] = orEmpty(w.Outputs)
	j["children"] = children
	j["origins"] = w.Origins
	return j, nil
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// text is the run in lines of at most 80 columns.
func (w wholeRun) text() string {
	r := w.Run
	var b strings.Builder
	line := func(name, format string, args ...any) {
		text := wrap(fmt.Sprintf(format, args...), width-14, strings.Repeat(" ", 14))
		fmt.Fprintf(&b, "%-12s  %s\n", name, strings.TrimLeft(text, " "))
	}
	line("run", "%s (%s)", r.Name, r.ID)
	line("experiment", "%s", r.Experiment)
	line("kind", "%s", r.Kind)
	status := string(r.Status)
	if r.Reason != "" {
		status += ": " + r.Reason
	}
	line("status", "%s", status)
	if !r.Deleted.IsZero() {
		line("deleted", "%s", clockText(r.Deleted))
	}
	when := clockText(r.Started)
	if !r.Ended.IsZero() {
		when += ", took " + display.Duration(r.Ended.Sub(r.Started))
	}
	line("started", "%s", when)
	if r.Source.Command != "" {
		line("command", "%s", r.Source.Command)
	}
	line("params", "%s", pairs(r.Params, slices.Sorted(maps.Keys(r.Params))))
	line("metrics", "%s", pairs(r.Metrics, compare.Order(r.Measured())))
	if len(r.Tags) > 0 {
		line("tags", "%s", pairs(r.Tags, slices.Sorted(maps.Keys(r.Tags))))
	}
	w.linkText(line)
	if text := machineText(r.Metrics); text != "" {
		line("machine", "%s", text)
	}
	if text := originText(w.Origins); text != "" {
		line("cells", "%s", text)
	}
	line("code", "%s", sourceText(r.Source))
	return strings.TrimRight(b.String(), "\n")
}

func (w wholeRun) linkText(line func(name, format string, args ...any)) {
	nodes := func(list []tracker.Node) string {
		var out []string
		for _, n := range list {
			out = append(out, n.Kind+" "+n.ID)
		}
		return strings.Join(out, ", ")
	}
	if len(w.Inputs) > 0 {
		line("read", "%s", nodes(w.Inputs))
	}
	if len(w.Outputs) > 0 {
		line("made", "%s", nodes(w.Outputs))
	}
	var files []string
	for _, a := range w.Artifacts {
		files = append(files, fmt.Sprintf("%s (%d bytes)", a.Name, a.Size))
	}
	if len(files) > 0 {
		line("artifacts", "%s", strings.Join(files, ", "))
	}
	if len(w.Children) > 0 {
		line("children", "%d runs", len(w.Children))
	}
}

// machineText is what the run used when it was measured last.
func machineText(metrics map[string]float64) string {
	var list []string
	for _, m := range []struct{ name, text string }{
		{"cpu", "cpu %s %%"}, {"process/cpu", "its process %s %% of a core"},
	} {
		if v, ok := metrics[tracker.SystemMetrics+m.name]; ok {
			list = append(list, fmt.Sprintf(m.text, display.Number(math.Round(v))))
		}
	}
	if v, ok := metrics[tracker.SystemMetrics+"process/memory"]; ok {
		list = append(list, display.Bytes(int64(v))+" of memory")
	}
	return strings.Join(list, ", ")
}

// originText is what each cell recorded: "[3] lr, loss; [5] loss".
func originText(o tracker.Origins) string {
	by := map[int][]string{}
	add := func(count int, name string) {
		if count > 0 && !slices.Contains(by[count], name) {
			by[count] = append(by[count], name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Params)) {
		add(o.Params[name].Count, name)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Metrics)) {
		for _, s := range o.Metrics[name] {
			add(s.Origin.Count, name)
		}
	}
	var list []string
	for _, count := range slices.Sorted(maps.Keys(by)) {
		names := by[count]
		if len(names) > 6 {
			names = append(names[:5:5], fmt.Sprintf("%d more", len(names)-5))
		}
		list = append(list, fmt.Sprintf("[%d] %s", count, strings.Join(names, ", ")))
	}
	return strings.Join(list, "; ")
}

func sourceText(s tracker.Source) string {
	var list []string
	if s.Git.Commit != "" {
		commit := "commit " + s.Git.Commit[:min(12, len(s.Git.Commit))]
		if s.Git.Dirty {
			commit += " with uncommitted changes"
		}
		list = append(list, commit)
	}
	if len(s.Cells) > 0 {
		list = append(list, counted(len(s.Cells), "cell"))
	}
	if s.Go != "" {
		list = append(list, s.Go)
	}
	return strings.Join(append(list, fmt.Sprintf("seed %d", s.Seed)), ", ")
}

// pairs writes name value, name value.
func pairs[V any](m map[string]V, names []string) string {
	if len(names) == 0 {
		return "none"
	}
	var list []string
	for _, n := range names {
		v := any(m[n])
		if f, ok := v.(float64); ok {
			v = display.Number(f)
		}
		list = append(list, fmt.Sprintf("%s %v", n, v))
	}
	return strings.Join(list, ", ")
}
