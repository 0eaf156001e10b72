// Package web serves the tracker's pages: experiments, runs, their curves and
// artifacts, comparisons, datasets, models and lineage. Everything that a page
// needs is in the binary; no request leaves the machine. It reads a
// tracker.Store and knows no database, no notebook and no step.
package web

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Options complete New. The zero value is right for a store that has no name.
type Options struct {
	Store   string           // what the store is called, for people
	Host    string           // a name of this server besides localhost and its addresses
	Version string           // of the program
	API     http.Handler     // what answers MLflow's clients, below mounts; nil: nobody
	Now     func() time.Time // nil: the machine's clock
	Log     *slog.Logger     // of requests that came to nothing; nil: nowhere
}

// A Server is the pages of one store. It is safe for concurrent use.
type Server struct {
	store   tracker.Store
	o       Options
	now     func() time.Time
	handler http.Handler
	live    *live
	stop    sync.Once
}

// New returns the pages of a store. Close ends the streams; the store stays the
// caller's.
func New(store tracker.Store, o Options) *Server {
	s := &Server{store: store, o: o, now: clock.Or(o.Now)}
	if o.Log == nil {
		s.o.Log = slog.New(slog.DiscardHandler)
	}
	s.live = newLive()
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.HandleFunc(r.pattern, func(w http.ResponseWriter, q *http.Request) {
			err := s.there()
			if err == nil {
				err = r.serve(s, w, q)
			}
			if err != nil {
				s.fail(w, q, err)
			}
		})
	}
	if o.API != nil {
		for _, prefix := range mounts {
			mux.Handle(prefix, o.API)
		}
	}
	s.handler = s.guard(mux)
	return s
}

// there reports a store whose file was deleted or moved: what is read then is
// what nobody else sees any more.
func (s *Server) there() error {
	if g, ok := s.store.(interface{ Gone() bool }); ok && g.Gone() {
		return hint.New(refuse(http.StatusServiceUnavailable, "the store's file was deleted or moved while it was shown"), "start cellar ui again")
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends what lasts: streams, and the watch on the store. It may be called
// twice.
func (s *Server) Close() { s.stop.Do(s.live.close) }

// mounts is where Options.API answers.
var mounts = []string{"/api/", "/ajax-api/", "/version"}

// mounted reports whether a path is of Options.API.
func (s *Server) mounted(path string) bool {
	for _, m := range mounts {
		if s.o.API != nil && strings.HasPrefix(path, m) {
			return true
		}
	}
	return false
}

// A route is one address and what answers it.
type route struct {
	pattern string
	serve   func(*Server, http.ResponseWriter, *http.Request) error
}

// routes are all addresses.
func routes() []route {
	return []route{
		{"GET /{$}", (*Server).experiments},
		{"GET /runs", (*Server).runs},
		{"GET /count", (*Server).count},
		{"GET /runs/{id}", (*Server).runPage},
		{"POST /runs/{id}/tags", (*Server).setTags},
		{"POST /runs/{id}/name", (*Server).rename},
		{"POST /delete", (*Server).deleteRuns},
		{"POST /restore", (*Server).restoreRuns},
		{"GET /runs/{id}/raw", (*Server).raw},
		{"GET /curves", (*Server).curves},
		{"GET /compare", (*Server).compare},
		{"GET /lineage", (*Server).lineage},
		{"GET /models", (*Server).models},
		{"GET /datasets", (*Server).datasets},
		{"GET /datasets/{name}", (*Server).dataset},
		{"GET /models/{name}", (*Server).model},
		{"POST /models/{name}", (*Server).changeModel},
		{"GET /events", (*Server).events},
		{"GET /health", (*Server).health},
		{"GET /favicon.ico", (*Server).icon},
		{"GET /assets/{version}/{name}", (*Server).asset},
		{"/", (*Server).nowhere},
	}
}
