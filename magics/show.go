package magics

import (
	"slices"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
)

// show is what a person sees, one bundle below the other. They stay apart so
// that a chart keeps its picture for places where scripts do not run.
func show(list ...display.Bundle) []display.Bundle { return list }

// draw is a chart as the sink can show it.
func (env *Env) draw(c *chart.Chart) display.Bundle {
	if env.Plain {
		return display.Text(c.Text(env.Width))
	}
	return c.Display()
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
