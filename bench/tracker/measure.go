package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// measure fills the column of Cellar.
func measure(ctx context.Context, dir string, n int, search bool) (map[string]float64, error) {
	out := map[string]float64{}
	figures := []func(context.Context, string, int, map[string]float64) error{opening, single, together, batches, killed, listing, reading, size, drawing}
	if search {
		figures = append(figures, searching)
	}
	for _, f := range figures {
		if err := f(ctx, filepath.Join(dir, strconv.Itoa(rand.Int()), "cellar.db"), n, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func opening(ctx context.Context, path string, _ int, out map[string]float64) error {
	for _, name := range []string{"open a new store", "open it again"} {
		start := time.Now()
		s, err := sqlite.Open(ctx, path, sqlite.Options{})
		if err != nil {
			return err
		}
		out[name] = ms(start)
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}

func ms(start time.Time) float64 { return float64(time.Since(start)) / 1e6 }

// open makes a store with one open run.
func open(ctx context.Context, path string) (*sqlite.Store, tracker.Run, error) {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, tracker.Run{}, err
	}
	r, err := s.CreateRun(ctx, tracker.Run{})
	return s, r, err
}

func single(ctx context.Context, path string, n int, out map[string]float64) error {
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	start := time.Now()
	for i := range n {
		if err := s.Log(ctx, r.ID, tracker.Point{Metric: "loss", Step: int64(i), Value: rand.Float64()}); err != nil {
			return err
		}
	}
	out["log one at a time"] = float64(n) / time.Since(start).Seconds()
	if err := s.FinishRun(ctx, r.ID, tracker.Finished, ""); err != nil {
		return err
	}
	out["log one at a time, with the end of the run"] = float64(n) / time.Since(start).Seconds()
	return nil
}

func together(ctx context.Context, path string, n int, out map[string]float64) error {
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	const goroutines = 8
	var wg sync.WaitGroup
	errs := make([]error, goroutines)
	start := time.Now()
	for g := range goroutines {
		wg.Go(func() {
			for i := range n / goroutines {
				if err := s.Log(ctx, r.ID, tracker.Point{Metric: fmt.Sprint("loss", g), Step: int64(i), Value: rand.Float64()}); err != nil {
					errs[g] = err
				}
			}
		})
	}
	wg.Wait()
	out["log one at a time, 8 goroutines"] = float64(n) / time.Since(start).Seconds()
	return errors.Join(errs...)
}

func batches(ctx context.Context, path string, n int, out map[string]float64) error {
	const size = 1000
	for _, b := range []struct {
		name  string
		point func(i int) tracker.Point
	}{
		{"log 1,000 steps of a metric a call", func(i int) tracker.Point {
			return tracker.Point{Metric: "loss", Step: int64(i), Value: rand.Float64()}
		}},
		{"log 1,000 metrics a call", func(i int) tracker.Point {
			return tracker.Point{Metric: fmt.Sprintf("weight/%d", i%size), Step: int64(i / size), Value: rand.Float64()}
		}},
	} {
		s, r, err := open(ctx, path+b.name)
		if err != nil {
			return err
		}
		defer s.Close()
		start := time.Now()
		for i := 0; i < n; i += size {
			var pts []tracker.Point
			for j := range size {
				pts = append(pts, b.point(i+j))
			}
			if err := s.Log(ctx, r.ID, pts...); err != nil {
				return err
			}
		}
		out[b.name] = float64(n) / time.Since(start).Seconds()
	}
	return nil
}

const childCommand = "log-until-killed"

// child logs for ever and writes a line for each call that has returned.
func child(path string) error {
	ctx := context.Background()
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	fmt.Println(r.ID)
	for i := int64(0); ; i++ {
		if err := s.Log(ctx, r.ID, tracker.Point{Metric: "loss", Step: i, Value: float64(i)}); err != nil {
			return err
		}
		if _, err := os.Stdout.WriteString(strconv.FormatInt(i, 10) + "\n"); err != nil {
			return err
		}
	}
}

// killed ends a child that logs with SIGKILL once it has n acknowledged and
// counts what the store has of the acknowledged ones.
func killed(ctx context.Context, path string, n int, out map[string]float64) error {
	cmd := exec.CommandContext(ctx, os.Args[0], childCommand, path)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(pipe)
	lines.Scan()
	run, acknowledged := strings.TrimSpace(lines.Text()), 0
	for lines.Scan() {
		if acknowledged++; acknowledged == n {
			if err := cmd.Process.Kill(); err != nil {
				return err
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		return fmt.Errorf("child of %s ended by itself after %d points", path, acknowledged)
	}
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	pts, err := s.Points(ctx, run, "loss")
	if err != nil {
		return err
	}
	lost := max(0, acknowledged-len(pts))
	for i, p := range pts {
		if i < acknowledged && (p.Step != int64(i) || p.Value != float64(i)) {
			lost++
		}
	}
	out["acknowledged before kill -9"], out["of these lost"] = float64(acknowledged), float64(lost)
	return nil
}

func listing(ctx context.Context, path string, _ int, out map[string]float64) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	src := tracker.Capture(".")
	for i := range 1000 {
		r, err := s.CreateRun(ctx, tracker.Run{Source: src, Params: map[string]any{"a": i, "b": 1.5, "c": "mlp", "d": true, "e": []int{1, 2}}})
		if err != nil {
			return err
		}
		var pts []tracker.Point
		for j := range 60 {
			pts = append(pts, tracker.Point{Metric: fmt.Sprintf("metric/%d", j%6), Step: int64(j / 6), Value: rand.Float64()})
		}
		if err := s.Log(ctx, r.ID, pts...); err != nil {
			return err
		}
	}
	return median(out, "list 1,000 runs with 6 metrics, 5 parameters", func() error {
		runs, err := s.Runs(ctx, tracker.Query{})
		if err == nil && (len(runs) != 1000 || len(runs[0].Metrics) != 6) {
			err = fmt.Errorf("list: %d runs", len(runs))
		}
		return err
	})
}

func reading(ctx context.Context, path string, n int, out map[string]float64) error {
	s, r, err := open(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close()
	for metric, n := range map[string]int{"100,000": n, "20,000": n / 5} {
		for i := 0; i < n; i += 1000 {
			var pts []tracker.Point
			for j := range 1000 {
				pts = append(pts, tracker.Point{Metric: metric, Step: int64(i + j), Value: rand.Float64()})
			}
			if err := s.Log(ctx, r.ID, pts...); err != nil {
				return err
			}
		}
		err = median(out, "read one curve of "+metric+" points", func() error {
			all, err := s.Curve(ctx, r.ID, metric)
			if err == nil && all.Len() != n {
				err = fmt.Errorf("read: %d points", all.Len())
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := s.Close(); err != nil { // the log is folded into the file
		return err
	}
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	out["bytes a point"] = float64(st.Size()) / float64(n+n/5)
	return nil
}

// median times f seven times.
func median(out map[string]float64, name string, f func() error) error {
	var times []float64
	for range 7 {
		start := time.Now()
		if err := f(); err != nil {
			return err
		}
		times = append(times, ms(start))
	}
	slices.Sort(times)
	out[name] = times[len(times)/2]
	return nil
}
