package engine

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// MetricNames lists the names of metrics in the order in which people read
// them: training first, losses before scores.
func MetricNames(metrics map[string]float64) []string {
	names := make([]string, 0, len(metrics))
	for name := range metrics {
		names = append(names, name)
	}
	rank := func(name string) int {
		switch {
		case strings.HasPrefix(name, "train/"):
			return 0
		case strings.HasSuffix(name, "/loss"), name == "loss":
			return 1
		}
		return 2
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return names
}

// Display shows the summary of the training: what was trained on what, how it
// ended, what the model scores.
func (t *Trained) Display() display.Bundle {
	rows := t.rows()
	if t.Result != nil {
		rows = append(rows, t.Result.rows()...)
	}
	title := "Run " + t.Run.Name
	if t.Run.Status != "" {
		title += " " + string(t.Run.Status)
	}
	return sheet(title, rows, t.notices())
}

func (t *Trained) rows() [][2]string {
	rows := [][2]string{{"run", t.Run.ID}}
	if data, ok := t.Run.Params["data"].(string); ok {
		rows = append(rows, [2]string{"data", data})
	}
	if t.Version.Name != "" {
		rows = append(rows, [2]string{"kept as", fmt.Sprintf("%s@v%d", t.Version.Name, t.Version.Version)})
	}
	if t.Run.Reason != "" {
		rows = append(rows, [2]string{"reason", t.Run.Reason})
	}
	return rows
}

func (t *Trained) notices() []string {
	if t.Result == nil {
		return nil
	}
	return t.Result.Notices
}

// Display shows the summary of the training.
func (r *Result) Display() display.Bundle {
	return sheet("Trained "+r.Model.Target().Name, r.rows(), r.Notices)
}

func (r *Result) rows() [][2]string {
	rows := r.Model.rows()
	rows = append(rows,
		[2]string{"rows", fmt.Sprintf("%d for training, %d for validation", r.TrainRows, r.ValidRows)},
		[2]string{"epochs", r.ending()},
		[2]string{"device", r.Device})
	for _, name := range MetricNames(r.Metrics) {
		rows = append(rows, [2]string{name, display.Number(r.Metrics[name])})
	}
	return rows
}

func (r *Result) ending() string {
	done := strconv.Itoa(len(r.History))
	switch r.Stopped {
	case StoppedEarly:
		done += ", then no better for " + strconv.Itoa(r.Model.spec.Patience)
	case StoppedInterrupted:
		done += " of " + strconv.Itoa(r.Model.spec.Epochs) + ", then interrupted"
	}
	if r.BestEpoch > 0 && r.BestEpoch < len(r.History) {
		done += "; kept the weights of epoch " + strconv.Itoa(r.BestEpoch)
	}
	return done
}

// Display shows what the model is.
func (m *Model) Display() display.Bundle {
	return sheet("Model of "+m.target.Name, m.rows(), nil)
}

func (m *Model) rows() [][2]string {
	features := make([]string, len(m.inputs))
	for i, c := range m.inputs {
		features[i] = c.Name
	}
	if more := len(features) - 8; more > 0 {
		features = append(features[:8], fmt.Sprintf("and %d more", more))
	}
	rows := [][2]string{
		{"model", m.spec.what()},
		{"task", string(m.target.Task)},
		{"parameters", strconv.Itoa(m.Parameters())},
		{"features", strings.Join(features, ", ")},
	}
	if classes := m.target.Classes; len(classes) > 0 && len(classes) <= 12 {
		rows = append(rows, [2]string{"classes", strings.Join(classes, ", ")})
	}
	return rows
}

// Display shows the first predictions.
func (p *Predictions) Display() display.Bundle {
	var rows [][2]string
	for i := range min(p.Len(), 10) {
		answer := ""
		if p.Target.Task == Regression {
			answer = display.Number(p.Values[i])
		} else {
			prob := p.Prob[i*len(p.Target.Classes)+p.Class[i]]
			answer = fmt.Sprintf("%s (%.1f %%)", p.Label(i), 100*prob)
		}
		rows = append(rows, [2]string{strconv.Itoa(i), answer})
	}
	return sheet(fmt.Sprintf("%d predictions of %s", p.Len(), p.Target.Name), rows, nil)
}

// textWidth is how wide the text form of a summary is at most.
const textWidth = 80

// wrap breaks text into lines of at most width columns, at spaces where it can.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case display.Width(line)+1+display.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// sheet is a title over two columns, as text and as HTML.
func sheet(title string, rows [][2]string, notes []string) display.Bundle {
	width := 0
	for _, row := range rows {
		width = max(width, display.Width(row[0]))
	}
	var text, markup strings.Builder
	text.WriteString(title + "\n")
	markup.WriteString(`<table><caption style="text-align:left">` + html.EscapeString(title) + "</caption><tbody>")
	for _, row := range rows {
		for i, line := range wrap(row[1], textWidth-width-4) {
			name := row[0]
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&text, "  %s  %s\n", display.Pad(name, width, false), line)
		}
		fmt.Fprintf(&markup, `<tr><th style="text-align:left">%s</th><td style="text-align:left">%s</td></tr>`,
			html.EscapeString(row[0]), html.EscapeString(row[1]))
	}
	markup.WriteString("</tbody></table>")
	for _, note := range notes {
		text.WriteString(strings.Join(wrap(note, textWidth), "\n") + "\n")
		markup.WriteString("<p>" + html.EscapeString(note) + "</p>")
	}
	return display.HTML(markup.String(), strings.TrimRight(text.String(), "\n"))
}
