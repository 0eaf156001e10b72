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
	values := e.values(f)
	switch {
	case len(values) != 2 && e.numbers(values):
		low, _ := number(values[0])
		high, _ := number(values[len(values)-1])
		return "", fmt.Sprintf("%d values, %s … %s", len(values), display.Number(low), display.Number(high))
	case len(values) != 2:
		return "", fmt.Sprintf("%d values", len(values))
	}
	a := e.c.Baseline
	b := slices.IndexFunc(e.groups, func(g map[facet]string) bool { return g[f] != e.groups[a][f] })
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
	on := fmt.Sprintf("on average in %d pairs of runs that differ in it alone", f.Pairs)
	if f.Pairs == 1 {
		on = "in the one pair of runs that differs in it alone"
	}
	s := fmt.Sprintf("goes with %s %s", signed(f.Effect), on)
	switch {
	case f.Apart:
		s = fmt.Sprintf("runs are %s apart %s", display.Number(round(f.Effect, 3)), on)
	case f.Span:
		s = fmt.Sprintf("goes with %s from the least to the most %s", signed(f.Effect), on)
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
	switch {
	case f.Rho != 0:
		size = fmt.Sprintf("rank correlation %.2f", f.Rho)
	case f.Where != "":
		size += " between fifths, " + f.Where
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

// Lines is the whole answer, a sentence each: the gaps, how repeats spread, and
// what differs.
func (w *Why) Lines(c *Comparison) (gaps []string, noise string, facets []string) {
	base := c.Groups[c.Baseline].Name
	if len(w.Gaps) > mostBeside {
		gaps = append(gaps, w.tally())
	}
	for _, g := range w.shown(c) {
		gaps = append(gaps, fmt.Sprintf("%s - %s: %s", c.Groups[g.Group].Name, base, g.text(c, w)))
	}
	if len(c.Groups) == 1 {
		gaps = append(gaps, c.onlySeeds(w))
	}
	if span := w.Noise.Spans(); span > 0 {
		noise = fmt.Sprintf("two runs of this experiment that differ by seed alone are within %s of each other in 95 of 100 cases (%d runs in %s)",
			display.Number(round(span, 3)), w.Noise.DF+w.Noise.Groups, counted(w.Noise.Groups, "group"))
	}
	for _, f := range w.Facets {
		facets = append(facets, fmt.Sprintf("%s: %s", f.What(), f.Evidence(w.Noise)))
	}
	return gaps, noise, facets
}

// tally is how many gaps of very many are what.
func (w *Why) tally() string {
	count := map[Verdict]int{}
	for _, g := range w.Gaps {
		count[g.Verdict]++
	}
	var parts []string
	for _, v := range []Verdict{Beyond, Within, Untold} {
		if count[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[v], v))
		}
	}
	return fmt.Sprintf("of %d to the baseline: %s", len(w.Gaps), strings.Join(parts, ", "))
}

// shown are the gaps, or of very many those of the best groups.
func (w *Why) shown(c *Comparison) []Gap {
	m, _ := c.Find(w.Metric)
	if len(w.Gaps) <= mostBeside || m.Direction == UnknownDirection {
		return w.Gaps[:min(mostBeside, len(w.Gaps))]
	}
	list := slices.Clone(w.Gaps)
	slices.SortStableFunc(list, func(a, b Gap) int { return m.compare(a.Group, b.Group) })
	return list[:3]
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
	if g.Note == sameGap && g.Verdict == Beyond {
		return diff + ", " + sameGap + ": more than the noise of seeds"
	}
	if g.Note == sameGap {
		return diff + ", " + sameGap
	}
	if g.Note == noSpread {
		return fmt.Sprintf("%s; %s: seeds change nothing here", diff, g.Note)
	}
	if w.Noise.DF == 0 {
		return fmt.Sprintf("%s; %s: it cannot be told from the noise of seeds; run %d seeds of each", diff, g.Note, g.Seeds)
	}
	than := "more"
	if !(math.Abs(g.Diff) > w.Noise.Spans()) {
		than = "no more"
	}
	s := fmt.Sprintf("%s, %s than seeds make elsewhere; %s: it cannot be told from their noise here", diff, than, g.Note)
	if g.Seeds == 0 {
		return s
	}
	return s + fmt.Sprintf("; run %d seeds of each", g.Seeds)
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
