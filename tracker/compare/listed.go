package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// Listed are the metrics of runs in the order that a list shows them: those that
// are to come first, those of the models, then those that the most runs have.
func Listed(runs []tracker.Run, first []string) []string {
	count := map[string]int{}
	for _, r := range runs {
		for _, m := range r.Measured() {
			count[m]++
		}
	}
	list := Order(slices.Sorted(maps.Keys(count)))
	slices.SortStableFunc(list, func(a, b string) int {
		if a, b := place(first, a), place(first, b); a != b {
			return a - b
		}
		if a, b := strings.HasPrefix(a, "model/"), strings.HasPrefix(b, "model/"); a != b {
			if a {
				return -1
			}
			return 1
		}
		return count[b] - count[a]
	})
	const same = "model/log_loss" // as model/loss, where there is one
	if i := slices.Index(list, same); i >= 0 && count["model/loss"] > 0 {
		list = append(slices.Delete(list, i, i+1), same)
	}
	return list
}

// place is where a name stands in a list; after all where it does not.
func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}
