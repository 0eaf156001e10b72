// Command wide records a run with a million metric keys and one with a parameter of
// 100 MB, and prints what each step took, the heap and the file, and how long
// another writer waited meanwhile.
//
// usage: go run ./bench/tracker/wide [-metrics 1000000] [-parameter 100000000]
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

func main() {
	log.SetFlags(0)
	metrics := flag.Int("metrics", 1_000_000, "how many metric keys")
	parameter := flag.Int("parameter", 100_000_000, "how many bytes of a parameter")
	flag.Parse()
	dir, err := os.MkdirTemp("", "cellar-wide-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = measure(context.Background(), filepath.Join(dir, "cellar.db"), *metrics, *parameter)
	}
	if err != nil {
		log.Print("wide: ", err)
	}
}

// A step is one thing that is measured.
type step struct {
	name string
	do   func() error
}

// Long: a table of steps.
func measure(ctx context.Context, path string, metrics, parameter int) error {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	many, err := s.CreateRun(ctx, tracker.Run{Name: "many"})
	if err != nil {
		return err
	}
	long, err := s.CreateRun(ctx, tracker.Run{Name: "long"})
	if err != nil {
		return err
	}
	other, err := another(ctx, path)
	if err != nil {
		return err
	}
	fmt.Printf("%-36s %10s  %8s  %8s  %s\n", "step", "took", "heap MB", "file MB", "another writer waited at most")
	for _, st := range []step{
		{fmt.Sprintf("log %d metrics, 1000 a call", metrics), func() error { return wide(ctx, s, many.ID, metrics) }},
		{"read the open run", func() error { _, err := s.Run(ctx, many.ID); return err }},
		{"read one curve of it", func() error { _, err := s.Points(ctx, many.ID, key(metrics/2)); return err }},
		{"finish it", func() error { return s.FinishRun(ctx, many.ID, tracker.Finished, "") }},
		{"read the closed run", func() error { _, err := s.Run(ctx, many.ID); return err }},
		{"list the runs", func() error { _, err := s.Runs(ctx, tracker.Query{Limit: 30}); return err }},
		{"check the store", func() error { return check(ctx, s) }},
		{"delete and purge it", func() error {
			if err := s.DeleteRun(ctx, many.ID); err != nil {
				return err
			}
			return s.PurgeRun(ctx, many.ID)
		}},
		{"give free pages back", func() error { _, err := s.Tidy(ctx, tracker.Tidying{Free: true}); return err }},
		{fmt.Sprintf("set a parameter of %d bytes", parameter), func() error {
			return s.SetParams(ctx, long.ID, map[string]any{"text": strings.Repeat("x", parameter)})
		}},
		{"read its run", func() error { _, err := s.Run(ctx, long.ID); return err }},
	} {
		other.longest()
		began := time.Now()
		if err := st.do(); err != nil {
			return fmt.Errorf("%s: %w", st.name, err)
		}
		took := time.Since(began)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		file, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Printf("%-36s %10s  %8d  %8d  %s\n", st.name, took.Round(time.Millisecond), m.HeapAlloc>>20, file.Size()>>20, other.longest().Round(time.Millisecond))
	}
	return other.stop()
}

func key(i int) string { return fmt.Sprintf("layer/%d/gradient norm", i) }

func wide(ctx context.Context, s *sqlite.Store, run string, metrics int) error {
	for from := 0; from < metrics; from += 1000 {
		var pts []tracker.Point
		for i := from; i < min(from+1000, metrics); i++ {
			pts = append(pts, tracker.Point{Metric: key(i), Value: float64(i)})
		}
		if err := s.Log(ctx, run, pts...); err != nil {
			return err
		}
	}
	return nil
}

func check(ctx context.Context, s *sqlite.Store) error {
	found, err := s.Check(ctx, nil)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%+v", found[0])
	}
	return err
}

// A writer logs a point every few milliseconds through a store of its own, as
// another process would.
type writer struct {
	ask  chan chan time.Duration
	done chan error
}

func another(ctx context.Context, path string) (*writer, error) {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	r, err := s.CreateRun(ctx, tracker.Run{Name: "other"})
	if err != nil {
		return nil, err
	}
	w := &writer{make(chan chan time.Duration), make(chan error, 1)}
	go func() {
		defer s.Close()
		var most time.Duration
		for i := int64(0); ; i++ {
			select {
			case answer, open := <-w.ask:
				if !open {
					w.done <- err
					return
				}
				answer <- most
				most = 0
			case <-time.After(5 * time.Millisecond):
				began := time.Now()
				if e := s.Log(ctx, r.ID, tracker.Point{Metric: "m", Step: i}); e != nil && err == nil {
					err = e
				}
				most = max(most, time.Since(began))
			}
		}
	}()
	return w, nil
}

// longest is the longest wait since it was asked last.
func (w *writer) longest() time.Duration {
	answer := make(chan time.Duration)
	w.ask <- answer
	return <-answer
}

func (w *writer) stop() error {
	close(w.ask)
	return <-w.done
}
