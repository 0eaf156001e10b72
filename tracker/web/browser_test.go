package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/web"
)

// TestBrowser does in headless chromium what a person does: see browse.py.
// CELLAR_JUPYTER_PYTHON is a Python with playwright; CELLAR_WEB_SHOTS keeps the
// screenshots.
func TestBrowser(t *testing.T) {
	python := os.Getenv("CELLAR_JUPYTER_PYTHON")
	if python == "" {
		const why = "needs CELLAR_JUPYTER_PYTHON, a Python with playwright, and chromium"
		if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "browser") {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	store := mem.New(mem.Options{})
	fill(t, store)
	run, end := logging(t, store)
	pages := web.New(store, web.Options{Store: "sqlite:///home/ada/wine/.cellar/cellar.db"})
	defer pages.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			end()
		}
		pages.ServeHTTP(w, r)
	}))
	defer srv.Close()
	shots := os.Getenv("CELLAR_WEB_SHOTS")
	if shots == "" {
		shots = t.TempDir()
	}
	out, err := exec.CommandContext(t.Context(), python, "testdata/browse.py", "--url", srv.URL, "--out", shots, "--live", run).CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("browse.py: %v", err)
	}
}

// logging is a run that logs until end is called.
func logging(t *testing.T, s tracker.Store) (id string, end func()) {
	t.Helper()
	r := must(s.CreateRun(t.Context(), tracker.Run{Experiment: "live", Name: "growing", Kind: "train"}))(t)
	done, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for step := int64(0); ; step++ {
			select {
			case <-done:
				_ = s.FinishRun(t.Context(), r.ID, tracker.Finished, "")
				return
			case <-time.After(20 * time.Millisecond):
				_ = s.Log(t.Context(), r.ID, tracker.Point{Metric: "loss", Step: step, Value: 1 / float64(step+1)})
			}
		}
	}()
	end = sync.OnceFunc(func() { close(done); <-over })
	t.Cleanup(end)
	return r.ID, end
}
