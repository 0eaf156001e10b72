package lineage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Open reads the lineage of what ref means, or all of it for "". A ref is a file
// by its path or base name, a dataset or model by name, name@v3 or name@alias,
// a run as Store.Run has it, or the id of anything that edges lead to; KIND:REF
// says which of them where several have the name. ErrNotFound for one that is
// nothing.
func Open(ctx context.Context, s tracker.Store, ref string) (Graph, error) {
	edges, err := s.Edges(ctx)
	if err != nil {
		return Graph{}, err
	}
	var seeds []tracker.Node
	if ref != "" {
		if seeds, err = find(ctx, s, edges, ref); err != nil {
			return Graph{}, err
		}
	}
	g := Of(edges, seeds...)
	if err := g.name(ctx, s); err != nil {
		return Graph{}, err
	}
	return g, nil
}

// name reads what the runs and models among the nodes are called.
func (g *Graph) name(ctx context.Context, s tracker.Store) error {
	models := false
	for _, n := range g.Nodes {
		models = models || n.Kind == tracker.KindModel
		if n.Kind != tracker.KindRun {
			continue
		}
		r, err := s.Run(ctx, n.ID)
		if errors.Is(err, tracker.ErrNotFound) {
			continue // deleted since; its id stands for it
		}
		if err != nil {
			return err
		}
		g.Runs = append(g.Runs, r)
	}
	if !models {
		return nil
	}
	all, err := s.Models(ctx)
	for _, m := range all {
		if slices.Contains(g.Nodes, tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}) {
			g.Models = append(g.Models, m)
		}
	}
	return err
}

// Kinds are those of the nodes, as a reference may begin with them.
var Kinds = []string{
	tracker.KindFile, tracker.KindDataset, tracker.KindFeatures, tracker.KindRun, tracker.KindModel,
	tracker.KindDeployment, tracker.KindMonitor, tracker.KindAlert,
}

// find finds what a reference may mean.
func find(ctx context.Context, s tracker.Store, edges []tracker.Edge, ref string) ([]tracker.Node, error) {
	kind, name, named := strings.Cut(ref, ":")
	if !named || !slices.Contains(Kinds, kind) {
		kind, name = "", ref
	}
	var found []tracker.Node
	for _, k := range Kinds {
		if kind != "" && kind != k {
			continue
		}
		var id string
		var err error
		switch k {
		case tracker.KindDataset:
			var d tracker.DatasetVersion
			d, err = s.Dataset(ctx, name)
			id = d.Ref()
		case tracker.KindModel:
			var m tracker.Model
			m, err = s.Model(ctx, name)
			id = m.Ref()
		case tracker.KindRun:
			var r tracker.Run
			r, err = s.Run(ctx, name)
			id = r.ID
		case tracker.KindFile:
			found = append(found, files(edges, name)...)
			continue
		default:
			found = append(found, others(edges, k, name)...)
			continue
		}
		switch {
		case err == nil:
			found = append(found, tracker.Node{Kind: k, ID: id})
		case errors.Is(err, tracker.ErrNotFound): // the edges may know more than the store
			found = append(found, others(edges, k, name)...)
		default:
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, hint.New(fmt.Errorf("lineage of %s: %w", ref, tracker.ErrNotFound), "name a file, a dataset, a run or a model")
	}
	return found, nil
}

// files are the files that a path means, or else all that have the base name.
func files(edges []tracker.Edge, name string) []tracker.Node {
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	var found []tracker.Node
	for _, n := range graph(edges).Nodes {
		if n.Kind != tracker.KindFile {
			continue
		}
		if n.ID == name || n.ID == abs {
			return []tracker.Node{n}
		}
		if filepath.Base(n.ID) == name {
			found = append(found, n)
		}
	}
	return found
}

// others is the node of a kind with this id, or else the newest version of it.
func others(edges []tracker.Edge, kind, name string) []tracker.Node {
	var found []tracker.Node
	for _, n := range graph(edges).Nodes {
		if n.Kind != kind {
			continue
		}
		if n.ID == name {
			return []tracker.Node{n}
		}
		if strings.HasPrefix(n.ID, name+"@") {
			found = []tracker.Node{n}
		}
	}
	return found
}

// Names are what the nodes of edges can be called beside the names that the
// store knows: files by their base name, the others by their id.
func Names(edges []tracker.Edge) []string {
	var list []string
	for _, n := range graph(edges).Nodes {
		switch n.Kind {
		case tracker.KindFile:
			list = append(list, filepath.Base(n.ID))
		case tracker.KindDataset, tracker.KindRun, tracker.KindModel:
		default:
			list = append(list, n.ID)
		}
	}
	return list
}
