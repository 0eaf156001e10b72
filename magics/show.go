package magics

import (
	"slices"

	"github.com/cellar-ml/cellar/display"
)

// show is what a person sees, one bundle below the other. They stay apart so
// that a chart keeps its picture for places where scripts do not run.
func show(list ...display.Bundle) []display.Bundle { return list }

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
