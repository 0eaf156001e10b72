package evaluate

import (
	"fmt"
	"math"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// A ConfusionMatrix counts rows by true and guessed class. It implements
// display.Displayer.
type ConfusionMatrix struct {
	Counts [][]int  `json:"counts"`           // [true class][guessed class]
	Labels []string `json:"labels,omitempty"` // names of the classes; may be nil or short
}

// Confusion counts the rows of each true and guessed class.
func Confusion(truth, guess []int, classes int) *ConfusionMatrix {
	equal("confusion", len(truth), len(guess))
	m := &ConfusionMatrix{Counts: make([][]int, classes)}
	for i := range m.Counts {
		m.Counts[i] = make([]int, classes)
	}
	for i, t := range truth {
		check(t, classes)
		check(guess[i], classes)
		m.Counts[t][guess[i]]++
	}
	return m
}

func check(class, classes int) {
	if class < 0 || class >= classes {
		panic(fmt.Sprintf("evaluate: class %d, not one of the %d from 0", class, classes))
	}
}

func (m *ConfusionMatrix) outcomes() []outcome {
	all := make([]outcome, len(m.Counts))
	for t, row := range m.Counts {
		for g, n := range row {
			all[t].true += float64(n)
			all[g].guessed += float64(n)
			if t == g {
				all[t].both += float64(n)
			}
		}
	}
	return all
}

func (m *ConfusionMatrix) label(class int) string {
	if class < len(m.Labels) {
		return m.Labels[class]
	}
	return fmt.Sprint(class)
}

// Display shows the counts with each class's precision and recall; in HTML a
// cell is the darker the larger its share of the true class.
func (m *ConfusionMatrix) Display() display.Bundle {
	t := display.Table{Columns: []string{"true \\ guessed"}, Limit: -1}
	for class := range m.Counts {
		t.Columns = append(t.Columns, m.label(class))
	}
	t.Columns = append(t.Columns, "recall")
	outcomes := m.outcomes()
	last := []any{"precision"}
	for class, row := range m.Counts {
		cells := []any{m.label(class)}
		for _, n := range row {
			cells = append(cells, n)
		}
		t.Rows = append(t.Rows, append(cells, share(outcomes[class].both, outcomes[class].true)))
		last = append(last, share(outcomes[class].both, outcomes[class].guessed))
	}
	t.Rows = append(t.Rows, last)
	return display.HTML(m.html(), t.Text(0))
}

func share(part, whole float64) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*part/whole)
}

func (m *ConfusionMatrix) html() string {
	var b strings.Builder
	b.WriteString(`<div class="cellar-table mathjax_ignore tex2jax_ignore" style="max-width:100%;overflow-x:auto"><table><thead><tr><th style="text-align:left">true \ guessed</th>`)
	for class := range m.Counts {
		b.WriteString(`<th scope="col" style="text-align:right">` + display.Escape(display.Line(m.label(class))) + `</th>`)
	}
	b.WriteString(`<th style="text-align:right;font-weight:normal;opacity:.75">recall</th></tr></thead><tbody>`)
	outcomes := m.outcomes()
	precision := ""
	for class, row := range m.Counts {
		o := outcomes[class]
		b.WriteString(`<tr><th scope="row" style="text-align:left">` + display.Escape(display.Line(m.label(class))) + `</th>`)
		for _, n := range row {
			// A tint of the theme's blue is legible on light and dark alike.
			tint := math.Round(55*ratio(float64(n), o.true)) / 100
			fmt.Fprintf(&b, `<td style="text-align:right;background:rgba(33,150,243,%.2f)">%d</td>`, tint, n)
		}
		b.WriteString(`<td style="text-align:right;opacity:.75">` + share(o.both, o.true) + `</td></tr>`)
		precision += `<td style="text-align:right;opacity:.75">` + share(o.both, o.guessed) + `</td>`
	}
	b.WriteString(`<tr><th scope="row" style="text-align:left;font-weight:normal;opacity:.75">precision</th>` + precision + `<td></td></tr></tbody></table></div>`)
	return b.String()
}
