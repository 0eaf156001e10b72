package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/registry"
)

type (
	// A modelRow is a name with its versions, in the list of models.
	modelRow struct {
		tracker.RegisteredModel
		Href     string
		Versions int
		Family   string // of the newest version
		Aliases  []aliasAt
	}
	// An aliasAt is an alias and the version that it points to.
	aliasAt struct {
		Alias   string
		Version int
	}
	// A versionRow is a version of a model.
	versionRow struct {
		tracker.Model
		Made    *tracker.Run // the run that made it
		Lineage string
		On      bool
	}
	// A modelView is one name with its versions, the newest first, and what was
	// done to it, the latest first.
	modelView struct {
		tracker.RegisteredModel
		Versions []versionRow
		Names    []string // of its aliases
		Events   []tracker.ModelEvent
		Stages   []tracker.Stage
	}
)

func (s *Server) models(w http.ResponseWriter, r *http.Request) error {
	names, err := s.store.RegisteredModels(r.Context())
	if err != nil {
		return err
	}
	all, err := s.store.Models(r.Context())
	if err != nil {
		return err
	}
	of := map[string][]tracker.Model{}
	for _, m := range all {
		of[m.Name] = append(of[m.Name], m)
	}
	var rows []modelRow
	for _, m := range names {
		line := modelRow{RegisteredModel: m, Href: "/models/" + url.PathEscape(m.Name), Versions: len(of[m.Name])}
		if n := len(of[m.Name]); n > 0 {
			line.Family = of[m.Name][n-1].Family
		}
		for _, a := range slices.Sorted(maps.Keys(m.Aliases)) {
			line.Aliases = append(line.Aliases, aliasAt{a, m.Aliases[a]})
		}
		rows = append(rows, line)
	}
	slices.SortStableFunc(rows, func(a, b modelRow) int { return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.Name, b.Name)) })
	return s.show(w, "models", page{Title: "Models", Nav: "models", Body: rows})
}

func (s *Server) model(w http.ResponseWriter, r *http.Request) error {
	m, err := s.store.RegisteredModel(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	v := &modelView{RegisteredModel: m, Names: slices.Sorted(maps.Keys(m.Aliases)),
		Stages: []tracker.Stage{tracker.NoStage, tracker.Staging, tracker.Production, tracker.Archived}}
	all, err := s.store.Models(r.Context())
	if err != nil {
		return err
	}
	for _, one := range slices.Backward(all) {
		if one.Name != m.Name {
			continue
		}
		line := versionRow{Model: one, Lineage: address("/lineage", "of", tracker.KindModel+":"+one.Ref()), On: strconv.Itoa(one.Version) == r.URL.Query().Get("version")}
		runs, err := s.runsOf(r.Context(), []tracker.Node{{Kind: tracker.KindRun, ID: one.Run}})
		if err != nil {
			return err
		}
		if len(runs) == 1 {
			line.Made = &runs[0]
		}
		v.Versions = append(v.Versions, line)
	}
	if v.Events, err = s.store.ModelEvents(r.Context(), m.Name); err != nil {
		return err
	}
	slices.Reverse(v.Events)
	return s.show(w, "model", page{Title: m.Name, Nav: "models", Path: []crumb{{"Models", "/models"}}, Body: v})
}

// changeModel does to a model what a form says, with the reason that is given.
func (s *Server) changeModel(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refuse(http.StatusBadRequest, "read the form: %w", err)
	}
	f, name := r.PostForm, r.PathValue("name")
	version, _ := strconv.Atoi(f.Get("version")) // 0 is the model itself, and Check says where that cannot be
	alias, by := strings.TrimPrefix(strings.TrimSpace(f.Get("alias")), "@"), registry.By{Who: tracker.Who(), Why: strings.TrimSpace(f.Get("why"))}
	c := tracker.ModelChange{Do: tracker.Action(f.Get("do")), Model: name, Version: version, Alias: alias, Who: by.Who, Why: by.Why,
		Value: strings.ReplaceAll(f.Get("value"), "\r\n", "\n")}
	var err error
	switch c.Do {
	case tracker.ActRollback:
		_, err = registry.Rollback(r.Context(), s.store, name, alias, by)
	case tracker.ActPromote, tracker.ActUnalias, tracker.ActStage, tracker.ActDescribe:
		_, err = s.store.ChangeModel(r.Context(), c)
	default:
		return refuse(http.StatusBadRequest, "this page does not %s models", plain(string(c.Do)))
	}
	if err != nil {
		if status(err) == http.StatusInternalServerError {
			return refuse(http.StatusBadRequest, "%w", err)
		}
		return err
	}
	return redirect(w, "/models/"+url.PathEscape(name), http.StatusSeeOther)
}
