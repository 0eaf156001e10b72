// Command feed measures what a training step loses to waiting for its rows, on a
// Parquet file that is larger than the memory it may take, and the rows a second
// of ingestion beside tf.data, in one run.
//
// It needs a Python with tensorflow and pyarrow: PYTHON=/path go run ./bench/data/feed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine"
)

const (
	inputs = 784
	batch  = 256
)

func main() {
	var b bench
	flag.IntVar(&b.rows, "rows", 1_600_000, "rows of the file, 6,280 bytes each, and half of that in the cache")
	flag.StringVar(&b.dir, "dir", os.TempDir(), "where file and cache lie while it runs; 1.5 times the file's size")
	flag.Int64Var(&b.memory, "memory", 2e9, "bytes that training may take")
	flag.IntVar(&b.epochs, "epochs", 2, "times through the rows")
	flag.BoolVar(&b.keep, "keep", false, "keep the files for another run")
	flag.DurationVar(&b.drain, "drain", 15*time.Second, "how long each feed runs without a step")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/data/feed:", err)
		os.Exit(1)
	}
}

type bench struct {
	rows, epochs int
	dir          string
	memory       int64
	keep         bool
	drain        time.Duration
}

func (b bench) run() error {
	dir := filepath.Join(b.dir, "cellar-bench-feed")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if !b.keep {
		defer os.RemoveAll(dir)
	}
	path, cache := filepath.Join(dir, fmt.Sprintf("rows-%d.parquet", b.rows)), filepath.Join(dir, "cache")
	if _, err := os.Stat(path); err != nil {
		if err := generate(path, b.rows); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows of %d float64 and a class, %s of Parquet, --memory %s, %s\n", b.rows, inputs, feed.Bytes(info.Size()), feed.Bytes(b.memory), load())
	res, err := b.train(path, cache)
	if err != nil {
		return err
	}
	fmt.Printf("most memory that was ever resident (VmHWM), XLA's too: %s\n", highWater())
	if err := b.resident(); err != nil {
		return err
	}
	return b.feeds(path, cache, res)
}

func (b bench) spec(epochs int) engine.Spec {
	return engine.Spec{Family: "mlp", Target: "digit", Hidden: []int{256, 128}, Batch: batch, Epochs: epochs, Validation: -1, Seed: 1, Patience: -1}
}

// train streams, and prints what each stage did and what the steps lost.
func (b bench) train(path, cache string) (*engine.Result, error) {
	stats := &feed.Stats{}
	src, err := feed.OpenParquet(path, stats)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	began := time.Now()
	var built, last time.Time
	var waited time.Duration
	tick := func(t feed.Built) { built = time.Now() }
	epoch := func(p engine.Progress) error {
		now := time.Now()
		if !last.IsZero() {
			w := stage(stats, "device").Waited - waited
			fmt.Printf("epoch %d: %.1f steps/s, waited %.2f %% of %.1f s, %s\n", p.Epoch,
				float64(b.rows/batch)/now.Sub(last).Seconds(), 100*w.Seconds()/now.Sub(last).Seconds(), now.Sub(last).Seconds(), load())
		}
		last, waited = now, stage(stats, "device").Waited
		return nil
	}
	res, err := engine.FitStream(context.Background(), src, b.spec(b.epochs), engine.Stream{Memory: b.memory, Cache: cache, Stats: stats, Tick: tick}, epoch)
	if err != nil {
		return nil, err
	}
	if !built.IsZero() {
		fmt.Printf("until the rows were cached: %.1f s\n", built.Sub(began).Seconds())
	}
	for _, s := range stats.Stages() {
		fmt.Printf("  %-8s %10d rows  %8.0f rows/s alone  %d workers  busy %6.1f s  waited for %6.1f s  queue %.2f  %s\n",
			s.Name, s.Rows, s.Rate(), s.Workers, s.Busy.Seconds(), s.Waited.Seconds(), s.Queue, feed.Bytes(s.Bytes))
	}
	return res, nil
}

// resident is the rate of the same step on rows that stay on the device.
func (b bench) resident() error {
	var first, last time.Time
	var steps int
	const rows, epochs = 8192, 20
	_, err := engine.Fit(context.Background(), table(rows), b.spec(epochs), func(p engine.Progress) error {
		if last = time.Now(); p.Epoch == 1 {
			first = last
		}
		steps = p.Step
		return nil
	})
	if err == nil {
		fmt.Printf("the same step on 8,192 rows that stay on the device: %.1f steps/s, %s\n", float64(steps-rows/batch)/last.Sub(first).Seconds(), load())
	}
	return err
}

// feeds drains our feed and the peer's over the same rows, in turns.
func (b bench) feeds(path, cache string, res *engine.Result) error {
	names, err := filepath.Glob(filepath.Join(cache, "*.rows"))
	if err != nil || len(names) != 1 {
		return fmt.Errorf("look for the cache: %v, %w", names, err)
	}
	key := strings.TrimSuffix(filepath.Base(names[0]), ".rows")
	c, err := feed.Open(context.Background(), cache, feed.Table("cache", "", table(1)), feed.Recipe{
		Key: key, Width: inputs + 1, Segments: []int64{int64(res.TrainRows), 0}})
	if err != nil {
		return err
	}
	defer c.Close()
	for range 3 {
		rate, err := drain(c, b.drain)
		if err != nil {
			return err
		}
		fmt.Printf("cellar, cached rows, exact shuffle:                     %8.0f rows/s   %s\n", rate, load())
		for _, what := range []string{"rows", "parquet"} {
			if err := b.peer(what, path, names[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

func drain(c *feed.Cache, for_ time.Duration) (float64, error) {
	f, err := feed.New(context.Background(), c.Segment(0), feed.Options{Batch: batch, Seed: 1}, feed.State{})
	if err != nil {
		return 0, err
	}
	defer f.Close()
	began, rows := time.Now(), 0
	for time.Since(began) < for_ {
		b, err := f.Next(context.Background())
		if err != nil {
			return 0, err
		}
		rows += b.Count
		f.Release(b)
	}
	return float64(rows) / time.Since(began).Seconds(), nil
}

func (b bench) peer(what, path, rows string) error {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	cmd := exec.Command(python, filepath.Join("bench", "data", "feed", "tfdata.py"), what, path, rows, strconv.Itoa(int(b.drain.Seconds())))
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "TF_CPP_MIN_LOG_LEVEL=3")
	out, err := cmd.Output()
	if err == nil {
		fmt.Printf("%s   %s\n", strings.TrimSpace(string(out)), load())
	}
	return err
}

func stage(s *feed.Stats, name string) feed.Stage {
	for _, st := range s.Stages() {
		if st.Name == name {
			return st
		}
	}
	return feed.Stage{}
}

func highWater() string {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(text))
	if len(f) == 0 {
		return ""
	}
	return "load " + f[0]
}
