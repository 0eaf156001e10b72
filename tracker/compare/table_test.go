package compare_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

func shown(c *compare.Comparison, v compare.View) string {
	var parts []string
	for _, b := range c.Show(v) {
		parts = append(parts, b.Data[display.MIMEText].(string))
	}
	return strings.Join(parts, "\n")
}

func TestShowGroups(t *testing.T) {
	runs := append(seeds("a", params("lr", 0.1, "act", "relu"), 0.51, 0.52, 0.50), seeds("b", params("lr", 0.2, "act", "relu"), 0.41, 0.43, 0.42)...)
	runs[4].Status = tracker.Running
	got := shown(compare.Of(runs, compare.Options{}), compare.View{})
	want := `
parameters that differ
parameter  a1 +2    b1 +2
─────────  ───────  ─────────────────────
runs       3 seeds  3 seeds
status     finished  2 finished, 1 running
lr         0.1      0.2
seed       1 2 3    1 2 3
2 parameters are the same; --all lists them

metrics
metric  a1 +2          b1 +2              difference
──────  ─────────────  ─────────────────  ───────────────────────
loss    0.510 ± 0.010  0.4150 ± 0.0071 *  -0.095 [-0.12, -0.0701]
* best; mean ± standard deviation over seeds; differences are to a1 +2; [95 %
interval, Welch's t]; runs that did not finish are left out of means`
	if diff := cmp.Diff(squeezed(want), squeezed(got)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s\n%s", diff, got)
	}
}

// squeezed leaves out what only lines columns up.
func squeezed(s string) string {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(s)) {
		if line = strings.Join(strings.Fields(line), " "); !strings.HasPrefix(line, "──") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// However many runs there are, and whatever their names and values, no line is
// wider than the terminal and none is cut in the middle of a number.
func TestShowFits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{2, 3, 10, 200} {
		var runs []tracker.Run
		for i := range n {
			p := params("lr", r.Float64(), "hidden", int64(r.IntN(512)), "optimizer", []string{"adam", "sgd"}[r.IntN(2)], "path", strings.Repeat("/a long path", 9))
			for k := range 12 {
				p[fmt.Sprintf("a parameter with a long name %d", k)] = r.NormFloat64()
			}
			m := map[string]float64{"validation/loss": r.Float64(), "accuracy": r.Float64(), "diverged": math.NaN(), "up": math.Inf(1)}
			for k := range 15 {
				m[fmt.Sprintf("eval/slice %d/of a name that is long", k)] = 1e-9 * r.Float64()
			}
			x := run(fmt.Sprintf("a-run-of-many-words-%d 日本語", i), int64(i+1), p, m)
			x.Source.Host = fmt.Sprintf("host%d", i%3)
			x.Source.Cells = []tracker.Cell{{Count: 1, CellID: "c", Code: fmt.Sprintf("x := %d // %s", i%2, strings.Repeat("long ", 30))}}
			runs = append(runs, x)
		}
		for _, v := range []compare.View{{}, {Width: 60}, {Width: 200}, {All: true}} {
			width := 80
			if v.Width > 0 {
				width = v.Width
			}
			text := shown(compare.Of(runs, compare.Options{}), v)
			for _, line := range strings.Split(text, "\n") {
				if display.Width(line) > width {
					t.Fatalf("%d runs, %+v: a line of %d columns: %s", n, v, display.Width(line), line)
				}
			}
			if most := 100 + 26_000/width; !v.All && strings.Count(text, "\n") > most {
				t.Errorf("%d runs, %+v: %d lines, want at most %d", n, v, strings.Count(text, "\n"), most)
			}
			if strings.Contains(text, "columns not shown") {
				t.Errorf("%d runs, %+v: a column is left out:\n%s", n, v, text)
			}
		}
	}
}

// Of very many runs the best and the baseline are listed, under what all have.
func TestShowManyRuns(t *testing.T) {
	var runs []tracker.Run
	for i := range 200 {
		runs = append(runs, run(fmt.Sprintf("r%d", i), int64(i+1), params("lr", float64(i+1)), map[string]float64{"loss": float64(i)}))
	}
	got := shown(compare.Of(runs, compare.Options{Baseline: "r150-id"}), compare.View{})
	for _, want := range []string{"200 runs in 200 groups", "lr            200  1 … 200", "loss       200  0      99.5    199   r0", "the baseline and the best by loss of 200; --all lists them"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, name := range []string{"\nr150 ", "\nr0 ", "\nr18 "} {
		if !strings.Contains(got, name) {
			t.Errorf("no run %s in\n%s", name, got)
		}
	}
	if strings.Contains(got, "\nr19 ") {
		t.Errorf("more than 20 runs in\n%s", got)
	}
}

func TestShowOneGroup(t *testing.T) {
	got := shown(compare.Of(seeds("a", params("lr", 0.1), 1, 2, 3), compare.Options{}), compare.View{})
	if !strings.Contains(got, "loss    2.0 ± 1.0") || strings.Contains(got, "difference") {
		t.Errorf("three seeds of one setting:\n%s", got)
	}
}

func TestSpreadText(t *testing.T) {
	for _, c := range []struct {
		mean, sd float64
		want     string
	}{{0.91234, 0.0012, "0.9123 ± 0.0012"}, {12345.6, 250, "12346 ± 250"}, {1, 0, "1 ± 0"}, {1e-12, 1e-13, "1e-12 ± 1e-13"}, {3.14159, 2, "3.1 ± 2.0"}} {
		if got := compare.SpreadText(c.mean, c.sd); got != c.want {
			t.Errorf("spread of %v and %v = %q, want %q", c.mean, c.sd, got, c.want)
		}
	}
}

// What a run says of itself is text, in the page too.
func TestShowEscapes(t *testing.T) {
	bad := "<script>alert(1)</script>"
	a, b := run(bad, 1, params(bad, bad), map[string]float64{bad: 1}), run("b\x1b[31m", 1, params(bad, "```\nx"), map[string]float64{bad: 2})
	a.Source.Cells = []tracker.Cell{{Count: 1, Code: "```\n" + bad}}
	for _, bundle := range compare.Of([]tracker.Run{a, b}, compare.Options{}).Show(compare.View{}) {
		if html, _ := bundle.Data[display.MIMEHTML].(string); strings.Contains(html, "<script") {
			t.Errorf("HTML has markup of a run:\n%s", html)
		}
		if text := bundle.Data[display.MIMEText].(string); strings.Contains(text, "\x1b") {
			t.Errorf("text has a control character of a run: %q", text)
		}
		if md, ok := bundle.Data[display.MIMEMarkdown].(string); ok && !strings.HasPrefix(md, "````diff\n") {
			t.Errorf("the code can close its fence:\n%s", md)
		}
	}
}
