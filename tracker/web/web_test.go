package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/web"
)

// A site is the pages of a store in memory.
type site struct {
	*httptest.Server
	store tracker.Store
	t     *testing.T
}

func open(t *testing.T, o web.Options) *site {
	t.Helper()
	s := &site{store: mem.New(mem.Options{}), t: t}
	pages := web.New(s.store, o)
	s.Server = httptest.NewServer(pages)
	t.Cleanup(func() {
		pages.Close()
		s.Close()
	})
	return s
}

// ask sends a request; header holds pairs of names and values.
func (s *site) ask(method, path, body string, header ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultTransport.RoundTrip(r) // no redirect is followed
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return a, string(text)
}

// run makes a run that has ended.
func (s *site) run(r tracker.Run, metrics map[string]float64) tracker.Run {
	s.t.Helper()
	r, err := s.store.CreateRun(s.t.Context(), r)
	for name, v := range metrics {
		if err == nil {
			err = s.store.Log(s.t.Context(), r.ID, tracker.Point{Metric: name, Value: v})
		}
	}
	if err == nil {
		err = s.store.FinishRun(s.t.Context(), r.ID, tracker.Finished, "")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func TestHealth(t *testing.T) {
	s := open(t, web.Options{Store: "mem:", Version: "v1"})
	s.run(tracker.Run{}, nil)
	a, text := s.ask("GET", "/health", "")
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"ok": true, "store": "mem:", "runs": 1.0, "version": "v1"}
	if diff := cmp.Diff(want, got); diff != "" || a.StatusCode != 200 {
		t.Errorf("GET /health = %d, mismatch (-want +got):\n%s", a.StatusCode, diff)
	}
}

// A request with the name of another site, or from a page of one, is refused.
func TestGuard(t *testing.T) {
	s := open(t, web.Options{Host: "big.example"})
	for _, tt := range []struct {
		method string
		header []string
		code   int
	}{
		{"GET", []string{"Host", "evil.example"}, 421},
		{"GET", []string{"Host", "127.0.0.1.evil.example:80"}, 421},
		{"GET", []string{"Host", "localhost.evil.example"}, 421},
		{"GET", []string{"Host", ""}, 200}, // the address
		{"GET", []string{"Host", "localhost:1234"}, 200},
		{"GET", []string{"Host", "[::1]:1234"}, 200},
		{"GET", []string{"Host", "192.168.1.7"}, 200},
		{"GET", []string{"Host", "big.example:80"}, 200},
		{"GET", []string{"Origin", "http://evil.example"}, 200}, // reads nothing: no header allows it
		{"POST", []string{"Origin", "http://evil.example"}, 403},
		{"POST", []string{"Origin", "null"}, 403},
		{"POST", []string{"Origin", "http://127.0.0.1:1"}, 403}, // another server of this machine
		{"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"DELETE", []string{"Origin", "http://evil.example"}, 403},
		{"PUT", []string{"Origin", s.URL}, 404},
		{"POST", nil, 404}, // a program, not a page: it passes, and there is nothing
	} {
		if a, text := s.ask(tt.method, "/runs", "", tt.header...); a.StatusCode != tt.code {
			t.Errorf("%s %q = %d, want %d: %s", tt.method, tt.header, a.StatusCode, tt.code, text[:min(len(text), 200)])
		}
	}
}

// Every page says that no script of another place, nor one in the page itself, runs.
func TestHeaders(t *testing.T) {
	s := open(t, web.Options{})
	for _, path := range []string{"/", "/runs", "/nowhere", "/health"} {
		a, text := s.ask("GET", path, "")
		csp := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "script-src 'self';") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s has headers %v", path, a.Header)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("GET %s lets other sites read it", path)
		}
		if bad := regexp.MustCompile(`(?i)<script>|\son\w+=|javascript:`).FindString(text); bad != "" {
			t.Errorf("GET %s has a script in the page: %q", path, bad)
		}
	}
}

// What is mounted answers below its addresses, behind the guard.
func TestAPI(t *testing.T) {
	s := open(t, web.Options{API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, "api ", n, err)
	})})
	long := strings.Repeat("x", 3<<20)
	if _, text := s.ask("POST", "/api/2.0/mlflow/runs/create", long); text != fmt.Sprint("api ", len(long), nil) {
		t.Errorf("POST of 3 MB = %q", text)
	}
	if a, _ := s.ask("POST", "/api/2.0/mlflow/runs/create", "{}", "Origin", "http://evil.example"); a.StatusCode != 403 {
		t.Errorf("cross-site POST = %d, want 403", a.StatusCode)
	}
}

func TestRunsTable(t *testing.T) {
	s := open(t, web.Options{})
	for i := range 120 {
		s.run(tracker.Run{Experiment: "wine", Name: fmt.Sprint("run-", i), Params: map[string]any{"lr": i, "same": 1}}, map[string]float64{"auc": float64(i) / 120, "system/cpu": 1})
	}
	for _, tt := range []struct {
		path       string
		has, lacks []string
	}{
		{"/", []string{"wine", "120", "run-119"}, nil},
		{"/runs?experiment=wine", []string{"run-119", "run-70", "1–50", `title="params.lr"><a`, `title="metrics.auc"><a`, "Next"}, []string{"run-69<", "system/cpu", `title="params.same"><a`, "Newer"}},
		{"/runs?experiment=wine&page=3", []string{"run-19<", "run-0<", "101–120", "Newer"}, []string{"run-20<", "Next →"}},
		{"/runs?sort=metrics.auc&filter=metrics.auc+<+0.1", []string{"run-0<", "run-11<", `aria-sort="ascending"`, "1–12"}, []string{"run-12<"}},
		{"/runs?col=params.same&col=took", []string{`title="params.same"><a`, `title="took">took`}, []string{">auc</a>"}},
		{"/runs?filter=metrics.auc+>>+1", []string{"metrics.auc &gt;<mark>&gt;</mark> 1", `data-column="13"`}, []string{"run-1"}},
		{"/runs?filter=params.lr+=+1000", []string{"No run passes this filter"}, nil},
		{"/runs?experiment=none", []string{"No runs yet", "%train"}, nil},
	} {
		a, text := s.ask("GET", tt.path, "")
		for _, want := range tt.has {
			if !strings.Contains(text, want) {
				t.Errorf("GET %s = %d lacks %q", tt.path, a.StatusCode, want)
			}
		}
		for _, not := range tt.lacks {
			if strings.Contains(text, not) {
				t.Errorf("GET %s has %q", tt.path, not)
			}
		}
	}
	if _, text := s.ask("GET", "/count?experiment=wine&filter=params.lr+>+19", ""); text != "of 100" {
		t.Errorf("count = %q, want of 100", text)
	}
}
