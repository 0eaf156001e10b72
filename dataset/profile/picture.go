package profile

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// The colours of pictures are legible on white and on black: a picture does not
// see the page's theme. It is an image, since a notebook that is not trusted
// shows no SVG that stands in the markup itself.
const (
	ink   = "#4a90d9"
	other = "#e07b39"
	label = "#808080"
	// On ink and other at full strength its contrast is 5.6 and more; white has 3.
	figureInk = "#111111"
)

const mostMapped = 40 // columns of a heat map

func image(svg, alt, title string, width, height int) string {
	return fmt.Sprintf(`<img alt="%s" title="%s" width="%d" height="%d" style="vertical-align:middle;max-width:none" src="data:image/svg+xml;base64,%s">`,
		display.Escape(alt), display.Escape(title), width, height, base64.StdEncoding.EncodeToString([]byte(svg)))
}

func open(width, height int, attributes string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" %s>`, width, height, width, height, attributes)
}

// picture is the histogram, or the counts of the commonest values; its title has the figures.
func (c Column) picture() string {
	const height, step, bar = 24, 6, 5
	counts, titles := c.heights()
	if len(counts) == 0 {
		return ""
	}
	width := step * len(counts)
	if len(c.Bins) > 0 {
		width = step * mostBins
	}
	most := max(1, slices.Max(counts))
	var s strings.Builder
	s.WriteString(open(width, height, `fill="`+ink+`"`))
	for i, n := range counts {
		h := max(0.5, float64(height-1)*float64(n)/float64(most))
		fmt.Fprintf(&s, `<rect x="%d" y="%.1f" width="%d" height="%.1f"/>`, i*step, float64(height)-h, bar, h)
	}
	s.WriteString(`</svg>`)
	return image(s.String(), "distribution of "+display.Line(c.Name), strings.Join(titles, "\n"), width, height)
}

// heights are the counts that picture draws, and a line of text for each.
func (c Column) heights() (counts []int64, titles []string) {
	for _, b := range c.Bins {
		title := fmt.Sprintf("%s to %s: %s", display.Number(b.Low), display.Number(b.High), count(b.Count))
		if c.Kind != KindNumber {
			title = count(b.Count)
		}
		counts, titles = append(counts, b.Count), append(titles, title)
	}
	if len(c.Bins) > 0 {
		return counts, titles
	}
	for _, v := range c.Top[:min(len(c.Top), topValues)] {
		counts, titles = append(counts, v.Count), append(titles, fmt.Sprintf("%s: %s", display.Shorten(display.Line(v.Value), 60), count(v.Count)))
	}
	return counts, titles
}

// picture is the heat map: blue is positive, orange negative, as strong as the value.
// Its cells are opaque, so that a figure's contrast is the same on every page.
func (m Matrix) picture(name string) string {
	small := m.related(mostMapped)
	n := len(small.Columns)
	cell := max(14, min(34, 620/n))
	width := 8
	for _, c := range small.Columns {
		width = max(width, display.Width(display.Shorten(display.Line(c), 20)))
	}
	side := width*7 + 8
	size := side + n*cell
	var s strings.Builder
	s.WriteString(open(size+side/2, size, `font-family="sans-serif" font-size="11" fill="`+label+`"`))
	for i, c := range small.Columns {
		text := display.Escape(display.Shorten(display.Line(c), 20))
		middle := side + i*cell + cell/2
		fmt.Fprintf(&s, `<text x="%d" y="%d" text-anchor="end">%s</text>`, side-6, middle+4, text)
		fmt.Fprintf(&s, `<text transform="translate(%d %d) rotate(-60)">%s</text>`, middle+2, side-4, text)
	}
	for i := range n {
		for j := range n {
			small.cell(&s, i, j, side, cell, n <= 18)
		}
	}
	s.WriteString(`</svg>`)
	note := ""
	if n < len(m.Columns) {
		note = fmt.Sprintf(`<div style="opacity:.75;font-size:90%%">the %d columns of %d with the strongest relations</div>`, n, len(m.Columns))
	}
	return note + `<div style="max-width:100%;overflow-x:auto">` + image(s.String(), name+", as a heat map", "", size+side/2, size) + `</div>`
}

func (m Matrix) cell(s *strings.Builder, i, j, side, cell int, figures bool) {
	x, y := side+j*cell, side+i*cell
	v := m.Values[i][j]
	if i == j || v != v {
		fmt.Fprintf(s, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="%s" stroke-opacity=".25"/>`, x, y, cell-1, cell-1, label)
		return
	}
	colour := ink
	if v < 0 {
		colour = other
	}
	fmt.Fprintf(s, `<rect x="%d" y="%d" width="%d" height="%d" fill="#ffffff"/><rect x="%d" y="%d" width="%d" height="%d" fill="%s" fill-opacity="%.2f"/>`,
		x, y, cell-1, cell-1, x, y, cell-1, cell-1, colour, strength(v))
	if figures {
		figure := strings.Replace(fmt.Sprintf("%.2f", v), "0.", ".", 1)
		fmt.Fprintf(s, `<text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>`, x+cell/2, y+cell/2+4, figureInk, figure)
	}
}
