package profile

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/cellar-ml/cellar/display"
)

// Where a finding begins. They are round figures of the trade, not tests.
const (
	leakAlone       = 0.95
	leakCorrelation = 0.99
	leakAUC         = 0.995
	alike           = 0.95 // correlation of two features
	muchMissing     = 0.5  // share
	rareClass       = 0.1  // the rarest class by the commonest
	manyOutliers    = 0.05 // share
)

// find fills Findings.
func (r *Report) find() {
	add := func(level, kind, column, format string, args ...any) {
		r.Findings = append(r.Findings, Finding{level, kind, column, fmt.Sprintf(format, args...)})
	}
	if r.Rows == 0 {
		add(LevelWarning, "empty", "", "the table has no rows")
		return
	}
	if t := r.Target; t != nil {
		r.findTarget(t, add)
	}
	if o := r.Test; o != nil {
		r.findOverlap(o, add)
	}
	for _, c := range r.Columns {
		r.findColumn(c, add)
	}
	if r.Repeated > 0 {
		add(LevelWarning, "duplicates", "", "%s equal an earlier row (%s)", rowsText(r.Repeated), share(r.Repeated, r.Rows))
	}
	for _, p := range r.Relations.Strongest {
		if target := r.Target; target != nil && (p.A == target.Column || p.B == target.Column) {
			continue
		}
		for _, m := range []struct {
			name  string
			value float64
		}{{"Pearson", p.Pearson}, {"Spearman", p.Spearman}, {"Cramér's V", p.CramersV}} {
			if math.Abs(m.value) >= alike {
				add(LevelNote, "alike", p.A, "goes with %s: %s %s", p.B, m.name, display.Number(round(m.value)))
				break
			}
		}
	}
	place := []string{LevelLeak, LevelWarning, LevelNote}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Compare(slices.Index(place, a.Level), slices.Index(place, b.Level))
	})
}

func (r *Report) findTarget(t *Target, add func(level, kind, column, format string, args ...any)) {
	if t.Missing > 0 {
		add(LevelWarning, "target", t.Column, "is the target and missing in %s, which are left out of what is said of it", rowsText(t.Missing))
	}
	switch {
	case t.Distinct < 2:
		add(LevelWarning, "target", t.Column, "is the target and has one value: there is nothing to predict")
	case t.Task == TaskClass && t.Distinct > mostClasses:
		add(LevelWarning, "target", t.Column, "is the target and has %d classes; the rarer ones are taken together beyond %d", t.Distinct, mostClasses)
	case t.Task == TaskClass:
		first, last := t.Classes[0], t.Classes[len(t.Classes)-1]
		if float64(last.Count) < rareClass*float64(first.Count) {
			add(LevelWarning, "imbalance", t.Column, "is the target and uneven: %s has %s, %s has %s",
				quote(first.Value), plural(first.Count, "row"), quote(last.Value), count(last.Count))
		}
	}
	for _, c := range t.Relations {
		switch {
		case c.Alone >= leakAlone:
			add(LevelLeak, "predicts", c.Column, "predicts %s alone: %s of the error goes away", t.Column, percent(c.Alone))
		case math.Abs(c.AUC-0.5) >= leakAUC-0.5:
			add(LevelLeak, "predicts", c.Column, "predicts %s alone: AUC %s", t.Column, display.Number(round(c.AUC)))
		case math.Abs(c.Pearson) >= leakCorrelation || math.Abs(c.Spearman) >= leakCorrelation:
			add(LevelLeak, "predicts", c.Column, "predicts %s alone: Pearson %s, Spearman %s", t.Column, display.Number(round(c.Pearson)), display.Number(round(c.Spearman)))
		case c.CramersV >= leakCorrelation:
			add(LevelLeak, "predicts", c.Column, "predicts %s alone: Cramér's V %s", t.Column, display.Number(round(c.CramersV)))
		}
	}
}

func (r *Report) findOverlap(o *Overlap, add func(level, kind, column, format string, args ...any)) {
	if o.Common > 0 {
		add(LevelLeak, "common rows", "", "%s of %s are in this table too (%s of it)", rowsText(o.Common), o.Name, share(o.Common, o.Rows))
	}
	if o.Features > o.Common {
		add(LevelLeak, "common rows", "", "%s of %s are in this table too but for the target and ids (%s of it)", rowsText(o.Features), o.Name, share(o.Features, o.Rows))
	}
	for _, id := range o.IDs {
		if id.Count > 0 {
			add(LevelLeak, "common ids", id.Value, "is an id, and %s of %s have one that is here too", rowsText(id.Count), o.Name)
		}
	}
	if len(o.Lacking) > 0 {
		add(LevelWarning, "columns", "", "%s lacks %s", o.Name, list(o.Lacking, 8))
	}
}

func (r *Report) findColumn(c Column, add func(level, kind, column, format string, args ...any)) {
	switch {
	case c.Distinct == 0:
		add(LevelWarning, "missing", c.Name, "has no value")
		return
	case c.Distinct == 1 && r.Rows > 1 && c.Missing == 0:
		add(LevelWarning, "constant", c.Name, "is constant: %s", quote(c.Top[0].Value))
	case c.Distinct == 1 && r.Rows > 1:
		add(LevelWarning, "constant", c.Name, "has one value, %s, or is missing", quote(c.Top[0].Value))
	}
	if s := float64(c.Missing) / float64(r.Rows); s >= muchMissing {
		add(LevelWarning, "missing", c.Name, "is missing in %s of the rows", share(c.Missing, r.Rows))
	}
	if c.NaN > 0 && c.NaN < c.Missing {
		add(LevelNote, "nan", c.Name, "is missing in two ways: %d null and %d NaN", c.Missing-c.NaN, c.NaN)
	}
	if c.ID && !(r.Target != nil && r.Target.Column == c.Name) {
		level := LevelNote
		if r.Target != nil {
			level = LevelLeak
		}
		add(level, "id", c.Name, "looks like an id: each row has its own")
	}
	if n := c.Numbers; n != nil {
		if n.Infinite > 0 {
			add(LevelWarning, "infinite", c.Name, "has %s", plural(n.Infinite, "infinite value"))
		}
		if out := n.Low + n.High; float64(out) >= manyOutliers*float64(r.Rows) {
			add(LevelNote, "outliers", c.Name, "has %s outliers by Tukey's fences", share(out, r.Rows))
		}
	} else if c.Kind == KindNumber {
		add(LevelWarning, "infinite", c.Name, "has infinite values only")
	}
	if l := c.Lengths; l != nil && l.Padded > 0 {
		add(LevelNote, "padded", c.Name, "begins or ends in white space in %s", rowsText(l.Padded))
	}
	if t := c.Times; t != nil && t.Wide > 0 && t.Ascending {
		add(LevelNote, "gaps", c.Name, "has %s of more than twice %s; the longest is %s, after %s", plural(t.Wide, "gap"), duration(t.Typical), duration(t.Longest), t.From)
	}
}
