package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A datasetRow is a dataset by its newest version.
	datasetRow struct {
		tracker.DatasetVersion
		Href     string
		Versions int
	}
	// A datasetView is one version of a dataset.
	datasetView struct {
		tracker.DatasetVersion
		Versions []datasetRow
		Fields   []field
		Gone     []string // columns that the version before had
		Table    *grid
		Note     string
		Used     string // where the runs are that read it
		Lineage  string
	}
	// A field is a column, and what is new about it since the version before.
	field struct {
		tracker.Column
		Change string
	}
)

// datasetHref is the page of a version.
func datasetHref(d tracker.DatasetVersion) string {
	return address("/datasets/"+url.PathEscape(d.Name), "version", strconv.Itoa(d.Version))
}

func (s *Server) datasets(w http.ResponseWriter, r *http.Request) error {
	all, err := s.store.Datasets(r.Context())
	if err != nil {
		return err
	}
	var rows []datasetRow
	for _, d := range all { // by name and version: the last of a name is its newest
		line := datasetRow{d, "/datasets/" + url.PathEscape(d.Name), 1}
		if n := len(rows); n > 0 && rows[n-1].Name == d.Name {
			line.Versions += rows[n-1].Versions
			rows = rows[:n-1]
		}
		rows = append(rows, line)
	}
	slices.SortStableFunc(rows, func(a, b datasetRow) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Name, b.Name)) })
	return s.show(w, "datasets", page{Title: "Datasets", Nav: "datasets", Body: rows})
}

func (s *Server) dataset(w http.ResponseWriter, r *http.Request) error {
	all, err := s.store.Datasets(r.Context())
	if err != nil {
		return err
	}
	name, want := r.PathValue("name"), r.URL.Query().Get("version")
	var v datasetView
	var before tracker.DatasetVersion
	for _, d := range all {
		if d.Name != name {
			continue
		}
		if want == "" || strconv.Itoa(d.Version) == want {
			if v.Version > 0 && want == "" || want != "" && len(v.Versions) > 0 {
				before = v.Versions[0].DatasetVersion
			}
			v.DatasetVersion = d
		}
		v.Versions = slices.Insert(v.Versions, 0, datasetRow{d, datasetHref(d), 0})
	}
	if v.Version == 0 {
		ref := name
		if want != "" {
			ref += "@v" + want
		}
		return tracker.NoVersion("dataset", ref)
	}
	v.compare(before)
	v.Used = address("/runs", "filter", "dataset = "+quoted(v.Ref()))
	v.Lineage = address("/lineage", "of", tracker.KindDataset+":"+v.Ref())
	s.preview(r.Context(), &v)
	return s.show(w, "dataset", page{Title: name, Nav: "datasets", Path: []crumb{{"Datasets", "/datasets"}}, Body: &v})
}

// compare says of each column what is new about it since the version before.
func (v *datasetView) compare(before tracker.DatasetVersion) {
	old := map[string]tracker.Column{}
	for _, c := range before.Columns {
		old[c.Name] = c
	}
	for _, c := range v.Columns {
		f := field{Column: c}
		was, had := old[c.Name]
		switch {
		case before.Version == 0:
		case !had:
			f.Change = "new"
		case was.Type != c.Type:
			f.Change = "was " + was.Type
		case was.Digest != c.Digest:
			f.Change = "changed"
		}
		delete(old, c.Name)
		v.Fields = append(v.Fields, f)
	}
	for _, c := range before.Columns {
		if _, gone := old[c.Name]; gone {
			v.Gone = append(v.Gone, c.Name)
		}
	}
}

// previewCells is how large a table may be that is read for its first rows.
const previewCells = 5_000_000

// preview reads the first rows where the store keeps the data.
func (s *Server) preview(ctx context.Context, v *datasetView) {
	if v.Rows*int64(len(v.Columns)) > previewCells {
		v.Note = "The table is too large to be shown here; %dataset show reads it in a notebook."
		return
	}
	t, _, err := dataset.Open(ctx, s.store, v.Ref())
	switch {
	case errors.Is(err, tracker.ErrNotFound):
		v.Note = "The store has no copy of the rows."
	case err != nil:
		v.Note = err.Error() + ". " + hint.Of(err)
	default:
		defer t.Release()
		g := firstRows(t)
		v.Table = &g
	}
}

// quoted is a text as a filter has it.
func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
