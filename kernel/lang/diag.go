package lang

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Diagnostic is one thing wrong with a cell.
type Diagnostic struct {
	Cell       int    // the [n] of the cell
	Line, Col  int    // from 1; Col counts bytes, as the compiler does. 0: no position
	Source     string // the source line
	Message    string // in the compiler's words
	Suggestion string // what was perhaps meant; "" when nothing is near
}

// Diagnostics is everything wrong with a cell, in the order of its text.
type Diagnostics []Diagnostic

// Error is the first message, and how many more there are.
func (d Diagnostics) Error() string {
	if len(d) == 0 {
		return "no error"
	}
	s := d[0].position() + d[0].Message
	if len(d) > 1 {
		s += fmt.Sprintf(" (and %d more)", len(d)-1)
	}
	return s
}

// Hint is the first suggestion there is.
func (d Diagnostics) Hint() string {
	for _, x := range d {
		if x.Suggestion != "" {
			return x.Suggestion
		}
	}
	return ""
}

// Draw is every diagnostic with its source line and a caret under the column.
func (d Diagnostics) Draw() string {
	var b strings.Builder
	for i, x := range d {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(x.Draw())
	}
	return b.String()
}

func (d Diagnostic) position() string {
	if d.Line == 0 {
		return ""
	}
	return fmt.Sprintf("cell [%d], line %d:%d: ", d.Cell, d.Line, d.Col)
}

// Draw is the message, its line and a caret under the column.
func (d Diagnostic) Draw() string {
	var b strings.Builder
	b.WriteString(d.position() + d.Message + "\n")
	if d.Line > 0 && d.Source != "" {
		num := fmt.Sprintf("%4d | ", d.Line)
		source, col := clip(d.Source, d.Col)
		b.WriteString(num + source + "\n")
		b.WriteString(strings.Repeat(" ", len(num)-2) + "| " + caretIndent(source, col) + "^\n")
	}
	if d.Suggestion != "" {
		b.WriteString("       " + d.Suggestion + "\n")
	}
	return b.String()
}

const drawnWidth = 160 // bytes of a line that are drawn on each side of a column

// clip cuts a very long line to the part around a column.
func clip(source string, col int) (string, int) {
	if len(source) <= 2*drawnWidth {
		return source, col
	}
	from := max(0, min(col, len(source))-drawnWidth)
	to := min(len(source), from+2*drawnWidth)
	for from > 0 && from < len(source) && !utf8.RuneStart(source[from]) {
		from--
	}
	head, tail := "", ""
	if from > 0 {
		head = "… "
	}
	if to < len(source) {
		tail = " …"
	}
	return head + strings.ToValidUTF8(source[from:to], "") + tail, col - from + len(head)
}

// caretIndent is the blank before the caret: tabs stay tabs, so that the caret
// stands under its column however wide a tab is drawn.
func caretIndent(source string, col int) string {
	n := min(max(col-1, 0), len(source))
	var b strings.Builder
	for i := 0; i < n; {
		r, size := utf8.DecodeRuneInString(source[i:])
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
		i += size
	}
	return b.String()
}
