package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
)

type Todo struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
	Done bool   `json:"done,omitempty"`
}
type API struct {
	mux   *http.ServeMux
	todos []Todo
}
type apiError struct {
	Status int    `json:"-"`
	Msg    string `json:"error"`
}

func (e *apiError) Error() string { return e.Msg }

type handler func(w http.ResponseWriter, r *http.Request) (any, error)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, err := h(w, r)
	status := http.StatusOK
	var ae *apiError
	if errors.As(err, &ae) {
		status, v = ae.Status, ae
	} else if err != nil {
		status, v = 500, map[string]string{"error": err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// In [2]
func NewAPI() *API {
	a := &API{mux: http.NewServeMux()}
	a.mux.Handle("GET /todos", handler(a.list))
	a.mux.Handle("POST /todos", handler(a.create))
	a.mux.Handle("PUT /todos/{id}/done", handler(a.done))
	return a
}
func (a *API) list(w http.ResponseWriter, r *http.Request) (any, error) { return a.todos, nil }
func (a *API) create(w http.ResponseWriter, r *http.Request) (any, error) {
	var t Todo
	if err := json.NewDecoder(r.Body).Decode(&t); err != nil {
		return nil, &apiError{400, "bad json: " + err.Error()}
	}
	t.ID = len(a.todos) + 1
	a.todos = append(a.todos, t)
	return t, nil
}
func (a *API) done(w http.ResponseWriter, r *http.Request) (any, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return nil, fmt.Errorf("id: %w", err)
	}
	if id < 1 || id > len(a.todos) {
		return nil, fmt.Errorf("done: %w", &apiError{404, "no todo"})
	}
	a.todos[id-1].Done = true
	return &a.todos[id-1], nil
}
func main() {
	// In [3]
	api := NewAPI()
	for _, c := range [][3]string{
		{"POST", "/todos", `{"text":"write"}`}, {"POST", "/todos", `{`}, {"PUT", "/todos/1/done", ""},
		{"PUT", "/todos/9/done", ""}, {"PUT", "/todos/x/done", ""}, {"GET", "/todos", ""}, {"DELETE", "/todos", ""},
	} {
		w := httptest.NewRecorder()
		api.mux.ServeHTTP(w, httptest.NewRequest(c[0], c[1], strings.NewReader(c[2])))
		fmt.Println(c[0], c[1], w.Code, strings.TrimSpace(w.Body.String()))
	}
}

// Output:
// POST /todos 200 {"id":1,"text":"write"}
// POST /todos 400 {"error":"bad json: unexpected EOF"}
// PUT /todos/1/done 200 {"id":1,"text":"write","done":true}
// PUT /todos/9/done 404 {"error":"no todo"}
// PUT /todos/x/done 500 {"error":"id: strconv.Atoi: parsing \"x\": invalid syntax"}
// GET /todos 200 [{"id":1,"text":"write","done":true}]
// DELETE /todos 405 Method Not Allowed
