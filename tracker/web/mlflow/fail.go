package mlflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// A code is one of MLflow's error codes.
type code string

// The codes that are used here. statuses has their HTTP statuses, which are those
// of mlflow/exceptions.py: a client tries again after some of them.
const (
	invalidValue code = "INVALID_PARAMETER_VALUE"
	noResource   code = "RESOURCE_DOES_NOT_EXIST"
	taken        code = "RESOURCE_ALREADY_EXISTS"
	noEndpoint   code = "ENDPOINT_NOT_FOUND"
	notDone      code = "NOT_IMPLEMENTED"
	forbidden    code = "PERMISSION_DENIED"
	cancelled    code = "CANCELLED"
	wrongState   code = "INVALID_STATE"
	internal     code = "INTERNAL_ERROR"
)

var statuses = map[code]int{
	invalidValue: 400, noResource: 404, taken: 400, noEndpoint: 404, notDone: 501, forbidden: 403, cancelled: 499, wrongState: 500, internal: 500,
}

// A problem is an error in MLflow's form.
type problem struct {
	Code    code   `json:"error_code"`
	Message string `json:"message"`
}

func (p *problem) Error() string { return p.Message }

func failf(c code, format string, args ...any) error {
	return &problem{c, fmt.Sprintf(format, args...)}
}

// as gives an error of the store a code; one that has one already keeps it.
func as(c code, err error) error {
	if _, ok := errors.AsType[*problem](err); ok || err == nil {
		return err
	}
	return &problem{c, text(err)}
}

// text is an error with its hint.
func text(err error) string {
	if h := hint.Of(err); h != "" {
		return err.Error() + "\nhint: " + h
	}
	return err.Error()
}

// codeOf is what MLflow calls an error of the store.
func codeOf(err error) code {
	switch _, filter := errors.AsType[*search.Error](err); {
	case filter, errors.Is(err, tracker.ErrConflict), errors.Is(err, tracker.ErrFinished), errors.Is(err, tracker.ErrInUse):
		return invalidValue
	case errors.Is(err, tracker.ErrNotFound), errors.Is(err, tracker.ErrAmbiguous):
		return noResource
	case errors.Is(err, tracker.ErrUnwritable):
		return forbidden // of 5xx a client would try again for minutes
	case errors.Is(err, context.Canceled):
		return cancelled
	}
	return internal
}

// refuse answers with an error.
func refuse(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = &problem{codeOf(err), text(err)}
	}
	answer(w, statuses[p.Code], p)
}

func answer(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		status, data = 500, []byte(`{"error_code":"INTERNAL_ERROR","message":"the answer has no JSON"}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(data) // a client that has gone needs no answer
}

// unknown is the answer to what is not served here.
func unknown(r *http.Request) error {
	return failf(noEndpoint, "no endpoint %s %s: Cellar serves MLflow's experiments, runs, metrics, artifacts and models, and no traces, prompts, scorers or gateways",
		r.Method, r.URL.Path)
}
