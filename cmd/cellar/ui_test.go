package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
)

// TestUI serves a store at a free port until it is told to end, which is no
// error, and refuses a port that is taken.
func TestUI(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	url := "sqlite://" + t.TempDir() + "/cellar.db"
	sh := newShell()
	defer sh.close()
	out, w := io.Pipe()
	root := newRoot(sh)
	root.SetArgs([]string{"ui", "--no-open", "--port", "0", "--store", url})
	root.SetOut(w)
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	m := regexp.MustCompile(`^Cellar shows (\S+) at http://127\.0\.0\.1:(\d+)/\n$`).FindStringSubmatch(line)
	if m == nil || m[1] != url {
		t.Fatalf("ui prints %q", line)
	}
	healthy(t, m[2], url)
	checkMLflow(t, "http://127.0.0.1:"+m[2]+"/api/2.0/mlflow/")
	other := newRoot(newShell())
	other.SetArgs([]string{"ui", "--no-open", "--port", m[2], "--store", "mem:"})
	if err := other.ExecuteContext(ctx); err == nil || err.Error() != "ui: port "+m[2]+" of 127.0.0.1 is in use" || !strings.Contains(hint.Of(err), "--port 0") {
		t.Errorf("ui at a taken port: %v (hint: %s)", err, hint.Of(err))
	}

	stream, err := http.Get("http://127.0.0.1:" + m[2] + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	stop()
	if err := <-ended; err != exitCode(0) {
		t.Errorf("ui ends with %v, want exit code 0", err)
	}
	if _, err := io.Copy(io.Discard, stream.Body); err != nil {
		t.Errorf("a stream ends with %v", err)
	}
}

// healthy asks a server how it is.
func healthy(t *testing.T, port, store string) {
	t.Helper()
	a, err := http.Get("http://127.0.0.1:" + port + "/health")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var health struct {
		OK     bool
		Store  string
		Schema int
	}
	if err := json.NewDecoder(a.Body).Decode(&health); err != nil || !health.OK || health.Store != store || health.Schema == 0 {
		t.Errorf("GET /health = %+v, %v", health, err)
	}
}

// checkMLflow makes an experiment by MLflow's API, which a page of another site
// cannot.
func checkMLflow(t *testing.T, api string) {
	t.Helper()
	for origin, want := range map[string]int{"https://evil.example": http.StatusForbidden, "": http.StatusOK} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, api+"experiments/create", strings.NewReader(`{"name":"wine"}`))
		if err != nil {
			t.Fatal(err)
		}
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		a.Body.Close()
		if a.StatusCode != want || err != nil {
			t.Errorf("POST experiments/create from %q = %d %s, %v; want %d", origin, a.StatusCode, body, err, want)
		}
	}
}
