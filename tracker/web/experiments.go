package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// An experimentRow is an experiment with what its runs say of it.
type experimentRow struct {
	tracker.Experiment
	Href    string
	Runs    int
	Running int
	Last    tracker.Run // the newest; the zero Run where there is none
}

// experiments is the first page: the experiments, the one that was worked on
// last first.
func (s *Server) experiments(w http.ResponseWriter, r *http.Request) error {
	list, err := s.store.Experiments(r.Context())
	if err != nil {
		return err
	}
	rows := make([]experimentRow, len(list))
	for i, e := range list {
		if rows[i], err = s.experiment(r.Context(), e); err != nil {
			return err
		}
	}
	latest := func(e experimentRow) time.Time {
		if e.Runs == 0 {
			return e.Created
		}
		return e.Last.Started
	}
	slices.SortStableFunc(rows, func(a, b experimentRow) int {
		return cmp.Or(latest(b).Compare(latest(a)), cmp.Compare(a.Name, b.Name))
	})
	return s.show(w, "experiments", page{Title: "Experiments", Nav: "experiments", Body: rows})
}

func (s *Server) experiment(ctx context.Context, e tracker.Experiment) (experimentRow, error) {
	line := experimentRow{Experiment: e, Href: address("/runs", "experiment", e.Name)}
	for status, n := range map[tracker.Status]*int{"": &line.Runs, tracker.Running: &line.Running} {
		var err error
		if *n, err = s.store.CountRuns(ctx, tracker.Query{Experiment: e.Name, Status: status}); err != nil {
			return line, err
		}
	}
	last, err := s.store.Runs(ctx, tracker.Query{Experiment: e.Name, Limit: 1})
	if len(last) == 1 {
		line.Last = last[0]
	}
	return line, err
}
