package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// How often a stream looks at the store, how often it says that it is there
// when nothing happens, and how often runs are looked at whose process may be
// gone. A page that nobody sees closes its stream, so these are few.
const (
	lookEvery = time.Second
	sayEvery  = 15 * time.Second
	reapEvery = 5 * time.Second
)

// openMost is how many open runs a table follows.
const openMost = 200

// A live is what streams share.
type live struct {
	done   chan struct{}
	mu     sync.Mutex
	reaped time.Time
}

func newLive() *live { return &live{done: make(chan struct{})} }

func (l *live) close() { close(l.done) }

// due reports whether it is time to look for dead processes again.
func (l *live) due(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.reaped) < reapEvery {
		return false
	}
	l.reaped = now
	return true
}

// A change is what a stream sends: Version differs when what it is about does.
type change struct {
	Version string         `json:"version"`
	Status  tracker.Status `json:"status,omitempty"`
	Ended   bool           `json:"ended,omitempty"` // nothing more will come
}

// events streams the changes of a table of runs, or of one run.
func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	experiment, run := r.URL.Query().Get("experiment"), r.URL.Query().Get("run")
	look := func(ctx context.Context) (change, error) { return s.tableChange(ctx, experiment) }
	if run != "" {
		look = func(ctx context.Context) (change, error) { return s.runChange(ctx, run) }
	}
	now, err := look(r.Context())
	if err != nil {
		return err
	}
	patient(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy shall not keep it
	s.stream(w, r, now, look)
	return nil
}

// stream sends the first state, then each that differs from the one before. An
// error of the store ends it: the page comes back and is told.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, now change, look func(context.Context) (change, error)) {
	ctx, c := r.Context(), http.NewResponseController(w)
	send := func(text string) bool {
		_, err := fmt.Fprint(w, text)
		return err == nil && c.Flush() == nil
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	last, quiet := change{}, time.Duration(0)
	for {
		switch {
		case now != last:
			data, _ := json.Marshal(now)
			if !send("retry: 2000\ndata: " + string(data) + "\n\n") {
				return
			}
			last, quiet = now, 0
		case quiet >= sayEvery:
			if !send(": still here\n\n") {
				return
			}
			quiet = 0
		}
		if now.Ended {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.live.done:
			return
		case <-tick.C:
			quiet += lookEvery
		}
		if s.live.due(s.now()) {
			_, _ = tracker.Reap(ctx, s.store, tracker.Alive) // a store that cannot be written can still be read
		}
		var err error
		if now, err = look(ctx); err != nil {
			return
		}
	}
}

// tableChange is the state of the runs that can still change, and of the newest.
func (s *Server) tableChange(ctx context.Context, experiment string) (change, error) {
	open, err := s.store.Runs(ctx, tracker.Query{Experiment: experiment, Status: tracker.Running, Limit: openMost})
	if err != nil {
		return change{}, err
	}
	newest, err := s.store.Runs(ctx, tracker.Query{Experiment: experiment, Limit: 1})
	return change{Version: digest(append(open, newest...))}, err
}

// runChange is the state of one run.
func (s *Server) runChange(ctx context.Context, id string) (change, error) {
	is := search.Compare{Field: search.Field{Kind: search.Attribute, Name: search.RunID}, Op: search.Eq, Values: []search.Value{{Text: id}}}
	runs, err := s.store.Runs(ctx, tracker.Query{Where: is, Limit: 1})
	if err == nil && len(runs) == 0 {
		err = &tracker.RunError{Op: "follow", Run: id, Err: tracker.ErrNotFound}
	}
	if err != nil {
		return change{}, err
	}
	return change{Version: digest(runs), Status: runs[0].Status, Ended: runs[0].Status != tracker.Running}, nil
}

// digest differs when what pages show of runs does.
func digest(runs []tracker.Run) string {
	sum := sha256.New()
	for _, r := range runs {
		r.Source = tracker.Source{}
		data, err := json.Marshal(r)
		fmt.Fprintf(sum, "%s %v\n", data, err)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
