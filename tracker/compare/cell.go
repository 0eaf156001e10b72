package compare

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// shownMetrics leaves out those that say the same as another: a validation
// metric where there is the model's own, the log loss of a model where there is
// its loss.
func (c *Comparison) shownMetrics() []Metric {
	has := func(name string) bool { _, ok := c.Find(name); return ok }
	return slices.DeleteFunc(slices.Clone(c.Metrics), func(m Metric) bool {
		name, ok := strings.CutPrefix(m.Name, "validation/")
		return ok && has("model/"+name) || m.Name == "model/log_loss" && has("model/loss")
	})
}

// cell is a metric in a group.
func (m Metric) cell(group int) string {
	s := m.Groups[group]
	if !s.has {
		return "-"
	}
	out := spreadText(s)
	if m.IsBest(group) {
		out += " *"
	}
	return out
}

// spreadText is mean ± sd, with two digits of the latter, and how many runs are
// no finite numbers.
func spreadText(s Spread) string {
	out := display.Number(s.Mean)
	if s.N > 1 {
		out = withSpread(s.Mean, s.SD)
	}
	if s.Odd > 0 && s.N > 0 {
		out += fmt.Sprintf(" (%d NaN or Inf)", s.Odd)
	}
	return out
}

func withSpread(mean, sd float64) string {
	if !(sd > 0) {
		return display.Number(mean) + " ± 0"
	}
	places := 1 - int(math.Floor(math.Log10(sd)))
	if places > 8 || places < -6 {
		return display.Number(mean) + " ± " + display.Number(round(sd, 2))
	}
	places = max(0, places)
	return strconv.FormatFloat(mean, 'f', places, 64) + " ± " + strconv.FormatFloat(sd, 'f', places, 64)
}
