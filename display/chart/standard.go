package chart

import "math"

// A Kind is one kind of chart, with an example that shows what it can.
type Kind struct {
	Name    string
	Short   string
	Example func() *Chart
}

// Standard is the table of charts, by name.
func Standard() []Kind {
	return []Kind{
		{"bar", "values by label, with error bars", exampleBar},
		{"graph", "what came from what", exampleGraph},
		{"heatmap", "a matrix, such as a confusion matrix", exampleHeatmap},
		{"histogram", "how values are spread", exampleHistogram},
		{"line", "metrics over steps", exampleLine},
		{"parallel", "many parameters and metrics of some runs", exampleParallel},
		{"scatter", "points", exampleScatter},
	}
}

// Lookup is the kind of that name.
func Lookup(name string) (Kind, bool) {
	for _, k := range Standard() {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

func exampleBar() *Chart {
	return Bar(BarOptions{Title: "permutation importance", XLabel: "fall of accuracy", Horizontal: true,
		Labels: []string{"flipper_length_mm", "bill_length_mm", "body_mass_g", "the mean of the worst three radii of the nucleus", "island"},
		Series: []Series{{Y: []float64{0.31, 0.22, 0.08, 0.021, -0.004}}}, Errors: []float64{0.03, 0.02, 0.01, 0.004, 0.002}})
}

func exampleGraph() *Chart {
	return Graph(GraphOptions{Title: "lineage",
		Nodes: []Node{{ID: "f", Label: "notebooks/data/penguins.csv", Kind: "file"}, {ID: "d", Label: "penguins@v1", Kind: "dataset"},
			{ID: "r1", Label: "mlp-blue-otter", Kind: "run"}, {ID: "r2", Label: "logistic-calm-finch", Kind: "run"},
			{ID: "m1", Label: "species@v1", Kind: "model"}, {ID: "m2", Label: "species@v2", Note: "@champion", Kind: "model", Mark: true}},
		Edges: []Edge{{"f", "d", ""}, {"d", "r1", "train"}, {"d", "r2", "train"}, {"r1", "m1", ""}, {"r2", "m2", ""}}})
}

func exampleHeatmap() *Chart {
	names := []string{"Adelie", "Chinstrap", "Gentoo"}
	return Heatmap(HeatmapOptions{Title: "confusion", XLabel: "predicted", YLabel: "true", Columns: names, Rows: names,
		Values: [][]float64{{28, 1, 0}, {2, 12, 0}, {0, 0, 24}}})
}

func exampleHistogram() *Chart {
	var ys []float64
	for i := range 400 { // a bell, from a rule instead of a die
		t := (float64(i) + 0.5) / 400
		ys = append(ys, 200+14*math.Log(t/(1-t))/1.7)
	}
	return Histogram(HistogramOptions{Title: "flipper length", XLabel: "mm", Series: []Series{{Name: "penguins", Y: ys}}})
}

func exampleLine() *Chart {
	var train, valid []float64
	for i := range 40 {
		e := float64(i)
		train = append(train, 0.69*math.Exp(-e/9)+0.03)
		valid = append(valid, 0.69*math.Exp(-e/9)+0.06+0.0006*e)
	}
	valid[12] = math.NaN()
	return Line(LineOptions{Title: "loss", XLabel: "epoch", YLabel: "loss",
		Series: []Series{{Name: "train/loss", Y: train}, {Name: "validation/loss", Y: valid, Dashed: true}}})
}

func exampleParallel() *Chart {
	return Parallel(ParallelOptions{Title: "runs", Axes: []string{"family", "hidden", "learning_rate", "accuracy", "loss"},
		Lines: []ParallelLine{{"blue-otter", []any{"mlp", 64, 0.01, 0.981, 0.06}}, {"calm-finch", []any{"logistic", nil, 0.05, 0.957, 0.11}},
			{"grey-heron", []any{"mlp", 16, 0.003, 0.966, 0.09}}}})
}

func exampleScatter() *Chart {
	a, b := Series{Name: "train"}, Series{Name: "validation"}
	for i := range 60 {
		x := 3000 + 50*float64(i)
		a.X, a.Y = append(a.X, x), append(a.Y, x+400*math.Sin(float64(i*i)))
		if i%3 == 0 {
			b.X, b.Y = append(b.X, x+10), append(b.Y, x+520*math.Cos(float64(i*i)))
		}
	}
	return Scatter(ScatterOptions{Title: "predicted against true mass", XLabel: "true, g", YLabel: "predicted, g", Series: []Series{a, b}, Diagonal: true})
}
