package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/display"
)

// title is a facet as a person calls it.
func (e *evidenceOf) title(f facet) string {
	switch f.kind {
	case FacetParam:
		return f.name
	case FacetCell:
		for i := range e.groups {
			if p, ok := e.part(i, f); ok {
				return p.label
			}
		}
		return "a cell"
	case FacetData:
		set, column, ok := strings.Cut(f.name, ".")
		if ok {
			return "data " + set + ", column " + column
		}
		return strings.TrimSpace("data " + set)
	case FacetGo:
		return "Go version"
	case FacetHardware, FacetSeed:
		return strings.TrimSpace(map[string]string{FacetSeed: "seed", FacetHardware: f.name}[f.kind])
	}
	return f.kind + " " + f.name
}

func (e *evidenceOf) part(group int, f facet) (codePart, bool) {
	parts := e.c.first(group).code()
	i := slices.IndexFunc(parts, func(p codePart) bool { return p.facet == f })
	if i < 0 {
		return codePart{}, false
	}
	return parts[i], true
}

// say is a facet in the baseline and in the other group.
func (e *evidenceOf) say(f facet) (from, to string) {
	if len(e.groups) != 2 {
		var values []string
		for _, g := range e.groups {
			values = append(values, g[f])
		}
		slices.Sort(values)
		return "", fmt.Sprintf("%d values", len(slices.Compact(values)))
	}
	a, b := e.c.Baseline, 1-e.c.Baseline
	x, inA := e.groups[a][f]
	y, inB := e.groups[b][f]
	switch f.kind {
	case FacetParam:
		return e.param(a, f.name), e.param(b, f.name)
	case FacetData:
		if !strings.Contains(f.name, ".") {
			return e.refs(a), e.refs(b)
		}
	case FacetCode:
		return clipped(x), clipped(y)
	case FacetCell:
	default:
		return dash(x, inA), dash(y, inB)
	}
	return "", map[bool]string{true: Changed, false: map[bool]string{true: Added, false: Removed}[inB]}[inA && inB]
}

func (e *evidenceOf) param(group int, name string) string {
	v, ok := settings(e.c.first(group))[name]
	if !ok {
		return "-"
	}
	return text(v)
}

func (e *evidenceOf) refs(group int) string {
	var list []string
	for _, in := range e.c.first(group).Inputs {
		list = append(list, in.Ref)
	}
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, " ")
}

// clipped shortens a commit or a digest, and keeps the words after it.
func clipped(s string) string {
	if s == "" {
		return "-"
	}
	hash, more, _ := strings.Cut(s, " ")
	return strings.TrimSpace(hash[:min(10, len(hash))] + " " + more)
}

func dash(s string, given bool) string {
	if !given || s == "" {
		return "-"
	}
	return s
}

// What is what differs, with its values.
func (f Finding) What() string {
	switch {
	case f.From == "" && f.To == "":
		return f.Title
	case f.From == "":
		return f.Title + " (" + f.To + ")"
	}
	return f.Title + " " + f.From + " -> " + f.To
}

// Evidence is what is known of it, in words.
func (f Finding) Evidence(n Noise) string {
	switch f.Basis {
	case Alone:
		return f.aloneText(n)
	case Shared, Varied:
		return f.relationText()
	}
	if len(f.With) > 0 {
		return "unknown: in every run it changes together with " + listed(f.With, 4)
	}
	if f.Kind == FacetSeed {
		return "unknown: no runs differ in seed alone"
	}
	return "unknown: no two runs differ in it alone, and there are too few to look for a relation"
}

func (f Finding) aloneText(n Noise) string {
	if f.Kind == FacetSeed {
		return fmt.Sprintf("runs that differ in seed alone are %s apart on average (%d runs in %s)", display.Number(f.Effect), f.Runs, counted(n.Groups, "group"))
	}
	s := fmt.Sprintf("goes with %s on average in %d pairs of runs that differ in it alone", signed(f.Effect), f.Pairs)
	if f.Pairs == 1 {
		s = fmt.Sprintf("goes with %s in the one pair of runs that differs in it alone", signed(f.Effect))
	}
	switch {
	case f.Sure != nil:
		s += ", 95 % interval " + f.Sure.text()
		if !f.Clear {
			s += ": within the noise"
		}
	case n.DF > 0 && !f.Clear:
		s += ": within the noise of seeds"
	case n.DF == 0 && f.Pairs == 1:
		s += "; one pair does not tell it from noise"
	}
	return s
}

