// Command page measures the pages of a store of 100,000 runs: what the server
// takes for each, and with -python PYTHON, which needs playwright and chromium,
// how long a person waits in the browser. It measures only; the product does not
// use it.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/web"
)

// pages are what is asked for: a name, and the address.
var pages = [][2]string{
	{"experiments", "/"},
	{"the newest runs", "/runs"},
	{"how many there are", "/count"},
	{"page 1,000", "/runs?page=1000"},
	{"one metric", "/runs?filter=metrics.auc+>+0.9"},
	{"how many of them", "/count?filter=metrics.auc+>+0.9"},
	{"metric, parameter, tag, the best first", "/runs?filter=metrics.auc+>+0.5+and+params.lr+%3D+0.01+and+tags.team+%3D+'x'+order+by+metrics.loss"},
	{"five wide comparisons", "/runs?filter=metrics.auc+>+0.3+and+metrics.loss+<+0.7+and+metrics.f1+>+0.3+and+params.dropout+>+0.3+and+tags.team+!%3D+'x'"},
	{"all runs by a metric", "/runs?sort=metrics.auc+desc"},
	{"all runs by a parameter", "/runs?sort=params.dropout"},
	{"all runs by a tag", "/runs?sort=tags.owner"},
}

func main() {
	path := flag.String("store", "", "a store that an earlier run of this program filled; without it one is made and removed")
	runs := flag.Int("runs", 100_000, "how many runs are made")
	python := flag.String("python", "", "a Python with playwright, to measure in chromium too")
	flag.Parse()
	if err := measure(context.Background(), *path, *runs, *python); err != nil {
		fmt.Fprintln(os.Stderr, "bench/tracker/page:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, path string, runs int, python string) error {
	if path == "" {
		dir, err := os.MkdirTemp("", "cellar-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, "cellar.db")
	}
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	have, err := s.CountRuns(ctx, tracker.Query{})
	if err == nil && have < runs {
		err = fill(ctx, s, runs-have)
	}
	if err != nil {
		return err
	}
	site := web.New(s, web.Options{Store: path})
	defer site.Close()
	srv := httptest.NewServer(site)
	defer srv.Close()
	fmt.Printf("%d runs, load %s\n", max(have, runs), load())
	for _, p := range pages {
		took, err := serve(srv.URL + p[1])
		if err != nil {
			return err
		}
		fmt.Printf("  %-42s %6.1f ms\n", p[0], took)
	}
	if python == "" {
		return nil
	}
	cmd := exec.CommandContext(ctx, python, "bench/tracker/page/page.py", srv.URL)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// serve is the median of how long the server takes for a page.
func serve(url string) (float64, error) {
	var all []float64
	for range 7 {
		start := time.Now()
		a, err := http.Get(url)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("GET %s: %s, %w", url, a.Status, err)
		}
		all = append(all, float64(time.Since(start))/1e6)
	}
	slices.SortFunc(all, cmp.Compare[float64])
	return all[len(all)/2], nil
}

// fill makes closed runs of 5 metrics, 10 parameters and 2 tags.
func fill(ctx context.Context, s *sqlite.Store, n int) error {
	src, rng := tracker.Capture("."), rand.New(rand.NewPCG(1, 1))
	for range n {
		r, err := s.CreateRun(ctx, tracker.Run{Source: src, Kind: "train",
			Params: map[string]any{"lr": []float64{0.1, 0.03, 0.01, 0.003, 0.001}[rng.IntN(5)], "batch": 32 << rng.IntN(3), "family": []string{"mlp", "logistic"}[rng.IntN(2)],
				"epochs": rng.IntN(100), "hidden": []int{64, 32}, "data": "wine@v3", "target": "quality", "dropout": rng.Float64(), "decay": 1e-4, "clip": rng.IntN(2) == 0},
			Tags: map[string]string{"team": []string{"x", "y", "z"}[rng.IntN(3)], "owner": fmt.Sprint("person ", rng.IntN(50))}})
		if err != nil {
			return err
		}
		var pts []tracker.Point
		for _, m := range []string{"auc", "loss", "f1", "accuracy", "validation/loss"} {
			pts = append(pts, tracker.Point{Metric: m, Value: rng.Float64()})
		}
		if err := s.Log(ctx, r.ID, pts...); err != nil {
			return err
		}
		if err := s.FinishRun(ctx, r.ID, tracker.Finished, ""); err != nil {
			return err
		}
	}
	return nil
}

// load is the machine's load average, without which no figure means much.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}
