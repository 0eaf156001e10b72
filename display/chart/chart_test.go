package chart_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
)

var update = flag.Bool("update", false, "write the goldens anew")

func TestGoldens(t *testing.T) {
	for _, k := range chart.Standard() {
		t.Run(k.Name, func(t *testing.T) {
			c := k.Example()
			if c.Kind() != k.Name {
				t.Errorf("Example().Kind() = %q, want %q", c.Kind(), k.Name)
			}
			var options bytes.Buffer
			if err := json.Indent(&options, c.Options(), "", " "); err != nil {
				t.Fatal(err)
			}
			svg, err := c.SVG()
			if err != nil {
				t.Fatal(err)
			}
			golden(t, k.Name+".options.json", options.String()+"\n")
			golden(t, k.Name+".svg", svg+"\n")
			golden(t, k.Name+".txt", c.Text(80)+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); if it should, run with -update and look at it:\n%s", name, diff)
	}
}

// Every chart of the table keeps the same promises.
func TestEveryChart(t *testing.T) {
	for _, k := range chart.Standard() {
		t.Run(k.Name, func(t *testing.T) {
			c := k.Example()
			b := c.Display()
			for _, kind := range []string{display.MIMEHTML, display.MIMESVG, display.MIMEText} {
				if s, _ := b.Data[kind].(string); s == "" {
					t.Errorf("Display() has no %s", kind)
				}
			}
			if err := wellFormed(b.Data[display.MIMESVG].(string)); err != nil {
				t.Errorf("the picture is not XML: %v", err)
			}
			html := b.Data[display.MIMEHTML].(string)
			if len(html) > 60_000 || strings.Contains(html, "echarts.init") {
				t.Errorf("Display() has %d bytes of HTML; the script must not be in it", len(html))
			}
			if len(b.Needs) != 1 || b.Needs[0].ID != chart.Script().ID {
				t.Errorf("Display() needs %v, want the script", b.Needs)
			}
			for _, width := range []int{40, 80} {
				for _, line := range strings.Split(c.Text(width), "\n") {
					if display.Width(line) > width {
						t.Errorf("Text(%d) has a line of %d columns: %q", width, display.Width(line), line)
					}
				}
			}
			live := c.Live()
			if !display.IsTransient(live) || live.Data[display.MIMESVG] != nil {
				t.Error("Live() must be transient and without a picture")
			}
			if found, ok := chart.Lookup(k.Name); !ok || found.Name != k.Name {
				t.Errorf("Lookup(%q) = %v, %v", k.Name, found.Name, ok)
			}
		})
	}
}

func wellFormed(svg string) error {
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Charts of hostile and empty input, by kind.
func TestMarkupIsText(t *testing.T) {
	const evil = `</script><img src=x onerror=alert(1)>{b}"'`
	ys := []float64{1, math.NaN(), 3, math.Inf(1)}
	s := []chart.Series{{Name: evil, Y: ys}, {Name: "b", Y: ys}}
	charts := map[string]*chart.Chart{
		"line":      chart.Line(chart.LineOptions{Title: evil, XLabel: evil, YLabel: evil, Series: s, LogY: true}),
		"bar":       chart.Bar(chart.BarOptions{Title: evil, Labels: []string{evil, "c"}, Series: s, Errors: ys}),
		"histogram": chart.Histogram(chart.HistogramOptions{Title: evil, XLabel: evil, Series: s}),
		"scatter":   chart.Scatter(chart.ScatterOptions{Title: evil, YLabel: evil, Series: s, Diagonal: true}),
		"graph": chart.Graph(chart.GraphOptions{Title: evil, Nodes: []chart.Node{{ID: evil, Label: evil, Kind: evil, Note: evil, Mark: true}, {ID: "b"}},
			Edges: []chart.Edge{{evil, "b", evil}, {"b", evil, ""}, {"b", "gone", ""}, {"b", "b", ""}}}),
		"heatmap": chart.Heatmap(chart.HeatmapOptions{Title: evil, Columns: []string{evil}, Rows: []string{evil}, Values: [][]float64{{1}}}),
		"parallel": chart.Parallel(chart.ParallelOptions{Title: evil, Axes: []string{evil, "x", "gone"},
			Lines: []chart.ParallelLine{{evil, []any{evil, 1}}, {"b", []any{nil, math.NaN()}}}}),
	}
	for _, k := range chart.Standard() {
		c, ok := charts[k.Name]
		if !ok {
			t.Errorf("no hostile %s chart in this test", k.Name)
			continue
		}
		if _, err := c.SVG(); err != nil {
			t.Errorf("%s: SVG() = %v", k.Name, err)
		}
		for _, b := range []display.Bundle{c.Display(), c.Live()} {
			html := b.Data[display.MIMEHTML].(string)
			if strings.Contains(html, "<img src=x") || strings.Count(html, "</script>") != 2 {
				t.Errorf("%s: markup of a name is in the HTML:\n%s", k.Name, html)
			}
		}
	}
}

func TestNoData(t *testing.T) {
	nan := []chart.Series{{Name: "a", Y: []float64{math.NaN()}}, {}}
	for _, c := range []*chart.Chart{
		chart.Line(chart.LineOptions{}), chart.Line(chart.LineOptions{Title: "loss", Series: nan}),
		chart.Bar(chart.BarOptions{Labels: []string{"a"}, Series: nan}), chart.Histogram(chart.HistogramOptions{Series: nan}),
		chart.Scatter(chart.ScatterOptions{Series: nan}), chart.Graph(chart.GraphOptions{Edges: []chart.Edge{{"a", "b", ""}}}),
		chart.Heatmap(chart.HeatmapOptions{Rows: []string{"a"}, Columns: []string{"b"}}), chart.Parallel(chart.ParallelOptions{Axes: []string{"a"}}),
	} {
		b := c.Display()
		if text := b.Data[display.MIMEText].(string); !strings.Contains(text, "no data") || len(b.Needs) > 0 {
			t.Errorf("%s without data: %q, needs %v", c.Kind(), text, b.Needs)
		}
		c.Live()
	}
}

func TestLongLinesAreThinned(t *testing.T) {
	ys := make([]float64, 200_000)
	for i := range ys {
		ys[i] = math.Sin(float64(i) / 1000)
	}
	ys[123_456] = 7 // the one spike must survive
	c := chart.Line(chart.LineOptions{Title: "long", Series: []chart.Series{{Y: ys}}})
	if n := len(c.Options()); n > 40_000 || !strings.Contains(string(c.Options()), ",7]") {
		t.Errorf("options have %d bytes; the spike is in them: %v", n, strings.Contains(string(c.Options()), ",7]"))
	}
}

func TestChartsAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	c := chart.Standard()[0].Example()
	for range 8 {
		wg.Go(func() { c.Display(); c.Live(); chart.Warm() })
	}
	wg.Wait()
}

// A faint line has the name and so the colour of the line before it, is out of
// the tooltip, and not in the text.
func TestFaintLines(t *testing.T) {
	c := chart.Line(chart.LineOptions{Series: []chart.Series{
		{Name: "a", Y: []float64{1, 3, 2}, Faint: true}, {Name: "a", Y: []float64{1, 2, 2}}, {Name: "alone", Y: []float64{5, 6, 7}, Faint: true}}})
	var o struct {
		Series []struct {
			Name    string
			Silent  bool
			Tooltip struct{ Show *bool }
		}
	}
	if err := json.Unmarshal(c.Options(), &o); err != nil {
		t.Fatal(err)
	}
	if len(o.Series) != 3 || o.Series[0].Name != "a" || !o.Series[0].Silent || o.Series[0].Tooltip.Show == nil || o.Series[1].Silent {
		t.Errorf("series %+v, want the first silent with the name of the second", o.Series)
	}
	if text := c.Text(80); strings.Count(text, "\na ")+strings.Count(text, "a  ") != 1 || !strings.Contains(text, "1 → 2") || !strings.Contains(text, "alone") {
		t.Errorf("text should have the smooth line of a, and alone:\n%s", text)
	}
}

func TestScatterLogX(t *testing.T) {
	kind := func(x ...float64) (axis, text string) {
		c := chart.Scatter(chart.ScatterOptions{LogX: true, XLabel: "lr", YLabel: "loss", Series: []chart.Series{{X: x, Y: []float64{1, 2, 3}}}})
		var o struct{ XAxis []struct{ Type string } }
		if err := json.Unmarshal(c.Options(), &o); err != nil {
			t.Fatal(err)
		}
		return o.XAxis[0].Type, c.Text(80)
	}
	axis, text := kind(1e-4, 1e-2, 1)
	lines := strings.Split(text, "\n")
	middle := 2*strings.Index(lines[6], "•") - strings.Index(lines[0], "•") - strings.Index(lines[13], "•")
	if axis != "log" || !strings.Contains(text, "loss over lr, logarithmic") || middle < -1 || middle > 1 {
		t.Errorf("x axis is %s; the middle decade is not in the middle:\n%s", axis, text)
	}
	if axis, _ := kind(0, 1e-2, 1); axis != "value" {
		t.Errorf("with an x of 0 the x axis is %s, want value", axis)
	}
}

func TestParallelByLast(t *testing.T) {
	o := chart.ParallelOptions{Axes: []string{"lr", "loss"}, ByLast: true}
	for i := range 200 {
		o.Lines = append(o.Lines, chart.ParallelLine{Name: "r", Values: []any{i, 2 * i}})
	}
	var got struct {
		Series    []struct{ Data []any }
		VisualMap struct {
			Dimension int
			Max       float64
		}
	}
	if err := json.Unmarshal(chart.Parallel(o).Options(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Series) != 1 || len(got.Series[0].Data) != 200 || got.VisualMap.Dimension != 1 || got.VisualMap.Max != 400 {
		t.Errorf("%d series, visual map %+v; want one series of 200 lines coloured by loss", len(got.Series), got.VisualMap)
	}
}
