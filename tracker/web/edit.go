package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// setTags sets and removes tags, the notes among them, and shows the run again.
func (s *Server) setTags(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refuse(http.StatusBadRequest, "read the form: %w", err)
	}
	run, err := s.run(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	names, values := r.PostForm["name"], r.PostForm["value"]
	if len(names) != 1 || len(values) != 1 || strings.TrimSpace(names[0]) == "" {
		return hint.New(refuse(http.StatusBadRequest, "a tag has one name and one value"), "go back and write a name")
	}
	// A browser sends line ends as a form has them.
	value := strings.ReplaceAll(values[0], "\r\n", "\n")
	if err := s.store.SetTags(r.Context(), run.ID, map[string]string{strings.TrimSpace(names[0]): value}); err != nil {
		return err
	}
	return redirect(w, runPath(run.ID), http.StatusSeeOther)
}

// rename gives a run another name.
func (s *Server) rename(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refuse(http.StatusBadRequest, "read the form: %w", err)
	}
	run, err := s.run(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	name := strings.TrimSpace(r.PostForm.Get("name"))
	if name == "" {
		return refuse(http.StatusBadRequest, "a run has a name: write one")
	}
	if err := s.store.RenameRun(r.Context(), run.ID, name); err != nil {
		return err
	}
	return redirect(w, runPath(run.ID), http.StatusSeeOther)
}

// redirect leads to another page of this server. The address is written here,
// and its names are escaped: it leads nowhere else.
func redirect(w http.ResponseWriter, to string, code int) error {
	w.Header().Set("Location", to)
	w.WriteHeader(code)
	return nil
}

// deletedMost is how many runs are deleted at once: their ids are in the address
// of the page that offers to take it back.
const deletedMost = 100

// deleteRuns marks runs as deleted and shows the table that they were in, where
// it can be taken back.
func (s *Server) deleteRuns(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.chosen(r)
	if err != nil {
		return err
	}
	back := url.Values{"gone": nil}
	for _, run := range runs {
		if err := s.store.DeleteRun(r.Context(), run.ID); err != nil {
			return err
		}
		back.Add("gone", run.ID)
	}
	if e := r.PostForm.Get("experiment"); e != "" {
		back.Set("experiment", e)
	}
	return redirect(w, at("/runs", back), http.StatusSeeOther)
}

// restoreRuns takes a deletion back.
func (s *Server) restoreRuns(w http.ResponseWriter, r *http.Request) error {
	runs, err := s.chosen(r)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := s.store.RestoreRun(r.Context(), run.ID); err != nil {
			return err
		}
	}
	if len(runs) == 1 {
		return redirect(w, runPath(runs[0].ID), http.StatusSeeOther)
	}
	back := url.Values{}
	if e := r.PostForm.Get("experiment"); e != "" {
		back.Set("experiment", e)
	}
	return redirect(w, at("/runs", back), http.StatusSeeOther)
}

// chosen are the runs that a form names by their ids.
func (s *Server) chosen(r *http.Request) (runs []tracker.Run, err error) {
	if err := r.ParseForm(); err != nil {
		return nil, refuse(http.StatusBadRequest, "read the form: %w", err)
	}
	ids := r.PostForm["run"]
	if len(ids) == 0 || len(ids) > deletedMost {
		return nil, refuse(http.StatusBadRequest, "want 1 to %d runs, got %d", deletedMost, len(ids))
	}
	for _, id := range ids {
		run, err := s.run(r.Context(), id)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}
