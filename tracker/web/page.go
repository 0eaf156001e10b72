package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

//go:embed pages/*.html
var pageFiles embed.FS

// templates are the pages, each with the frame around it.
var templates = parsePages()

func parsePages() map[string]*template.Template {
	out := map[string]*template.Template{}
	names, _ := fs.Glob(pageFiles, "pages/*.html")
	for _, name := range names {
		short := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")
		if short == "frame" || short == "parts" {
			continue
		}
		out[short] = template.Must(template.New("frame.html").Funcs(functions).ParseFS(pageFiles, "pages/frame.html", "pages/parts.html", name))
	}
	return out
}

// A page is what the frame shows around a body.
type page struct {
	Title   string
	Nav     string // which entry of the navigation is meant
	Store   string
	Version string
	Path    []crumb // where the page stands
	Body    any
}

// A crumb is a page above the one that is shown.
type crumb struct{ Text, Href string }

// show writes a page. A template that fails writes nothing of it.
func (s *Server) show(w http.ResponseWriter, name string, p page) error {
	return s.showAs(w, http.StatusOK, name, p)
}

func (s *Server) showAs(w http.ResponseWriter, code int, name string, p page) error {
	p.Store, p.Version = s.o.Store, s.o.Version
	var b bytes.Buffer
	if err := templates[name].ExecuteTemplate(&b, "frame.html", p); err != nil {
		return fmt.Errorf("write page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = b.WriteTo(w) // a reader that went away is not to be told
	return nil
}

// A trouble is what a person sees instead of a page.
type trouble struct {
	What, Hint string
}

// A refusal is an error with the status that it is answered with.
type refusal struct {
	code int
	error
}

// refuse is an error about what was asked.
func refuse(code int, format string, args ...any) error {
	return refusal{code, fmt.Errorf(format, args...)}
}

func (r refusal) Unwrap() error { return r.error }

// status is what an error is answered with.
func status(err error) int {
	var long *http.MaxBytesError
	switch r, ok := errors.AsType[refusal](err); {
	case ok:
		return r.code
	case errors.As(err, &long):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, tracker.ErrNotFound), errors.Is(err, tracker.ErrAmbiguous):
		return http.StatusNotFound
	case errors.Is(err, tracker.ErrFinished), errors.Is(err, tracker.ErrConflict), errors.Is(err, tracker.ErrInUse):
		return http.StatusConflict
	case errors.Is(err, tracker.ErrUnwritable):
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// fail answers a request that came to nothing: a page, or JSON for a script.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // who asked has gone
	}
	code := status(err)
	if code == http.StatusInternalServerError {
		s.o.Log.Error("request", "path", r.URL.Path, "error", err)
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeJSON(w, code, map[string]string{"error": err.Error(), "hint": hint.Of(err)})
		return
	}
	p := page{Title: http.StatusText(code), Body: trouble{err.Error(), hint.Of(err)}}
	if err := s.showAs(w, code, "trouble", p); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *Server) nowhere(http.ResponseWriter, *http.Request) error {
	return refuse(http.StatusNotFound, "there is no page at this address")
}

// writeJSON answers with v; what JSON cannot say is a fault of the program.
func writeJSON(w http.ResponseWriter, code int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(append(data, '\n'))
}

// health says that the server answers and the store can be read.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	n, err := s.store.CountRuns(r.Context(), tracker.Query{})
	if err != nil {
		writeJSON(w, http.StatusServiceUnavailable, map[string]any{"ok": false, "store": s.o.Store, "error": err.Error(), "hint": hint.Of(err)})
		return nil
	}
	said := map[string]any{"ok": true, "store": s.o.Store, "runs": n, "version": s.o.Version}
	if v, ok := s.store.(interface{ Schema() (int, error) }); ok {
		if n, err := v.Schema(); err == nil {
			said["schema"] = n
		}
	}
	writeJSON(w, http.StatusOK, said)
	return nil
}
