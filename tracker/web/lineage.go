package web

import (
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/lineage"
)

// drawnMost is how many edges a picture of everything has: the newest.
const drawnMost = 200

type (
	// A lineageView is a part of the lineage as a picture and as lists.
	lineageView struct {
		About          bool // one thing, not everything
		Nodes          int
		Least, Height  int         // how wide the picture is at least and how high, in pixels
		Options, Links template.JS // JSON
		Up, Down       []thing
		Left           int // edges that are not shown
	}
	// A thing is a node of the lineage.
	thing struct {
		Kind, Text, Title, Href, Roles string
	}
)

// lineage shows where a thing came from and what came from it, or everything.
func (s *Server) lineage(w http.ResponseWriter, r *http.Request) error {
	of := r.URL.Query().Get("of")
	p := page{Title: "Lineage", Nav: "lineage"}
	var seeds []tracker.Node
	if of != "" {
		kind, id, ok := strings.Cut(of, ":")
		if !ok {
			return refuse(http.StatusBadRequest, "lineage of %q: want KIND:NAME, such as dataset:wine@v1", plain(of))
		}
		seeds = []tracker.Node{{Kind: kind, ID: id}}
		p.Title, p.Path = kind+" "+id, []crumb{{"Lineage", "/lineage"}}
	}
	v, err := s.lineageOf(r.Context(), seeds...)
	if err != nil {
		return err
	}
	p.Body = v
	return s.show(w, "lineage", p)
}

func (s *Server) lineageOf(ctx context.Context, seeds ...tracker.Node) (*lineageView, error) {
	edges, err := s.store.Edges(ctx)
	if err != nil {
		return nil, err
	}
	v := &lineageView{About: len(seeds) > 0}
	g := lineage.Of(edges, seeds...)
	if v.About && len(g.Edges) == 0 {
		return v, nil
	}
	g, links := gather(g, seeds)
	if n := len(g.Edges) - drawnMost; n > 0 {
		v.Left += n
		g = lineage.Of(g.Edges[n:])
	}
	if g.Runs, err = s.runsOf(ctx, g.Nodes); err != nil {
		return nil, err
	}
	v.Nodes = len(g.Nodes)
	v.draw(g, links)
	if v.About {
		v.Up = things(g, links, seeds[0], func(e tracker.Edge) (from, to tracker.Node) { return e.To, e.From })
		v.Down = things(g, links, seeds[0], func(e tracker.Edge) (from, to tracker.Node) { return e.From, e.To })
		return v, nil
	}
	for _, n := range g.Nodes {
		v.Up = append(v.Up, thingOf(g, links, n, ""))
	}
	return v, nil
}

// runsOf are the runs among nodes, for their names. A run that was deleted since
// goes by its id.
func (s *Server) runsOf(ctx context.Context, nodes []tracker.Node) (list []tracker.Run, err error) {
	for _, n := range nodes {
		if n.Kind != tracker.KindRun {
			continue
		}
		r, err := s.run(ctx, n.ID)
		if errors.Is(err, tracker.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// draw makes the picture, and completes where its nodes lead.
func (v *lineageView) draw(g lineage.Graph, links map[string]string) {
	var o chart.GraphOptions
	for _, n := range g.Nodes {
		id := n.Kind + ":" + n.ID
		o.Nodes = append(o.Nodes, chart.Node{ID: id, Label: g.Label(n), Kind: n.Kind})
		if links[id] == "" {
			links[id] = nodePath(n)
		}
	}
	for _, e := range g.Edges {
		o.Edges = append(o.Edges, chart.Edge{From: e.From.Kind + ":" + e.From.ID, To: e.To.Kind + ":" + e.To.ID, Label: e.Role})
	}
	c := chart.Graph(o)
	data, _ := json.Marshal(links)                                   // text only
	v.Options, v.Links = template.JS(c.Options()), template.JS(data) // JSON, with < written as \u003c
	v.Least, v.Height = c.Size()
}

// nodePath is the page of a node.
func nodePath(n tracker.Node) string {
	name, version, _ := strings.Cut(n.ID, "@v")
	switch n.Kind {
	case tracker.KindRun:
		return runPath(n.ID)
	case tracker.KindDataset:
		return address("/datasets/"+url.PathEscape(name), "version", version)
	case tracker.KindModel:
		return address("/models/"+url.PathEscape(name), "version", version)
	}
	return address("/lineage", "of", n.Kind+":"+n.ID)
}

func thingOf(g lineage.Graph, links map[string]string, n tracker.Node, roles string) thing {
	return thing{n.Kind, g.Label(n), n.ID, links[n.Kind+":"+n.ID], roles}
}

// things are what can be reached from a node by steps, the nearest first, with
// the roles of the edges that led there.
func things(g lineage.Graph, links map[string]string, seed tracker.Node, step func(tracker.Edge) (from, to tracker.Node)) []thing {
	var order []tracker.Node
	roles := map[tracker.Node][]string{}
	queue := []tracker.Node{seed}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, e := range g.Edges {
			from, to := step(e)
			if from != at {
				continue
			}
			if _, seen := roles[to]; !seen && to != seed {
				order, queue = append(order, to), append(queue, to)
			}
			if !slices.Contains(roles[to], e.Role) {
				roles[to] = append(roles[to], e.Role)
			}
		}
	}
	var list []thing
	for _, n := range order {
		list = append(list, thingOf(g, links, n, strings.Join(roles[n], ", ")))
	}
	return list
}
