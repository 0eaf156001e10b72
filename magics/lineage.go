package magics

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

var lineageMagic = Magic{
	Name:  "lineage",
	Usage: "[FILE|DATASET|RUN|MODEL]",
	Short: "Say what made a thing and what depends on it, as a picture",
	Long: "Files, dataset versions, feature views, runs, model versions, deployments, monitors and alerts, each with what it came from. " +
		"A file goes by its path or name, a dataset or model by NAME (the newest version), NAME@v2 or NAME@champion, a run by its name or " +
		"id. Where several have the name, all are meant; dataset:NAME, model:NAME, run:NAME say which. Without a reference it draws " +
		"everything. Where there is too much to look at, things of one kind that came from the same stand together. --steps lists what was " +
		"done on the way, with rows in and out; --column follows one column of a dataset to the columns that it was made of.",
	Examples: []string{"lineage", "lineage penguins@v1 --down", "lineage penguins-mlp@champion --up", "lineage model:penguins", "lineage penguins@v2 --steps", "lineage penguins --column body_mass_g"},
	Max:      1,
	Args:     seedNames,
	Result:   reflect.TypeFor[lineage.Graph](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o lineageOptions
		fs.BoolVar(&o.Up, "up", false, "only what made it")
		fs.BoolVar(&o.Down, "down", false, "only what depends on it")
		fs.BoolVar(&o.All, "all", false, "each thing by itself, however many there are")
		fs.BoolVar(&o.Steps, "steps", false, "the steps that led to it, as a table")
		fs.StringVar(&o.Column, "column", "", "what a `column` of a dataset was made of")
		return o.run
	},
}

type lineageOptions struct {
	Up, Down, All, Steps bool
	Column               string
}

// How many things a tree and a picture have at most, where they can be put
// together.
const (
	treeNodes    = 60
	pictureNodes = 40
)

func (o *lineageOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	ref := ""
	if len(c.Args) == 1 {
		ref = c.Args[0]
	} else if o.Up || o.Down || o.Steps || o.Column != "" {
		return Result{}, usagef("name a file, a dataset, a run or a model", "lineage --up, --down, --steps and --column: of what?")
	}
	g, err := lineage.Open(ctx, store, ref)
	if errors.Is(err, tracker.ErrNotFound) {
		err = notFound(env, ref, err, seedNames(ctx, env, ""), env.Prefix+"lineage alone draws everything")
	}
	if err != nil {
		return Result{}, err
	}
	if o.Column != "" {
		return o.column(ctx, store, g)
	}
	if o.Steps {
		return Result{Value: g.Up(), Show: show(g.Steps().Display())}, nil
	}
	switch {
	case o.Up && !o.Down:
		g = g.Up()
	case o.Down && !o.Up:
		g = g.Down()
	}
	if len(g.Nodes) == 0 {
		return Result{Value: g, Show: show(display.Text("no lineage yet: " + env.Prefix + "dataset load and " + env.Prefix + "train record it"))}, nil
	}
	return Result{Value: g, Show: show(o.shown(env, g))}, nil
}

// column is what one column of the seeds was made of.
func (o *lineageOptions) column(ctx context.Context, store tracker.Store, g lineage.Graph) (Result, error) {
	found, err := g.Trace(ctx, store, o.Column)
	if err != nil {
		return Result{}, err
	}
	var text []string
	for _, c := range found {
		text = append(text, c.String())
	}
	return Result{Value: g, JSON: found, Show: show(display.Text(strings.Join(text, "\n\n")))}, nil
}

// shown is the graph as the sink can show it.
func (o *lineageOptions) shown(env *Env, g lineage.Graph) display.Bundle {
	tree, drawn := g, g
	if !o.All {
		tree, drawn = g.Fold(treeNodes), g.Fold(pictureNodes)
	}
	text := tree.Tree()
	if len(g.Seeds) > 0 {
		text = tree.Trees(o.Up, o.Down)
	}
	if env.Plain {
		return display.Text(text)
	}
	b := picture(drawn).Display()
	b.Data[display.MIMEText] = text
	return b
}

func picture(g lineage.Graph) *chart.Chart {
	o := chart.GraphOptions{Title: "lineage"}
	for i, n := range g.Seeds {
		o.Title += map[bool]string{true: " of ", false: " and "}[i == 0] + g.Label(n)
	}
	for _, n := range g.Nodes {
		label, aliases, found := strings.Cut(g.Label(n), " @")
		if found {
			aliases = "@" + aliases
		}
		o.Nodes = append(o.Nodes, chart.Node{ID: n.Kind + ":" + n.ID, Label: label, Note: aliases, Kind: n.Kind, Mark: slices.Contains(g.Seeds, n)})
	}
	for _, e := range g.Edges {
		o.Edges = append(o.Edges, chart.Edge{From: e.From.Kind + ":" + e.From.ID, To: e.To.Kind + ":" + e.To.ID, Label: lineage.Step(e)})
	}
	return chart.Graph(o)
}
