package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

type Item struct {
	Name string  `json:"name"`
	Cost float64 `json:"cost"`
}
type store struct {
	mu    sync.Mutex
	items map[string]Item
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Method {
	case http.MethodGet:
		it, ok := s.items[r.URL.Query().Get("name")]
		if !ok {
			http.Error(w, "no such item", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(it)
	case http.MethodPost:
		var it Item
		if err := json.NewDecoder(r.Body).Decode(&it); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.items[it.Name] = it
		w.WriteHeader(http.StatusCreated)
	}
}

// In [2]
func call(c *http.Client, method, url, body string) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		fmt.Println(err)
		return
	}
	resp, err := c.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	fmt.Println(method, resp.StatusCode, resp.Header.Get("Content-Type"), strings.TrimSpace(string(b)))
}
func main() {
	// In [2]
	srv := httptest.NewServer(&store{items: map[string]Item{}})
	c := srv.Client()
	// In [3]
	call(c, "POST", srv.URL, `{"name":"pen","cost":1.5}`)
	call(c, "GET", srv.URL+"?name=pen", "")
	call(c, "GET", srv.URL+"?name=ink", "")
	call(c, "POST", srv.URL, `{"name":`)
	srv.Close()
}

// Output:
// POST 201
// GET 200 application/json {"name":"pen","cost":1.5}
// GET 404 text/plain; charset=utf-8 no such item
// POST 400 text/plain; charset=utf-8 unexpected EOF
