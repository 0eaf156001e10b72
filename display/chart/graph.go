package chart

import (
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

type (
	// GraphOptions says what a graph shows. Edges that name an unknown node are
	// left out.
	GraphOptions struct {
		Title string
		Nodes []Node
		Edges []Edge
	}
	// Node is one thing; Kind gives its colour and shape. "" as Label means ID.
	// Note stands beneath the label. Mark makes the node stand out.
	Node struct {
		ID, Label, Note, Kind string
		Mark                  bool
	}
	// Edge leads from one node, by ID, to another that came from it.
	Edge struct{ From, To, Label string }
)

// The room of one node, in pixels of the picture.
const (
	layerGap  = 170
	nodeGap   = 66
	nodeSize  = 24
	graphEdge = 92
)

// markColor is around what stands out; it is seen on light and dark.
const markColor = "#e0218a"

// nodeShapes tells kinds apart without colours.
var nodeShapes = []string{
	"rect", "circle", "diamond", "roundRect", "triangle",
	"path://M5,0L15,0L20,10L15,20L5,20L0,10Z",                              // a hexagon
	"path://M7,0L13,0L13,7L20,7L20,13L13,13L13,20L7,20L7,13L0,13L0,7L7,7Z", // a cross
	"path://M0,0L20,0L20,12L10,20L0,12Z",                                   // a shield
}

// Graph draws a lineage: what came from what, in layers from left to right.
func Graph(o GraphOptions) *Chart {
	o.Nodes = uniqueNodes(o.Nodes)
	if len(o.Nodes) == 0 {
		return blank("graph", o.Title)
	}
	layers := layout(o)
	kinds := graphKinds(o, layers)
	global, top := frame(o.Title, append([]string{""}, kinds...), "item")
	c := charts.NewGraph()
	c.SetGlobalOptions(global...)
	c.AddSeries("", nil, nil, charts.WithGraphChartOpts(opts.GraphChart{
		Layout: "none", EdgeSymbol: []string{"none", "arrow"}, EdgeSymbolSize: 8}))
	m := options(c.JSON())
	deepest := 1
	for _, l := range layers {
		deepest = max(deepest, len(l))
	}
	height := top + deepest*nodeGap + nodeSize
	s := first(m, "series")
	s["links"] = graphLinks(o, layers)
	s["data"], s["categories"] = graphNodes(o, layers, kinds), graphCategories(kinds)
	wide := max(2, (len(layers)-1)*layerGap) // ECharts gives a box without a side one of 2
	s["left"], s["top"], s["width"], s["height"] = graphEdge, top+nodeSize, wide, max(2, (deepest-1)*nodeGap)
	s["label"] = map[string]any{"show": true, "position": "bottom", "formatter": "{c}", "fontSize": 11}
	s["edgeLabel"] = map[string]any{"show": true, "formatter": "{c}", "fontSize": 10}
	s["lineStyle"] = map[string]any{"width": 1.5, "opacity": 0.9}
	s["symbolSize"] = nodeSize
	sub(m, "tooltip")["formatter"] = "{b}"
	entries := make([]any, len(kinds))
	for i, k := range kinds {
		entries[i] = map[string]any{"name": k, "icon": nodeShapes[i%len(nodeShapes)]}
	}
	sub(m, "legend")["data"] = entries
	chart := finish("graph", o.Title, height, m, func(width int) string { return graphText(o, width) })
	chart.least = wide + 2*graphEdge
	chart.width = max(pictureWidth, chart.least)
	return chart
}

func uniqueNodes(nodes []Node) []Node {
	seen := map[string]bool{}
	var out []Node
	for _, n := range nodes {
		if seen[n.ID] {
			continue
		}
		seen[n.ID] = true
		if n.Label == "" {
			n.Label = n.ID
		}
		out = append(out, n)
	}
	return out
}

// graphKinds is the kinds from left to right.
func graphKinds(o GraphOptions, layers [][]int) []string {
	var kinds []string
	for _, layer := range layers {
		for _, i := range layer {
			if k := display.Line(o.Nodes[i].Kind); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	return kinds
}

func graphCategories(kinds []string) []any {
	out := make([]any, len(kinds))
	for i, k := range kinds {
		out[i] = map[string]any{"name": k, "symbol": nodeShapes[i%len(nodeShapes)]}
	}
	return out
}

// graphNodes places the nodes. Their name is the whole label, which the tooltip
// shows; their value is the short one beneath them.
func graphNodes(o GraphOptions, layers [][]int, kinds []string) []any {
	var out []any
	deepest := 1
	for _, l := range layers {
		deepest = max(deepest, len(l))
	}
	for x, layer := range layers {
		for y, i := range layer {
			n := o.Nodes[i]
			node := map[string]any{
				"id": n.ID, "name": strings.TrimSpace(whole(n.Label) + " " + whole(n.Note)), "value": beneath(n),
				"x": (x + 1) * layerGap, "y": nodeGap + (2*y+deepest-len(layer))*nodeGap/2,
				"category": slices.Index(kinds, display.Line(n.Kind)),
			}
			if n.Mark {
				node["symbolSize"] = nodeSize * 3 / 2
				node["label"] = map[string]any{"fontWeight": "bold"}
				node["itemStyle"] = map[string]any{"borderColor": markColor, "borderWidth": 3}
			}
			out = append(out, node)
		}
	}
	return out
}

// beneath is what stands under a node: its label and its note, a line each.
func beneath(n Node) string {
	short := func(s string) string { return display.ShortenMiddle(display.Line(s), layerGap/7) }
	return strings.TrimSuffix(short(n.Label)+"\n"+short(n.Note), "\n")
}

// whole is a whole name for a tooltip.
func whole(s string) string { return display.Shorten(display.Line(s), 300) }

// graphLinks are the edges; one that passes by a layer is bent around what may
// stand there.
func graphLinks(o GraphOptions, layers [][]int) []any {
	at := map[string]int{}
	for x, layer := range layers {
		for _, i := range layer {
			at[o.Nodes[i].ID] = x
		}
	}
	out := []any{}
	for _, e := range o.Edges {
		from, known := at[e.From]
		to, known2 := at[e.To]
		if !known || !known2 || e.From == e.To {
			continue
		}
		link := map[string]any{"source": e.From, "target": e.To, "value": whole(e.Label)}
		if to-from > 1 {
			link["lineStyle"] = map[string]any{"curveness": 0.15}
		}
		out = append(out, link)
	}
	return out
}
