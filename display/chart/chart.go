// Package chart draws the charts of a session. One set of options makes an
// interactive chart (drawn in the page by Apache ECharts, without a network), a
// picture for places where scripts do not run, and a form in plain text. It
// knows nothing of runs, datasets or models, and it is the only importer of
// go-echarts.
package chart

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/cellar-ml/cellar/display"
)

// The size of the picture; the interactive chart is as wide as its cell.
const (
	pictureWidth = 720
	plainHeight  = 320
	widest       = 1100 // of the interactive chart
)

// A Chart is a chart that is ready to be shown. It is safe for concurrent use.
type Chart struct {
	kind, title string
	width       int // of the picture
	height      int
	least       int    // below this width the page scrolls; 0 means never
	options     []byte // JSON for ECharts; nil when there is nothing to draw
	text        func(width int) string

	once sync.Once
	svg  string
	err  error
}

// finish makes a chart from options as go-echarts writes them. NaN and other
// values that JSON cannot hold must have been taken out.
func finish(kind, title string, height int, options map[string]any, text func(width int) string) *Chart {
	c := &Chart{kind: kind, title: title, width: pictureWidth, height: height, text: text}
	for key, v := range options { // colours come from the theme
		if m, ok := v.(map[string]any); key == "color" || ok && len(m) == 0 {
			delete(options, key)
		}
	}
	options["animation"] = false
	raw, err := json.Marshal(options)
	if err != nil {
		c.err = fmt.Errorf("options of the %s chart %q: %w", kind, title, err)
		return c
	}
	c.options = raw
	return c
}

// blank is a chart without anything to draw.
func blank(kind, title string) *Chart {
	return &Chart{kind: kind, title: title, text: func(int) string { return "(no data)" }}
}

// Kind is the chart's name in the table of Standard.
func (c *Chart) Kind() string { return c.kind }

// Options is what ECharts draws, as JSON; nil for a chart without data.
func (c *Chart) Options() []byte { return c.options }

// Size is what the interactive chart needs, in pixels: how wide it is at least,
// or 0 where it fits anywhere (in a narrower place it scrolls), and how high.
func (c *Chart) Size() (least, height int) { return c.least, c.height }

// Text is the chart for a terminal of width columns; 0 means 80.
func (c *Chart) Text(width int) string {
	if width <= 0 {
		width = 80
	}
	lines := strings.Split(strings.TrimRight(c.text(width), " \n"), "\n")
	if c.title != "" {
		lines = append([]string{display.Line(c.title)}, lines...)
	}
	for i, line := range lines {
		lines[i] = display.Shorten(line, width)
	}
	return strings.Join(lines, "\n")
}

// SVG is the picture, made at the first call (about 0.3 s). Its colours can be
// read on a white and on a dark page.
func (c *Chart) SVG() (string, error) {
	c.once.Do(func() {
		if c.options != nil {
			c.svg, c.err = renderSVG(c.options, c.key(), c.width, c.height)
		}
	})
	return c.svg, c.err
}

// Display implements display.Displayer: the interactive chart, its picture and
// its text. Where the picture cannot be made, its place has the text.
func (c *Chart) Display() display.Bundle {
	if c.options == nil {
		return c.nothing()
	}
	svg, err := c.SVG()
	if err != nil || svg == "" {
		return c.bundle(c.stillText())
	}
	still := fmt.Sprintf(`<img class="cellar-chart-still" alt="%s" style="max-width:100%%" src="data:image/svg+xml;base64,%s">`,
		display.Escape(c.name()), base64.StdEncoding.EncodeToString([]byte(svg)))
	b := c.bundle(still)
	b.Data[display.MIMESVG] = svg
	return b
}

// Live is the form for updates while a step runs: cheap to make, for it has no
// picture. Updates with charts of the same kind and title take over the drawing
// of the one before. Finish with an update to Display.
func (c *Chart) Live() display.Bundle {
	if c.options == nil {
		return display.Transient(c.nothing())
	}
	return display.Transient(c.bundle(c.stillText()))
}

func (c *Chart) nothing() display.Bundle {
	text := c.name() + ": no data"
	return display.HTML(`<div style="font-style:italic;opacity:.75">`+display.Escape(text)+`</div>`, display.Line(text))
}

func (c *Chart) stillText() string {
	return `<pre class="cellar-chart-still">` + display.Escape(c.Text(0)) + `</pre>`
}

// draw hands the element to the page's script, or queues it until that comes.
const draw = `<script>(function(s){var p=s&&s.parentNode,w=window,c=w.__cellar_charts_v1||(w.__cellar_charts_v1={q:[]});` +
	`c.show?c.show(p):c.q.push(p)})(document.currentScript)</script>`

func (c *Chart) bundle(still string) display.Bundle {
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="cellar-chart mathjax_ignore" data-key="%s" data-least="%d" style="width:100%%;max-width:%dpx;height:%dpx;overflow:auto hidden">`,
		c.key(), c.least, max(widest, c.width), c.height)
	b.WriteString(still)
	b.WriteString(`<script type="application/json">`)
	b.Write(c.options) // encoding/json writes < as \u003c, so the element cannot be closed from inside
	b.WriteString(`</script>` + draw + `</div>`)
	out := display.HTML(b.String(), c.Text(0))
	out.Needs = []display.Asset{Script()}
	return out
}

// key names what the chart shows, not its data: an update has the same.
func (c *Chart) key() string {
	sum := sha256.Sum256([]byte(c.kind + "\x00" + c.title))
	return "c" + hex.EncodeToString(sum[:5])
}

func (c *Chart) name() string {
	if c.title == "" {
		return c.kind + " chart"
	}
	return c.title
}
