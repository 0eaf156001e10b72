// Package mlflow serves MLflow's REST API over a tracker.Store, so that a program
// that logs to an MLflow server logs here unchanged. It follows the protocol as
// the client of MLflow 3.17 speaks it (service.proto, model_registry.proto,
// mlflow_artifacts.proto); docs/adr/0074 says how its words map to the tracker's.
// It knows no database and shows no page.
package mlflow

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
)

// Version is the release of MLflow whose protocol this is.
const Version = "3.17.2"

// Options completes Handler. The zero value is right outside tests.
type Options struct {
	Now         func() time.Time // nil: the machine's clock
	Rand        io.Reader        // for ids; nil: crypto/rand
	MaxBody     int64            // bytes of a JSON request; 0: 64 MiB
	MaxArtifact int64            // bytes of an uploaded file; 0: 1 TiB
}

// Handler answers MLflow's clients from a store, below /api/ and /ajax-api/. It trusts who reaches it:
// refusing other sites' requests (Host and Origin) is the server's part.
func Handler(store tracker.Store, o Options) http.Handler {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.MaxBody == 0 {
		o.MaxBody = 64 << 20
	}
	if o.MaxArtifact == 0 {
		o.MaxArtifact = 1 << 40
	}
	s := &server{Store: store, o: o, now: clock.Or(o.Now)}
	mux := http.NewServeMux()
	for _, e := range endpoints {
		for _, prefix := range e.prefixes() {
			mux.HandleFunc(e.method+" "+prefix+e.path, func(w http.ResponseWriter, r *http.Request) { e.serve(s, w, r) })
		}
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { refuse(w, unknown(r)) })
	return mux
}

// A server is one Handler.
type server struct {
	tracker.Store
	o   Options
	now func() time.Time

	records sync.Mutex // held while a record is read, changed and put back
	opening sync.Mutex // held while a closed run is open for one call
}

// An endpoint is one method and path of the API.
type endpoint struct {
	method, path string
	serve        func(*server, http.ResponseWriter, *http.Request)
}

// prefixes are where MLflow's clients and page look for it.
func (e endpoint) prefixes() []string {
	return []string{"/api/2.0/", "/ajax-api/2.0/", "/api/3.0/", "/ajax-api/3.0/"}
}

// on is the endpoint that answers with what f makes of the request's fields.
func on[In any](method, path string, f func(*server, context.Context, *In) (any, error)) endpoint {
	return endpoint{method, path, func(s *server, w http.ResponseWriter, r *http.Request) {
		in := new(In)
		if err := read(r, http.MaxBytesReader(w, r.Body, s.o.MaxBody), in); err != nil {
			refuse(w, err)
			return
		}
		out, err := f(s, r.Context(), in)
		if err != nil {
			refuse(w, err)
			return
		}
		answer(w, http.StatusOK, out)
	}}
}

// none is the answer without fields.
type none struct{}
