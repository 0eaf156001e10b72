package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
	"github.com/cellar-ml/cellar/tracker/search"
)

// noteTag is the tag that holds a run's notes; it is MLflow's, so that its
// clients see them.
const noteTag = "mlflow.note.content"

// A runView is the page of a run: what all of its tabs share, and the tab.
type runView struct {
	Run       tracker.Run
	Tab       string
	Tabs      []tab
	Version   string
	Live      string // what the page listens to; "" once the run is closed
	Params    []fact
	Metrics   []fact
	Tags      []fact
	Notes     string
	Parent    *tracker.Run
	Children  []tracker.Run
	More      string // where the other children are
	Panels    []panel
	Files     []file
	View      *view
	Lineage   *lineageView
	Surrounds []fact
}

type (
	// A tab is one part of the page of a run.
	tab struct {
		Name, Title, Href string
		Count             int
	}
	// A fact is a name and a value.
	fact struct {
		Name, Href string
		cell
		From tracker.Origin
	}
)

// run is the run with an id.
func (s *Server) run(ctx context.Context, id string) (tracker.Run, error) {
	r, err := s.store.Run(ctx, id)
	if err == nil && r.ID != id {
		err = &tracker.RunError{Op: "find", Run: id, Err: tracker.ErrNotFound}
	}
	return r, err
}

// runPage shows a run. A name or a part of an id leads to the run's own address.
func (s *Server) runPage(w http.ResponseWriter, r *http.Request) error {
	run, err := s.store.Run(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if run.ID != r.PathValue("id") {
		to := url.URL{Path: "/runs/" + run.ID, RawPath: runPath(run.ID), RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusFound)
		return nil
	}
	v := &runView{Run: run, Tab: cmp.Or(r.URL.Query().Get("tab"), "overview"), Version: digest([]tracker.Run{run})}
	if run.Status == tracker.Running {
		v.Live = address("/events", "run", run.ID)
	}
	files, err := s.store.Artifacts(r.Context(), run.ID)
	if err != nil {
		return err
	}
	v.Tabs = tabs(run, len(files))
	fill, ok := map[string]func() error{
		"overview":  func() error { return s.overview(r.Context(), v) },
		"curves":    func() error { v.Panels = panels([]tracker.Run{run}, false); return nil },
		"system":    func() error { v.Panels = panels([]tracker.Run{run}, true); return nil },
		"artifacts": func() error { return s.files(r.Context(), v, files, r.URL.Query().Get("name")) },
		"source":    func() error { v.Surrounds = surroundings(run.Source); return nil },
		"lineage": func() (err error) {
			v.Lineage, err = s.lineageOf(r.Context(), tracker.Node{Kind: tracker.KindRun, ID: run.ID})
			return err
		},
	}[v.Tab]
	if !ok {
		return refuse(http.StatusNotFound, "a run's page has no part %q", plain(v.Tab))
	}
	if err := fill(); err != nil {
		return err
	}
	return s.show(w, "run", page{Title: run.Name, Nav: "experiments", Body: v,
		Path: []crumb{{"Experiments", "/"}, {run.Experiment, address("/runs", "experiment", run.Experiment)}}})
}

// tabs are the parts of a run's page that have something to show.
func tabs(r tracker.Run, files int) []tab {
	metrics, system := 0, 0
	for name := range r.Metrics {
		if strings.HasPrefix(name, tracker.SystemMetrics) {
			system++
		} else {
			metrics++
		}
	}
	list := []tab{{"overview", "Overview", "", 0}, {"curves", "Curves", "", metrics}, {"artifacts", "Artifacts", "", files},
		{"source", "Source", "", len(r.Source.Cells)}, {"lineage", "Lineage", "", 0}}
	if system > 0 {
		list = append(list, tab{"system", "System", "", system})
	}
	for i := range list {
		list[i].Href = address(runPath(r.ID), "tab", list[i].Name)
	}
	list[0].Href = runPath(r.ID)
	return list
}

// childrenMost is how many children of a run its page lists.
const childrenMost = 20

func (s *Server) overview(ctx context.Context, v *runView) error {
	r := v.Run
	origins, err := s.store.Origins(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		c := column{search.Field{Kind: search.Param, Name: name}}.of(r)
		v.Params = append(v.Params, fact{Name: name, cell: c, From: origins.Params[name]})
	}
	for _, name := range compare.Order(slices.Sorted(maps.Keys(r.Metrics))) {
		if strings.HasPrefix(name, tracker.SystemMetrics) {
			continue
		}
		f := fact{Name: name, cell: numberCell(r.Metrics[name])}
		if spans := origins.Metrics[name]; len(spans) > 0 {
			f.From = spans[len(spans)-1].Origin
		}
		v.Metrics = append(v.Metrics, f)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Tags)) {
		if name != noteTag {
			v.Tags = append(v.Tags, fact{Name: name, cell: textCell(r.Tags[name], false)})
		}
	}
	v.Notes = r.Tags[noteTag]
	if r.Parent != "" {
		parent, err := s.store.Run(ctx, r.Parent)
		if err != nil && !errors.Is(err, tracker.ErrNotFound) {
			return err
		}
		if err == nil {
			v.Parent = &parent
		}
	}
	v.Children, err = s.store.Runs(ctx, tracker.Query{Parent: r.ID, Limit: childrenMost + 1})
	if len(v.Children) > childrenMost {
		v.Children = v.Children[:childrenMost]
		v.More = address("/runs", "filter", "parent = "+quoted(r.ID))
	}
	return err
}

// surroundings is what it takes to run a run again, besides its cells.
func surroundings(src tracker.Source) (list []fact) {
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{Name: name, cell: textCell(value, false)})
		}
	}
	add("command", src.Command)
	commit := src.Git.Commit
	if src.Git.Dirty {
		commit += " with uncommitted changes"
	}
	add("commit", commit)
	add("branch", src.Git.Branch)
	add("host", src.Host)
	add("Go", src.Go)
	for _, name := range slices.Sorted(maps.Keys(src.Env)) {
		add(name, src.Env[name])
	}
	return list
}

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
	http.Redirect(w, r, runPath(run.ID), http.StatusSeeOther)
	return nil
}