func (f Finding) relationText() string {
	over := fmt.Sprintf("over %d runs that share all else", f.Runs)
	if f.Basis == Varied {
		over = fmt.Sprintf("over %d runs in which other things vary too", f.Runs)
	}
	p := fmt.Sprintf("p %s", display.Number(round(f.P, 2)))
	if f.P < 0.001 {
		p = "p < 0.001"
	}
	size := fmt.Sprintf("%.0f %% of the spread", 100*f.Explained)
	if f.Rho != 0 {
		size = fmt.Sprintf("rank correlation %.2f", f.Rho)
	}
	s := fmt.Sprintf("goes with the metric %s (%s, %s)", over, size, p)
	if !f.Clear {
		s = fmt.Sprintf("no clear relation %s (%s, %s)", over, size, p)
	}
	if len(f.With) > 0 {
		s += "; in every run it changes together with " + listed(f.With, 4)
	}
	return s
}

// text is the ends of an interval.
func (i Interval) text() string { return signed(i.Low) + " to " + signed(i.High) }

// signed is a difference with its sign, of three digits.
func signed(v float64) string {
	s := display.Number(round(v, 3))
	if v > 0 {
		s = "+" + s
	}
	return s
}

// round keeps so many digits.
func round(v float64, digits int) float64 {
	if v == 0 || !finite(v) {
		return v
	}
	unit := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(v))))
	if r := math.Round(v*unit) / unit; finite(r) {
		return r
	}
	return v
}

func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// Lines is the whole answer: the gaps first, then what differs. Each is a
// sentence.
func (w *Why) Lines(c *Comparison) (gaps, facets []string) {
	base := c.Groups[c.Baseline].Name
	for _, g := range w.Gaps {
		gaps = append(gaps, fmt.Sprintf("%s - %s: %s", c.Groups[g.Group].Name, base, g.text(c, w)))
	}
	if len(c.Groups) == 1 {
		gaps = append(gaps, c.onlySeeds(w))
	}
	for i, f := range w.Facets {
		facets = append(facets, fmt.Sprintf("%d. %s: %s", i+1, f.What(), f.Evidence(w.Noise)))
	}
	return gaps, facets
}

func (c *Comparison) onlySeeds(w *Why) string {
	m, _ := c.Find(w.Metric)
	s := m.Groups[0]
	if s.N < 2 {
		return "the runs are repeats of one seed: nothing else differs"
	}
	return fmt.Sprintf("the runs differ by seed alone: %s is %s over %s", w.Metric, spreadText(s), counted(s.N, "seed"))
}

func (g Gap) text(c *Comparison, w *Why) string {
	diff := signed(g.Diff)
	if g.Sure != nil {
		s := fmt.Sprintf("%s, 95 %% interval %s (%s, %s): ", diff, g.Sure.text(), g.Sure.Method, c.seedCounts(w.Metric, g.Group))
		if g.Verdict == Beyond {
			return s + "more than the noise of seeds"
		}
		s += "within the noise of seeds"
		if g.Seeds > 0 {
			s += fmt.Sprintf("; with %d seeds of each a gap of this size would show", g.Seeds)
		}
		return s
	}
	if !finite(g.Diff) {
		return diff + ": one of them is not a finite number"
	}
	s := fmt.Sprintf("%s; %s: whether that is more than the noise of seeds cannot be told", diff, g.Note)
	if span := w.Noise.Spans(); span > 0 {
		s += fmt.Sprintf(". Elsewhere in the experiment two runs that differ by seed alone are within %s of each other in 95 of 100 cases (%s)",
			display.Number(round(span, 3)), counted(w.Noise.Groups, "group"))
	}
	return s + fmt.Sprintf(". Run %d seeds of each", g.Seeds)
}

// seedCounts are the numbers of seeds of a group and of the baseline.
func (c *Comparison) seedCounts(metric string, group int) string {
	m, _ := c.Find(metric)
	a, b := m.Groups[group].N, m.Groups[c.Baseline].N
	if a == b {
		return fmt.Sprintf("%d seeds of each", a)
	}
	return fmt.Sprintf("%d and %d seeds", a, b)
}
