package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A modelRow is a version of a model; in the list of models, the newest.
	modelRow struct {
		tracker.Model
		Href     string
		Versions int
		Made     *tracker.Run // the run that made it
		On       bool
	}
	// A modelView is one name with its versions, the newest first.
	modelView struct {
		Name     string
		Versions []modelRow
	}
)

func (s *Server) models(w http.ResponseWriter, r *http.Request) error {
	all, err := s.store.Models(r.Context())
	if err != nil {
		return err
	}
	var rows []modelRow
	for _, m := range all {
		line := modelRow{Model: m, Href: "/models/" + url.PathEscape(m.Name), Versions: 1}
		if n := len(rows); n > 0 && rows[n-1].Name == m.Name {
			line.Versions += rows[n-1].Versions
			rows = rows[:n-1]
		}
		rows = append(rows, line)
	}
	slices.SortStableFunc(rows, func(a, b modelRow) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Name, b.Name)) })
	return s.show(w, "models", page{Title: "Models", Nav: "models", Body: rows})
}

func (s *Server) model(w http.ResponseWriter, r *http.Request) error {
	all, err := s.store.Models(r.Context())
	if err != nil {
		return err
	}
	v := modelView{Name: r.PathValue("name")}
	for _, m := range slices.Backward(all) {
		if m.Name != v.Name {
			continue
		}
		line := modelRow{Model: m, Href: address("/lineage", "of", tracker.KindModel+":"+m.Ref()), On: strconv.Itoa(m.Version) == r.URL.Query().Get("version")}
		runs, err := s.runsOf(r.Context(), []tracker.Node{{Kind: tracker.KindRun, ID: m.Run}})
		if err != nil {
			return err
		}
		if len(runs) == 1 {
			line.Made = &runs[0]
		}
		v.Versions = append(v.Versions, line)
	}
	if len(v.Versions) == 0 {
		return tracker.NoVersion("model", v.Name)
	}
	return s.show(w, "model", page{Title: v.Name, Nav: "models", Path: []crumb{{"Models", "/models"}}, Body: &v})
}
