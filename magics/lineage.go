package magics

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

var lineageMagic = Magic{
	Name:  "lineage",
	Usage: "[RUN|MODEL|DATASET|FILE]",
	Short: "Draw where things came from: file, dataset version, run, model",
	Long: "With a reference it draws what that came from and what came from it, else everything. Where a name is that of a model and " +
		"of a dataset, both are meant; dataset:NAME, model:NAME and run:NAME say which.",
	Examples: []string{"lineage", "lineage penguins@v1", "lineage model:penguins"},
	Max:      1,
	Args:     seedNames,
	Result:   reflect.TypeFor[lineage.Graph](),
	Bind:     func(*pflag.FlagSet) Func { return runLineage },
}

func runLineage(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	edges, err := store.Edges(ctx)
	if err != nil {
		return Result{}, err
	}
	var seeds []tracker.Node
	if len(c.Args) == 1 {
		if seeds, err = findNodes(ctx, env, store, edges, c.Args[0]); err != nil {
			return Result{}, err
		}
	}
	g := lineage.Of(edges, seeds...)
	for _, n := range g.Nodes {
		if n.Kind != tracker.KindRun {
			continue
		}
		r, err := store.Run(ctx, n.ID)
		if errors.Is(err, tracker.ErrNotFound) {
			continue // deleted since; its id stands for it
		}
		if err != nil {
			return Result{}, err
		}
		g.Runs = append(g.Runs, r)
	}
	if len(g.Nodes) == 0 {
		return Result{Value: g, Show: show(display.Text("no lineage yet: " + env.Prefix + "dataset load and " + env.Prefix + "train record it"))}, nil
	}
	drawn := display.Text(g.Tree())
	if !env.Plain {
		drawn = picture(g).Display()
		drawn.Data[display.MIMEText] = g.Tree()
	}
	return Result{Value: g, Show: show(drawn)}, nil
}

func picture(g lineage.Graph) *chart.Chart {
	o := chart.GraphOptions{Title: "lineage"}
	for _, n := range g.Nodes {
		o.Nodes = append(o.Nodes, chart.Node{ID: n.Kind + ":" + n.ID, Label: g.Label(n), Kind: n.Kind})
	}
	for _, e := range g.Edges {
		o.Edges = append(o.Edges, chart.Edge{From: e.From.Kind + ":" + e.From.ID, To: e.To.Kind + ":" + e.To.ID, Label: e.Role})
	}
	return chart.Graph(o)
}

// findNodes finds what a reference may mean.
func findNodes(ctx context.Context, env *Env, store tracker.Store, edges []tracker.Edge, ref string) ([]tracker.Node, error) {
	kind, name, named := strings.Cut(ref, ":")
	if !named {
		kind, name = "", ref
	}
	var found []tracker.Node
	add := func(k, id string, err error) error {
		if err == nil {
			found = append(found, tracker.Node{Kind: k, ID: id})
		}
		if errors.Is(err, tracker.ErrNotFound) {
			return nil
		}
		return err
	}
	if kind == "" || kind == tracker.KindDataset {
		d, err := store.Dataset(ctx, name)
		if err := add(tracker.KindDataset, d.Ref(), err); err != nil {
			return nil, err
		}
	}
	if kind == "" || kind == tracker.KindModel {
		m, err := store.Model(ctx, name)
		if err := add(tracker.KindModel, m.Ref(), err); err != nil {
			return nil, err
		}
	}
	if kind == "" || kind == tracker.KindRun {
		r, err := store.Run(ctx, name)
		if err := add(tracker.KindRun, r.ID, err); err != nil {
			return nil, err
		}
	}
	if kind == "" || kind == tracker.KindFile {
		found = append(found, fileNodes(edges, name)...)
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, notFound(env, name, fmt.Errorf("lineage of %s: %w", ref, tracker.ErrNotFound), lineageNames(ctx, env),
		"name a run, a model, a dataset or a file; "+env.Prefix+"lineage alone draws everything")
}

func lineageNames(ctx context.Context, env *Env) []string {
	return both(both(modelNames, datasetNames), runNames)(ctx, env, "")
}

// fileNodes are the files of the lineage that a path or a base name means.
func fileNodes(edges []tracker.Edge, name string) []tracker.Node {
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	var found []tracker.Node
	for _, e := range edges {
		n := e.From
		if n.Kind == tracker.KindFile && (n.ID == name || n.ID == abs || filepath.Base(n.ID) == name) {
			found = append(found, n)
			break
		}
	}
	return found
}
