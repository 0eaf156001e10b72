package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A CodeDiff is how the code of a group differs from the baseline's. Commits
	// are "" where they are equal or not known.
	CodeDiff struct {
		Group      int        `json:"group"`
		Cells      []CellDiff `json:"cells,omitempty"`
		CommitFrom string     `json:"commit_from,omitempty"`
		CommitTo   string     `json:"commit_to,omitempty"`
	}

	// A CellDiff is one cell that differs, with a unified diff.
	CellDiff struct {
		Cell string `json:"cell"` // "cell [3]"
		What string `json:"what"` // changed, added, removed
		Diff string `json:"diff"`
	}
)

// The words of CellDiff.What.
const (
	Changed = "changed"
	Added   = "added"
	Removed = "removed"
)

// codeDiffs has one CodeDiff where the code differs, and none elsewhere.
func codeDiffs(group int, a, b Subject) []CodeDiff {
	d := CodeDiff{Group: group, Cells: cellDiffs(a, b)}
	if from, to := a.Run.Source.Git, b.Run.Source.Git; from.Commit != to.Commit || from.Dirty != to.Dirty {
		d.CommitFrom, d.CommitTo = commitText(from), commitText(to)
	}
	if len(d.Cells) == 0 && d.CommitFrom == d.CommitTo {
		return nil
	}
	return []CodeDiff{d}
}

func commitText(g tracker.Git) string {
	if g.Commit == "" {
		return "none"
	}
	return g.String()
}

// cellDiffs pairs the cells of two runs: by their identifiers, then those that
// are alike, then by the lines that they share.
func cellDiffs(a, b Subject) []CellDiff {
	from, to := a.Run.Source.Cells, b.Run.Source.Cells
	pairOf, taken := make([]int, len(to)), make([]bool, len(from))
	for i := range pairOf {
		pairOf[i] = -1
	}
	match := func(alike func(x, y tracker.Cell) bool) {
		for j, y := range to {
			for i, x := range from {
				if pairOf[j] < 0 && !taken[i] && alike(x, y) {
					pairOf[j], taken[i] = i, true
				}
			}
		}
	}
	match(func(x, y tracker.Cell) bool {
		return x.CellID != "" && x.CellID == y.CellID && a.bare(x.Code) == b.bare(y.Code)
	})
	match(func(x, y tracker.Cell) bool { return x.CellID != "" && x.CellID == y.CellID })
	match(func(x, y tracker.Cell) bool { return a.bare(x.Code) == b.bare(y.Code) })
	match(func(x, y tracker.Cell) bool {
		return (x.CellID == "" || y.CellID == "") && shared(x.Code, y.Code) >= 0.5
	})
	var out []CellDiff
	for i, x := range from {
		if !taken[i] && a.bare(x.Code) != "" {
			out = append(out, cellDiff(Removed, x, tracker.Cell{}))
		}
	}
	for j, y := range to {
		switch {
		case pairOf[j] < 0 && b.bare(y.Code) != "":
			out = append(out, cellDiff(Added, tracker.Cell{}, y))
		case pairOf[j] >= 0 && a.bare(from[pairOf[j]].Code) != b.bare(y.Code):
			out = append(out, cellDiff(Changed, from[pairOf[j]], y))
		}
	}
	return out
}

func cellDiff(what string, x, y tracker.Cell) CellDiff {
	name := func(c tracker.Cell) string { return fmt.Sprintf("cell [%d]", c.Count) }
	label, from, to := name(y), name(x), name(y)
	switch what {
	case Added:
		from = "/dev/null"
	case Removed:
		label, to = name(x), "/dev/null"
	}
	return CellDiff{label, what, udiff.Unified(from, to, lines(x.Code), lines(y.Code))}
}

// lines is code with an end to its last line.
func lines(code string) string {
	if code == "" || strings.HasSuffix(code, "\n") {
		return code
	}
	return code + "\n"
}

// shared is the part of the lines that two texts share, of those of the longer.
func shared(a, b string) float64 {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	n := 0
	left := slices.Clone(y)
	for _, line := range x {
		if i := slices.Index(left, line); i >= 0 {
			left = slices.Delete(left, i, i+1)
			n++
		}
	}
	return float64(n) / float64(max(len(x), len(y)))
}

// Text is the diffs of the cells one after another.
func (d CodeDiff) Text() string {
	var parts []string
	for _, c := range d.Cells {
		parts = append(parts, strings.TrimRight(c.Diff, "\n"))
	}
	return strings.Join(parts, "\n")
}

// String is the difference on one line.
func (d CodeDiff) String() string {
	var parts []string
	for _, what := range []string{Changed, Added, Removed} {
		var cells []string
		for _, c := range d.Cells {
			if c.What == what {
				cells = append(cells, c.Cell)
			}
		}
		if len(cells) > 0 {
			parts = append(parts, what+" "+listed(cells, 6))
		}
	}
	if d.CommitFrom != d.CommitTo {
		parts = append(parts, fmt.Sprintf("commit %s to %s", d.CommitFrom, d.CommitTo))
	}
	return strings.Join(parts, "; ")
}
