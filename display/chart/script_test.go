package chart_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/display/displaytest"
)

// The script is the one that echarts/README.md names.
func TestScriptIsTheOneNamed(t *testing.T) {
	f, err := os.Open("echarts/echarts.min.js.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	src, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(src)
	readme, err := os.ReadFile("echarts/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(sum[:]); !strings.Contains(string(readme), got) {
		t.Errorf("echarts.min.js has SHA-256 %s, which echarts/README.md does not name", got)
	}
	if !strings.Contains(string(src), `"`+chart.Version+`"`) {
		t.Errorf("echarts.min.js is not version %s", chart.Version)
	}
}

// The script travels once in a session, before the first chart, and again when
// the cell that held it runs again.
func TestScriptTravelsOnce(t *testing.T) {
	out := &displaytest.Recorder{}
	once := &display.Once{Out: out}
	c := chart.Line(chart.LineOptions{Title: "loss", Series: []chart.Series{{Y: []float64{1, 2}}}})
	show := func(cell string) {
		t.Helper()
		once.Cell(cell)
		if err := once.Update("a", c.Live()); err != nil {
			t.Fatal(err)
		}
		if err := once.Publish(c.Live()); err != nil {
			t.Fatal(err)
		}
	}
	show("one")
	show("two")
	if got := scripts(out); got != 1 || !isScript(out.All()[0].Bundle) {
		t.Fatalf("%d scripts after two cells, want 1, before everything", got)
	}
	show("one")
	if got := scripts(out); got != 2 {
		t.Errorf("%d scripts after the first cell ran again, want 2", got)
	}
	if err := once.Clear(false); err != nil {
		t.Fatal(err)
	}
	show("two")
	if got := scripts(out); got != 3 {
		t.Errorf("%d scripts after the output with it was cleared, want 3", got)
	}
}

func scripts(r *displaytest.Recorder) int {
	n := 0
	for _, s := range r.All() {
		if isScript(s.Bundle) {
			n++
		}
	}
	return n
}

func isScript(b display.Bundle) bool {
	html, _ := b.Data[display.MIMEHTML].(string)
	return strings.Contains(html, "DecompressionStream")
}
