package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// A table is a page of runs.
type table struct {
	List    listing
	Shown   []column
	Choices []choice
	Rows    []row
	First   int // of the first row, from 1
	More    bool
	Version string // what Live says as long as nothing changes
	Empty   bool   // the experiment, or the store, has no run at all
	Names   []string
}

type (
	// A row is one run.
	row struct {
		Run   tracker.Run
		Href  string
		Cells []cell
	}
	// A choice is a column that can be shown or hidden.
	choice struct {
		column
		On    bool
		First bool // of its group
	}
)

// runs is the table of runs.
func (s *Server) runs(w http.ResponseWriter, r *http.Request) error {
	l := readListing(r)
	t, err := s.table(r.Context(), l)
	if err != nil {
		return err
	}
	p := page{Title: "Runs", Nav: "runs", Body: t}
	if l.Experiment != "" {
		p.Title, p.Nav, p.Path = l.Experiment, "experiments", []crumb{{"Experiments", "/"}}
	}
	return s.show(w, "runs", p)
}

func (s *Server) table(ctx context.Context, l listing) (*table, error) {
	t := &table{List: l, First: (l.Page-1)*perPage + 1}
	now, err := s.tableChange(ctx, l.Experiment)
	if err != nil {
		return nil, err
	}
	t.Version = now.Version
	names, err := s.fieldNames(ctx, l)
	if err != nil {
		return nil, err
	}
	var runs []tracker.Run
	if l.Wrong == nil {
		if runs, err = s.store.Runs(ctx, l.Query()); err != nil {
			return nil, err
		}
	}
	t.Empty = len(names) == 0 && len(runs) == 0
	if len(runs) > perPage {
		runs, t.More = runs[:perPage], true
	}
	seen := append(slices.Clone(runs), names...)
	of := choices(seen)
	t.Shown = l.Columns
	if t.Shown == nil {
		t.Shown = l.usual(seen, of)
	}
	t.choose(of)
	t.fill(runs)
	return t, nil
}

// fieldNames are the newest runs of an experiment: which fields they have is
// which columns there are. Others can be named.
func (s *Server) fieldNames(ctx context.Context, l listing) ([]tracker.Run, error) {
	return s.store.Runs(ctx, tracker.Query{Experiment: l.Experiment, Limit: sample})
}

// choose lists the columns that can be shown: those of a run, then what is
// there, and what was named besides.
func (t *table) choose(of []column) {
	all := append(slices.Clone(ofRun), of...)
	for _, c := range t.Shown {
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b column) int { return max(rank(a), 1) - max(rank(b), 1) })
	group := ""
	for _, c := range all {
		t.Choices = append(t.Choices, choice{c, slices.Contains(t.Shown, c), c.Group() != group})
		group = c.Group()
		if c.Sortable() {
			t.Names = append(t.Names, c.Name())
		}
	}
}

func rank(c column) int {
	return slices.Index([]search.Kind{"", search.Attribute, search.Metric, search.Param, search.Tag}, c.Field.Kind)
}

func (t *table) fill(runs []tracker.Run) {
	for _, r := range runs {
		line := row{Run: r, Href: runPath(r.ID)}
		for _, c := range t.Shown {
			line.Cells = append(line.Cells, c.of(r))
		}
		t.Rows = append(t.Rows, line)
	}
	for i := range t.Shown {
		var cells []*cell
		for _, r := range t.Rows {
			cells = append(cells, &r.Cells[i])
		}
		align(cells)
	}
}

// Numeric reports whether a column holds numbers only.
func (t *table) Numeric(i int) bool {
	some := false
	for _, r := range t.Rows {
		c := r.Cells[i]
		if c.Text != "" && !c.Number {
			return false
		}
		some = some || c.Number
	}
	return some
}

// Last is the number of the last row.
func (t *table) Last() int { return t.First + len(t.Rows) - 1 }

// Live is what the page listens to: the runs that are open.
func (t *table) Live() string {
	return address("/events", "experiment", t.List.Experiment)
}

// Fields are the names that a filter may have, one a line.
func (t *table) Fields() string { return strings.Join(t.Names, "\n") }

// count is how many runs a listing has, as a piece of its page.
func (s *Server) count(w http.ResponseWriter, r *http.Request) error {
	l := readListing(r)
	if l.Wrong != nil {
		return refuse(http.StatusBadRequest, "%s", l.Wrong.What)
	}
	n, err := s.store.CountRuns(r.Context(), l.all())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte("of " + commas(n)))
	return nil
}
