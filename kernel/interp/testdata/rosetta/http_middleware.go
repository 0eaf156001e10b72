package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

type Middleware func(http.Handler) http.Handler

func chain(h http.Handler, ms ...Middleware) http.Handler {
	for _, m := range slices.Backward(ms) {
		h = m(h)
	}
	return h
}

type recorder struct {
	http.ResponseWriter
	status int
	n      int
}

func (r *recorder) WriteHeader(code int) {
	r.status = code
	r.ResponseWriter.WriteHeader(code)
}
func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.n += n
	return n, err
}
func main() {
	var logs []string
	logging := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w, status: 200}
			next.ServeHTTP(rec, r)
			logs = append(logs, fmt.Sprint(r.Method, " ", r.URL.Path, " ", rec.status, " ", rec.n))
		})
	}
	auth := func(token string) Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+token {
					w.WriteHeader(http.StatusUnauthorized)
					fmt.Fprint(w, "denied")
					return
				}
				next.ServeHTTP(w, r)
			})
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s", r.PathValue("name"))
	})
	h := chain(mux, logging, auth("t"))
	for _, tok := range []string{"t", "bad"} {
		req := httptest.NewRequest("GET", "/hello/ann", nil)
		req.Header.Set("Authorization", "Bearer "+tok)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		fmt.Println(w.Code, w.Body.String())
	}
	fmt.Println(strings.Join(logs, "\n"))
}

// Output:
// 200 hello ann
// 401 denied
// GET /hello/ann 200 9
// GET /hello/ann 401 6
