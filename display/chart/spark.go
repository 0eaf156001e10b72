package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

var blocks = []rune("▁▂▃▄▅▆▇█")

// spark draws a line in one row of at most width columns: each column is the
// mean of its share of the points, a column without values is a space.
func spark(pts []point, width int) string {
	n := min(len(pts), width)
	if n == 0 {
		return ""
	}
	cols := make([]float64, n)
	low, high := math.Inf(1), math.Inf(-1)
	for i := range cols {
		sum, seen := 0.0, 0
		for _, p := range pts[i*len(pts)/n : (i+1)*len(pts)/n] {
			if finite(p.y) {
				sum, seen = sum+p.y, seen+1
			}
		}
		cols[i] = sum / float64(seen) // NaN without values
		if seen > 0 {
			low, high = min(low, cols[i]), max(high, cols[i])
		}
	}
	var b strings.Builder
	for _, y := range cols {
		switch {
		case math.IsNaN(y):
			b.WriteByte(' ')
		case high == low:
			b.WriteRune(blocks[len(blocks)/2])
		default:
			b.WriteRune(blocks[int((y-low)/(high-low)*float64(len(blocks)-1)+0.5)])
		}
	}
	return b.String()
}

// barLine draws a bar of share (0 to 1) in at most width columns, in eighths.
func barLine(share float64, width int) string {
	if !finite(share) || share <= 0 {
		return ""
	}
	eighths := int(math.Round(min(share, 1) * float64(width*8)))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	if s == "" {
		return "▏"
	}
	return s
}

// barRows is one row a value: name, bar, number. Bars of negative values are
// drawn with ░, so that they are told apart without an axis.
func barRows(names []string, values []float64, notes []string, width int) string {
	nameWidth, noteWidth, most := 0, 0, 0.0
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = display.Number(v)
		if i < len(notes) && notes[i] != "" {
			texts[i] += " " + notes[i]
		}
		nameWidth = max(nameWidth, min(display.Width(label(names[i])), width/3))
		noteWidth = max(noteWidth, display.Width(texts[i]))
		if finite(v) {
			most = max(most, math.Abs(v))
		}
	}
	room := max(8, min(48, width-nameWidth-noteWidth-4))
	var b strings.Builder
	for i, v := range values {
		bar := barLine(math.Abs(v)/most, room)
		if v < 0 {
			bar = strings.Repeat("░", max(1, display.Width(bar)))
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", display.Pad(display.ShortenMiddle(label(names[i]), nameWidth), nameWidth, false),
			display.Pad(bar, room, false), display.Pad(texts[i], noteWidth, true))
	}
	return b.String()
}
