package lineage

import (
	"fmt"
	"path"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// names are what the nodes of a graph are called.
type names struct {
	runs   map[string]tracker.Run
	models map[string]tracker.Model
	bases  map[string]int // how many files have a base name
	folded map[tracker.Node]int
}

func (g Graph) called() names {
	c := names{map[string]tracker.Run{}, map[string]tracker.Model{}, map[string]int{}, g.folded}
	for _, r := range g.Runs {
		c.runs[r.ID] = r
	}
	for _, m := range g.Models {
		c.models[m.Ref()] = m
	}
	for _, n := range g.Nodes {
		if n.Kind == tracker.KindFile {
			c.bases[path.Base(n.ID)]++
		}
	}
	return c
}

// label is the node's name: see Graph.Label.
func (c names) label(n tracker.Node) string {
	if count := c.folded[n]; count > 0 {
		return fmt.Sprintf("%d earlier %ss", count, kindText(n.Kind))
	}
	switch n.Kind {
	case tracker.KindFile:
		base := path.Base(n.ID)
		if c.bases[base] > 1 {
			return path.Join(path.Base(path.Dir(n.ID)), base)
		}
		return base
	case tracker.KindRun:
		if r, ok := c.runs[n.ID]; ok {
			return r.Name
		}
	case tracker.KindModel:
		label := n.ID
		for _, a := range c.models[n.ID].Aliases {
			label += " @" + a
		}
		return label
	}
	return n.ID
}

// line is a node with its kind, and what state it is in.
func (c names) line(n tracker.Node) string {
	label := c.label(n)
	if c.folded[n] > 0 {
		return label
	}
	if r, ok := c.runs[n.ID]; ok && n.Kind == tracker.KindRun {
		return fmt.Sprintf("run %s (%s, %s)", label, r.Kind, r.Status)
	}
	if m := c.models[n.ID]; n.Kind == tracker.KindModel && m.Stage != tracker.NoStage {
		label += " (" + strings.ToLower(m.Stage.String()) + ")"
	}
	return kindText(n.Kind) + " " + label
}

func kindText(kind string) string {
	if kind == tracker.KindFeatures {
		return "feature view"
	}
	return kind
}
