package explain

import (
	"fmt"
	"html"
	"maps"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/engine"
)

// maxBars is how many columns the chart shows.
const maxBars = 25

// Title says what was measured.
func (i *Importance) Title() string { return "What the " + i.Model + " depends on" }

// Chart is the importances as horizontal bars, the most important on top, with
// one standard deviation on each side.
func (i *Importance) Chart() *chart.Chart {
	o := chart.BarOptions{Title: i.Title(), XLabel: i.effect(), Horizontal: true}
	var values []float64
	for _, c := range i.Columns[:min(maxBars, len(i.Columns))] {
		o.Labels = append(o.Labels, c.Column)
		values = append(values, c.Mean)
		o.Errors = append(o.Errors, c.Std)
	}
	o.Series = []chart.Series{{Name: i.effect(), Y: values}}
	return chart.Bar(o)
}

func (i *Importance) effect() string {
	if engine.Higher(i.Metric) {
		return "drop of " + i.Metric
	}
	return "rise of " + i.Metric
}

// Display shows the bars, and in words what they mean.
func (i *Importance) Display() display.Bundle {
	notes := []string{
		fmt.Sprintf("Permutation importance: %s when a column is shuffled,", i.effect()),
		fmt.Sprintf("%d times each, on %d rows. With all in place it is %s.", i.Repeats, i.Rows, display.Number(i.Score)),
	}
	if more := len(i.Columns) - maxBars; more > 0 {
		notes = append(notes, fmt.Sprintf("%d less important columns are not shown.", more))
	}
	b := i.Chart().Display()
	b.Data = maps.Clone(b.Data)
	if markup, ok := b.Data[display.MIMEHTML].(string); ok {
		b.Data[display.MIMEHTML] = markup + "<p>" + html.EscapeString(strings.Join(notes, " ")) + "</p>"
	}
	text, _ := b.Data[display.MIMEText].(string)
	b.Data[display.MIMEText] = strings.TrimRight(text, "\n") + "\n" + strings.Join(notes, "\n")
	return b
}
