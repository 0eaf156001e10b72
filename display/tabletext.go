package display

import "strings"

// The narrowest that a column is made before columns are left out.
const narrowest = 8

const gap = "  "

// Text lays the table out for a terminal of width columns; 0 means 80.
func (t Table) Text(width int) string {
	if width <= 0 {
		width = textWidth
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(Shorten(Line(t.Title), width) + "\n")
	}
	rows, hidden := t.shown(), 0
	if len(t.Columns) == 0 || len(rows) == 0 {
		b.WriteString("(" + Line(t.empty()) + ")\n")
	} else {
		cols := t.columns(rows)
		measure(cols)
		cols, hidden = fit(cols, width)
		writeRows(&b, cols, len(rows))
	}
	for _, n := range t.notes(hidden) {
		b.WriteString(Wrap(Line(n), width) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func measure(cols []column) {
	for j := range cols {
		c := &cols[j]
		c.width = max(Width(c.name), Width(c.kind), 1)
		for _, s := range c.cells {
			c.width = max(c.width, Width(s))
		}
	}
}

// fit narrows the widest columns until the row fits, then leaves out columns
// from the middle. It says how many it left out.
func fit(cols []column, width int) (kept []column, hidden int) {
	for total(cols) > width && shrinkWidest(cols) {
		continue
	}
	if total(cols) <= width {
		return cols, 0
	}
	dots := column{name: "…", cells: fill("…", len(cols[0].cells)), width: 1}
	head, tail := cols[:len(cols)-1], cols[len(cols)-1]
	for len(head) > 0 {
		head = head[:len(head)-1]
		kept = append(append([]column{}, head...), dots, tail)
		if total(kept) <= width {
			return kept, len(cols) - len(head) - 1
		}
	}
	tail.width = max(1, width-1-len(gap))
	return []column{dots, tail}, len(cols) - 1
}

// shrinkWidest takes one terminal column off the widest text column; a number
// is cut only when nothing else is left, for it would read as another number.
func shrinkWidest(cols []column) bool {
	best := -1
	for j, c := range cols {
		if c.width > narrowest && !c.right && (best < 0 || c.width > cols[best].width) {
			best = j
		}
	}
	if best < 0 { // number columns may still be wide for their name's sake
		for j, c := range cols {
			if c.right && c.width > max(narrowest, widest(c.cells)) && (best < 0 || c.width > cols[best].width) {
				best = j
			}
		}
	}
	if best < 0 {
		return false
	}
	cols[best].width--
	return true
}

func widest(cells []string) int {
	w := 0
	for _, s := range cells {
		w = max(w, Width(s))
	}
	return w
}

func total(cols []column) int {
	n := len(gap) * (len(cols) - 1)
	for _, c := range cols {
		n += c.width
	}
	return n
}

func writeRows(b *strings.Builder, cols []column, rows int) {
	line := func(text func(c column) string) {
		parts := make([]string, len(cols))
		for j, c := range cols {
			parts[j] = Pad(text(c), c.width, c.right)
		}
		b.WriteString(strings.TrimRight(strings.Join(parts, gap), " ") + "\n")
	}
	line(func(c column) string { return ShortenMiddle(c.name, c.width) })
	if anyKind(cols) {
		line(func(c column) string { return Shorten(c.kind, c.width) })
	}
	line(func(c column) string { return strings.Repeat("─", c.width) })
	for i := range rows {
		line(func(c column) string { return Shorten(c.cells[i], c.width) })
	}
}

func anyKind(cols []column) bool {
	for _, c := range cols {
		if c.kind != "" {
			return true
		}
	}
	return false
}

func fill(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// Wrap breaks s at spaces into lines of at most width columns.
func Wrap(s string, width int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case Width(line)+1+Width(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return strings.Join(append(lines, line), "\n")
}
