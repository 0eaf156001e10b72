package web

import (
	"net/http"
	"slices"
	"strings"

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
		Equal   []fact
		Panels  []panel
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
		p.Body = comparisonOf(runs)
	}
	return s.show(w, "compare", p)
}

func comparisonOf(runs []tracker.Run) *comparison {
	c := compare.Of(runs)
	v := &comparison{Panels: panels(runs, false)}
	for i, label := range c.Labels() {
		var rest []string
		for j, other := range runs {
			if i != j {
				rest = append(rest, "run", other.ID)
			}
		}
		v.Runs = append(v.Runs, compared{runs[i], label, address("/compare", rest...)})
	}
	for _, p := range c.Params {
		row := compareRow{Name: p.Name}
		for _, value := range p.Values {
			row.Cells = append(row.Cells, settingCell(value))
		}
		v.Params = append(v.Params, row)
	}
	for _, p := range c.Equal {
		v.Equal = append(v.Equal, fact{Name: p.Name, cell: settingCell(p.Values[0]).cell})
	}
	for _, m := range c.Metrics {
		if strings.HasPrefix(m.Name, tracker.SystemMetrics) {
			continue
		}
		row := compareRow{Name: m.Name}
		for i, value := range m.Values {
			one := compareCell{None: !m.Has[i], Best: m.IsBest(i)}
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

func settingCell(value any) compareCell {
	switch value := value.(type) {
	case nil:
		return compareCell{None: true}
	case float64:
		return compareCell{cell: numberCell(value)}
	}
	return compareCell{cell: textCell(paramText(value), false)}
}
