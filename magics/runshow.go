package magics

import (
	"context"
	"fmt"
	"maps"
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

// losses draws a run's loss in training and validation; nil where it has
// neither.
func losses(ctx context.Context, store tracker.Store, run tracker.Run) (*chart.Chart, error) {
	o := chart.LineOptions{Title: run.Name, XLabel: "step", YLabel: "loss"}
	for _, metric := range []string{"train/loss", "validation/loss"} {
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
	edges, err := store.Edges(ctx)
	if err != nil {
		return w, err
	}
	self := tracker.Node{Kind: tracker.KindRun, ID: run.ID}
	for _, e := range edges {
		switch self {
		case e.To:
			w.Inputs = append(w.Inputs, e.From)
		case e.From:
			w.Outputs = append(w.Outputs, e.To)
		}
	}
	w.Children, err = store.Runs(ctx, tracker.Query{Parent: run.ID})
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
	when := r.Started.Local().Format("2006-01-02 15:04:05")
	if !r.Ended.IsZero() {
		when += ", took " + display.Duration(r.Ended.Sub(r.Started))
	}
	line("started", "%s", when)
	if r.Source.Command != "" {
		line("command", "%s", r.Source.Command)
	}
	line("params", "%s", pairs(r.Params, slices.Sorted(maps.Keys(r.Params))))
	line("metrics", "%s", pairs(r.Metrics, compare.Order(slices.Sorted(maps.Keys(r.Metrics)))))
	if len(r.Tags) > 0 {
		line("tags", "%s", pairs(r.Tags, slices.Sorted(maps.Keys(r.Tags))))
	}
	w.linkText(line)
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
		list = append(list, fmt.Sprintf("%d cells", len(s.Cells)))
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
