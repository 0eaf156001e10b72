// Command train measures training steps a second of the 784-256-128-10 MLP at
// batch 256: engine.Fit beside the same model in JAX, in one run, in turns.
//
// It needs a Python with jax: PYTHON=/path/to/python go run ./bench/train.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/engine"
)

const (
	inputs = 784
	rows   = 8192
	batch  = 256
)

func main() {
	rounds := flag.Int("rounds", 7, "measurements of each, in turns")
	epochs := flag.Int("epochs", 8, "epochs in one measurement")
	flag.Parse()
	if err := run(*rounds, *epochs); err != nil {
		fmt.Fprintln(os.Stderr, "bench/train:", err)
		os.Exit(1)
	}
}

func run(rounds, epochs int) error {
	peer, err := startPeer()
	if err != nil {
		return err
	}
	defer peer.close()
	t := table()
	var ours, theirs []float64
	var device string
	for range rounds {
		got, on, err := cellar(t, epochs)
		if err != nil {
			return err
		}
		want, err := peer.steps((epochs - 1) * rows / batch)
		if err != nil {
			return err
		}
		ours, theirs, device = append(ours, got), append(theirs, want), on
		fmt.Printf("cellar %7.1f steps/s   jax %7.1f steps/s   ratio %.2f   %s\n", got, want, got/want, load())
	}
	fmt.Printf("median: cellar %.1f (%s), jax %s %.1f, ratio %.2f (goal: at least 1.00)\n",
		median(ours), device, peer.version, median(theirs), median(ours)/median(theirs))
	return nil
}

// cellar is the rate of Fit's own loop after the first epoch, which compiles.
func cellar(t arrow.Table, epochs int) (rate float64, device string, err error) {
	var first, last time.Time
	var from, to int
	res, err := engine.Fit(context.Background(), t, engine.Spec{
		Family: "mlp", Target: "digit", Hidden: []int{256, 128}, Batch: batch, Epochs: epochs, Validation: -1, Seed: 1,
	}, func(p engine.Progress) error {
		last, to = time.Now(), p.Step
		if p.Epoch == 1 {
			first, from = last, to
		}
		return nil
	})
	if err != nil {
		return 0, "", err
	}
	return float64(to-from) / last.Sub(first).Seconds(), res.Device, nil
}

func table() arrow.Table {
	r := rand.New(rand.NewPCG(1, 2))
	var fields []arrow.Field
	var columns []arrow.Column
	add := func(name string, a arrow.Array) {
		field := arrow.Field{Name: name, Type: a.DataType()}
		fields = append(fields, field)
		columns = append(columns, *arrow.NewColumn(field, arrow.NewChunked(a.DataType(), []arrow.Array{a})))
	}
	for i := range inputs {
		b := array.NewFloat32Builder(memory.DefaultAllocator)
		for range rows {
			b.Append(float32(r.NormFloat64()))
		}
		add(fmt.Sprintf("pixel_%d", i), b.NewArray())
	}
	b := array.NewInt64Builder(memory.DefaultAllocator)
	for range rows {
		b.Append(int64(r.IntN(10)))
	}
	add("digit", b.NewArray())
	return array.NewTable(arrow.NewSchema(fields, nil), columns, rows)
}

// A peer is the JAX process, which waits while it is not asked.
type peer struct {
	cmd     *exec.Cmd
	in      *os.File
	out     *bufio.Scanner
	version string
}

func startPeer() (*peer, error) {
	python := os.Getenv("PYTHON")
	if python == "" {
		python = "python3"
	}
	script := filepath.Join("bench", "train", "jax_mlp.py")
	cmd := exec.Command(python, script, strconv.Itoa(rows), strconv.Itoa(batch))
	cmd.Stderr = os.Stderr
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdin = r
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	p := &peer{cmd: cmd, in: w, out: bufio.NewScanner(out)}
	line, err := p.line()
	if err != nil {
		return nil, fmt.Errorf("start the peer with %s (set PYTHON to one that has jax): %w", python, err)
	}
	p.version = strings.TrimPrefix(line, "ready ")
	return p, nil
}

func (p *peer) line() (string, error) {
	if !p.out.Scan() {
		return "", fmt.Errorf("the peer ended: %w", p.cmd.Wait())
	}
	return p.out.Text(), nil
}

func (p *peer) steps(n int) (float64, error) {
	if _, err := fmt.Fprintln(p.in, n); err != nil {
		return 0, err
	}
	line, err := p.line()
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(line, 64)
	return float64(n) / seconds, err
}

func (p *peer) close() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Join(strings.Fields(string(text))[:1], " ")
}
