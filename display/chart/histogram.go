package chart

import (
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"github.com/cellar-ml/cellar/display"
)

// HistogramOptions says what a histogram counts. NaN and infinite values are
// left out.
type HistogramOptions struct {
	Title, XLabel string
	YLabel        string   // "" means "count"
	Series        []Series // Y is counted; all share the bins
	Bins          int      // about how many; 0 chooses (Freedman and Diaconis 1981)
}

const mostBins = 60

// Histogram counts values in bins of equal width with round edges.
func Histogram(o HistogramOptions) *Chart {
	edges := binEdges(o)
	if edges == nil {
		return blank("histogram", o.Title)
	}
	if o.YLabel == "" {
		o.YLabel = "count"
	}
	labels := make([]string, len(edges)-1)
	for i := range labels {
		labels[i] = display.Number(edges[i]) + " – " + display.Number(edges[i+1])
	}
	c := charts.NewBar()
	names, counts := make([]string, len(o.Series)), make([][]float64, len(o.Series))
	for i, s := range o.Series {
		names[i], counts[i] = s.Name, countIn(s.Y, edges)
	}
	global, top := frame(o.Title, names, "axis")
	c.SetGlobalOptions(global...)
	c.SetXAxis(labels)
	for i, s := range o.Series {
		data := make([]opts.BarData, len(labels))
		for j := range data {
			data[j] = opts.BarData{Value: counts[i][j]}
		}
		c.AddSeries(label(s.Name), data)
	}
	c.Validate()
	m := options(c.JSON())
	histogramAxes(m, o, top)
	return finish("histogram", o.Title, plainHeight, m, func(width int) string {
		var b strings.Builder
		for i := range o.Series {
			if len(o.Series) > 1 {
				b.WriteString(label(names[i]) + "\n")
			}
			b.WriteString(barRows(labels, counts[i], nil, width))
		}
		return b.String()
	})
}

// histogramAxes sets the bars against each other, and names the axes.
func histogramAxes(m map[string]any, o HistogramOptions, top int) {
	all, _ := m["series"].([]any)
	for _, s := range all {
		series := s.(map[string]any)
		series["barCategoryGap"] = "4%"
		if len(o.Series) > 1 { // counts over each other, in full width
			series["barGap"], series["itemStyle"] = "-100%", map[string]any{"opacity": 0.6}
		}
	}
	x, y := first(m, "xAxis"), first(m, "yAxis")
	delete(y, "axisLabel")
	y["minInterval"] = 1
	nameAxis(x, o.XLabel, 26)
	nameAxis(y, o.YLabel, 48)
	box := grid(top, bottom(o.XLabel))
	box["left"] = 42
	m["grid"] = box
}

// binEdges is the edges of the bins, from below the least to above the largest
// value; nil without values.
func binEdges(o HistogramOptions) []float64 {
	var all []float64
	for _, s := range o.Series {
		for _, y := range s.Y {
			if finite(y) {
				all = append(all, y)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	low, high := all[0], all[len(all)-1]
	if low == high {
		return []float64{low - 0.5, high + 0.5}
	}
	bins := float64(o.Bins)
	if o.Bins <= 0 {
		spread := all[len(all)*3/4] - all[len(all)/4]
		bins = math.Ceil((high - low) / (2 * spread / math.Cbrt(float64(len(all)))))
		if !finite(bins) || bins < 5 {
			bins = math.Ceil(math.Log2(float64(len(all)))) + 1
		}
	}
	step := roundStep((high - low) / max(1, min(bins, mostBins)))
	from := math.Floor(low/step) * step
	var edges []float64
	for i := 0; ; i++ {
		e := tidyEdge(from+float64(i)*step, step)
		edges = append(edges, e)
		if e > high || len(edges) > 2*mostBins {
			return edges
		}
	}
}

// roundStep is the least of 1, 2, 2.5 and 5 times a power of ten that is not
// below x.
func roundStep(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*unit >= x*(1-1e-9) {
			return m * unit
		}
	}
	return 10 * unit
}

// tidyEdge takes the noise of adding steps off an edge.
func tidyEdge(e, step float64) float64 {
	unit := math.Pow(10, 3-math.Floor(math.Log10(step)))
	if r := math.Round(e*unit) / unit; finite(r) {
		return r
	}
	return e
}

func countIn(ys, edges []float64) []float64 {
	counts := make([]float64, len(edges)-1)
	for _, y := range ys {
		if !finite(y) {
			continue
		}
		i, _ := slices.BinarySearchFunc(edges, y, func(e, y float64) int {
			if e <= y {
				return -1
			}
			return 1
		})
		counts[max(0, min(i-1, len(counts)-1))]++
	}
	return counts
}
