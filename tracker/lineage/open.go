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
	var seeds []tracker.Node
	var edges []tracker.Edge
	var err error
	if ref == "" {
		edges, err = s.Edges(ctx)
	} else if seeds, err = find(ctx, s, ref); err == nil {
		edges, err = around(ctx, s, seeds)
	}
	if err != nil {
		return Graph{}, err
	}
	g := Of(edges, seeds...)
	if err := g.name(ctx, s); err != nil {
		return Graph{}, err
	}
	return g, nil
}

// around are the edges that lead to the seeds and from them, over others too.
func around(ctx context.Context, s tracker.Store, seeds []tracker.Node) ([]tracker.Edge, error) {
	var all []tracker.Edge
	had := map[string]bool{} // one on a circle is met both ways
	for _, way := range []struct {
		read func(context.Context, ...tracker.Node) ([]tracker.Edge, error)
		by   step
	}{{s.EdgesTo, toOrigin}, {s.EdgesFrom, toResult}} {
		seen := map[tracker.Node]bool{}
		for next := seeds; len(next) > 0; {
			edges, err := way.read(ctx, next...)
			if err != nil {
				return nil, err
			}
			for _, n := range next {
				seen[n] = true
			}
			next = nil
			for _, e := range edges {
				if _, to := way.by(e); !seen[to] {
					seen[to] = true
					next = append(next, to)
				}
				if key := fmt.Sprintf("%q %q %q", e.From, e.To, e.Role); !had[key] {
					had[key] = true
					all = append(all, e)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b tracker.Edge) int { return a.Time.Compare(b.Time) })
	return all, nil
}

// few is how many runs or models are read one by one; more are listed at once.
const few = 2000

// name reads what the runs and models among the nodes are called.
func (g *Graph) name(ctx context.Context, s tracker.Store) error {
	among := map[tracker.Node]bool{}
	count := map[string]int{}
	for _, n := range g.Nodes {
		among[n] = true
		count[n.Kind]++
	}
	var runs []tracker.Run
	var models []tracker.Model
	var err error
	if count[tracker.KindRun] > few {
		runs, err = s.Runs(ctx, tracker.Query{})
	} else {
		runs, err = each(g.Nodes, tracker.KindRun, func(id string) (tracker.Run, error) { return s.Run(ctx, id) })
	}
	if err == nil && count[tracker.KindModel] > few {
		models, err = s.Models(ctx)
	} else if err == nil {
		models, err = each(g.Nodes, tracker.KindModel, func(id string) (tracker.Model, error) { return s.Model(ctx, id) })
	}
	for _, r := range runs {
		if among[tracker.Node{Kind: tracker.KindRun, ID: r.ID}] {
			g.Runs = append(g.Runs, r)
		}
	}
	for _, m := range models {
		if among[tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}] {
			g.Models = append(g.Models, m)
		}
	}
	return err
}

// each reads what stands under the nodes of a kind; what was deleted since goes
// by its id.
func each[T any](nodes []tracker.Node, kind string, read func(id string) (T, error)) ([]T, error) {
	var list []T
	for _, n := range nodes {
		if n.Kind != kind {
			continue
		}
		v, err := read(n.ID)
		if err == nil {
			list = append(list, v)
		} else if !errors.Is(err, tracker.ErrNotFound) {
			return nil, err
		}
	}
	return list, nil
}

// Kinds are those of the nodes, as a reference may begin with them.
var Kinds = []string{
	tracker.KindFile, tracker.KindDataset, tracker.KindFeatures, tracker.KindRun, tracker.KindModel,
	tracker.KindDeployment, tracker.KindMonitor, tracker.KindAlert,
}

// find finds what a reference may mean: what the store has of that name, and
// else what edges lead to or from.
func find(ctx context.Context, s tracker.Store, ref string) ([]tracker.Node, error) {
	kind, name, named := strings.Cut(ref, ":")
	if !named || !slices.Contains(Kinds, kind) {
		kind, name = "", ref
	}
	found, err := kept(ctx, s, kind, name)
	if err != nil || len(found) > 0 {
		return found, err
	}
	edges, err := s.Edges(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range Kinds {
		switch {
		case kind != "" && kind != k:
		case k == tracker.KindFile:
			found = append(found, files(edges, name)...)
		default:
			found = append(found, others(edges, k, name)...)
		}
	}
	if len(found) == 0 {
		return nil, hint.New(fmt.Errorf("lineage of %s: %w", ref, tracker.ErrNotFound), "name a file, a dataset, a run or a model")
	}
	return found, nil
}

// kept is the dataset, the run and the model of a name, where a kind does not
// say which.
func kept(ctx context.Context, s tracker.Store, kind, name string) ([]tracker.Node, error) {
	var found []tracker.Node
	for _, of := range []struct {
		kind string
		id   func() (string, error)
	}{
		{tracker.KindDataset, func() (string, error) { d, err := s.Dataset(ctx, name); return d.Ref(), err }},
		{tracker.KindRun, func() (string, error) { r, err := s.Run(ctx, name); return r.ID, err }},
		{tracker.KindModel, func() (string, error) { m, err := s.Model(ctx, name); return m.Ref(), err }},
	} {
		if kind != "" && kind != of.kind {
			continue
		}
		id, err := of.id()
		if err == nil {
			found = append(found, tracker.Node{Kind: of.kind, ID: id})
		} else if !errors.Is(err, tracker.ErrNotFound) {
			return nil, err
		}
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
