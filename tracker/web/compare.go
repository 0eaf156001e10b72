package web

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

// compareMost is how many runs are set side by side.
const compareMost = 50

type (
	// A comparison is runs side by side.
	comparison struct {
		Runs    []compared
		Params  []compareRow // those that differ
		Metrics []compareRow
		Around  []compareRow // the environment where it differs
		Equal   []fact
		Plots   plots
		Repeats []compareRow // by group, where runs were repeated with other seeds
		Groups  []string
		Said    []string // how data and code differ
		Diffs   []codeDiff

		Metric, Against     string   // of the charts; a parameter
		Named, Numbers      []string // the metrics and parameters that they can have
		Parallel, Scattered *picture
		Keep                []string // ids of the runs

		Asked        bool // why
		Gaps, Facets []string
		Noise, Wrong string
	}
	compared struct {
		tracker.Run
		Label   string
		Without string // the comparison without this run
	}
	compareRow struct {
		Name  string
		Cells []compareCell
	}
	compareCell struct {
		cell
		Best, None bool
	}
)

// compare sets runs side by side.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	refs := slices.Compact(r.URL.Query()["run"])
	if len(refs) > compareMost {
		return refuse(http.StatusBadRequest, "%d runs are too many to set side by side: choose at most %d", len(refs), compareMost)
	}
	var runs []tracker.Run
	for _, ref := range refs {
		run, err := s.store.Run(r.Context(), ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(runs, func(o tracker.Run) bool { return o.ID == run.ID }) {
			runs = append(runs, run)
		}
	}
	p := page{Title: "Compare", Nav: "runs", Path: []crumb{{"Runs", "/runs"}}, Body: (*comparison)(nil)}
	if len(runs) > 0 {
		v, err := s.comparison(r, runs)
		if err != nil {
			return err
		}
		p.Body = v
	}
	return s.show(w, "compare", p)
}

// comparison is what is known of runs side by side, and why where that is asked
// for: it reads the other runs of their experiments.
func (s *Server) comparison(r *http.Request, runs []tracker.Run) (*comparison, error) {
	q := r.URL.Query()
	c, err := compare.Read(r.Context(), s.store, runs, compare.Options{})
	if err != nil {
		return nil, err
	}
	v := sideBySide(c)
	v.Plots = plotsOf(r, runs, false)
	v.Plots.Several = true
	v.Repeats = repeats(c)
	v.Metric = cmp.Or(q.Get("by"), c.Main())
	v.Named, v.Against = c.MetricNames(), q.Get("against")
	for _, run := range v.Runs {
		v.Keep = append(v.Keep, run.ID)
	}
	v.differences(c)
	v.draw(c)
	if v.Asked = q.Get("why") != ""; v.Asked && v.Metric != "" {
		if err := compare.Explain(r.Context(), s.store, c, v.Metric); err != nil {
			v.Wrong = err.Error()
		} else {
			v.Gaps, v.Noise, v.Facets = c.Why.Lines(c)
		}
	}
	return v, nil
}

// sideBySide is the part of a comparison that every run has a column of.
func sideBySide(c *compare.Comparison) *comparison {
	v, runs := &comparison{}, c.Runs
	for i, label := range c.Labels() {
		var rest []string
		for j, other := range runs {
			if i != j {
				rest = append(rest, "run", other.ID)
			}
		}
		v.Runs = append(v.Runs, compared{runs[i], label, address("/compare", rest...)})
	}
	v.Params, v.Around = settingRows(c.Params), settingRows(c.Environment)
	for _, p := range c.Equal {
		v.Equal = append(v.Equal, fact{Name: p.Name, cell: settingCell(p.Values[0]).cell})
	}
	for _, m := range c.Metrics {
		row, best := compareRow{Name: m.Name}, m.BestRuns()
		for i, value := range m.Values {
			one := compareCell{None: !m.Has[i], Best: slices.Contains(best, i)}
			if m.Has[i] {
				one.cell = numberCell(value)
			}
			row.Cells = append(row.Cells, one)
		}
		var cells []*cell
		for i := range row.Cells {
			cells = append(cells, &row.Cells[i].cell)
		}
		align(cells)
		v.Metrics = append(v.Metrics, row)
	}
	return v
}

func settingRows(list []compare.Param) (rows []compareRow) {
	for _, p := range list {
		row := compareRow{Name: p.Name}
		for _, value := range p.Values {
			row.Cells = append(row.Cells, settingCell(value))
		}
		rows = append(rows, row)
	}
	return rows
}

func settingCell(value any) compareCell {
	switch value := value.(type) {
	case nil:
		return compareCell{None: true}
	case float64:
		return compareCell{cell: numberCell(value)}
	}
	return compareCell{cell: textCell(paramText(value), false)}
}
