package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type Cell struct {
	Text  string
	Align rune
}
type Table [][]Cell

func (t Table) widths() []int {
	var w []int
	for _, row := range t {
		for i, c := range row {
			if i >= len(w) {
				w = append(w, 0)
			}
			w[i] = max(w[i], utf8.RuneCountInString(c.Text))
		}
	}
	return w
}

// In [2]
func (t Table) String() string {
	var b strings.Builder
	w := t.widths()
	for _, row := range t {
		for i, c := range row {
			switch c.Align {
			case 'r':
				fmt.Fprintf(&b, "|%*s", w[i], c.Text)
			case 'c':
				pad := w[i] - utf8.RuneCountInString(c.Text)
				b.WriteString("|" + strings.Repeat(" ", pad/2) + c.Text + strings.Repeat(" ", pad-pad/2))
			default:
				fmt.Fprintf(&b, "|%-*s", w[i], c.Text)
			}
		}
		b.WriteString("|\n")
	}
	return b.String()
}
func main() {
	// In [2]
	t := Table{{{"name", 0}, {"n", 'r'}, {"mid", 'c'}}, {{"é", 0}, {"1000", 'r'}, {"x", 'c'}}, {{"longer", 0}, {"7", 'r'}}}
	fmt.Print(t)
	fmt.Printf("%s%d\n", t[:1], t.widths())
}

// Output:
// |name  |   n|mid|
// |é     |1000| x |
// |longer|   7|
// |name|n|mid|
// [6 4 3]
