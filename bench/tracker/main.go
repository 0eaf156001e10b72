// Command tracker measures what the store promises: single and batched Log
// calls a second, points that survive kill -9, and how long reading takes. With
// -peers PYTHON it measures those of mlflow, aim, trackio and wandb that this Python
// has in the same run. It measures only; the product does not use it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == childCommand {
		exit(child(os.Args[2]))
	}
	python := flag.String("peers", "", "a `Python` with mlflow, aim, trackio or wandb, to measure beside")
	n := flag.Int("n", 100_000, "points to log before the kill, and in the curve that is read")
	search := flag.Bool("search", true, "find among 100,000 runs too, which take minutes to make")
	dir := flag.String("dir", "", "folder for the stores; a temporary one when empty")
	flag.Parse()
	exit(run(context.Background(), *python, *n, *dir, *search))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/tracker:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, python string, n int, dir string, search bool) error {
	if dir == "" {
		d, err := os.MkdirTemp("", "cellar-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(d)
		dir = d
	}
	before := load()
	ours, err := measure(ctx, filepath.Join(dir, "cellar"), n, search)
	if err != nil {
		return err
	}
	columns, names := []map[string]float64{}, ""
	if python != "" {
		for _, p := range peers(dir, search) {
			theirs, err := p.measure(ctx, python)
			if err != nil {
				return err
			}
			if theirs != nil {
				columns, names = append(columns, theirs), names+"\t"+p.name+"\tratio"
			}
		}
	}
	fmt.Printf("%s, %d CPUs, load %s before and %s after\n\n", runtime.Version(), runtime.NumCPU(), before, load())
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tcellar"+names)
	for _, r := range rows {
		v, have := ours[r.name]
		line := r.name + "\t" + show(v, have, r.unit)
		for _, theirs := range columns {
			p, both := theirs[r.name]
			line += "\t" + show(p, both, r.unit) + "\t" + ratio(v, p, have && both && !strings.Contains(r.name, "kill"), r.more)
		}
		fmt.Fprintln(w, line)
	}
	return w.Flush()
}

// A row is one figure; more is true where more is better.
type row struct {
	name, unit string
	more       bool
}

var rows = []row{
	{"open a new store", "ms", false},
	{"open it again", "ms", false},
	{"log one at a time", "points/s", true},
	{"log one at a time, with the end of the run", "points/s", true},
	{"log one at a time, 8 goroutines", "points/s", true},
	{"log 1,000 steps of a metric a call", "points/s", true},
	{"log 1,000 metrics a call", "points/s", true},
	{name: "acknowledged before kill -9", unit: "points"},
	{"of these lost", "points", false},
	{"list 1,000 runs with 6 metrics, 5 parameters", "ms", false},
	{"read one curve of 100,000 points", "ms", false},
	{"read one curve of 20,000 points", "ms", false},
	{"bytes a point", "B", false},
	{"bytes a point, losses of a training", "B", false},
	{"draw a curve of 10,000,000 points", "ms", false},
	{hunts[0].name, "ms", false},
	{hunts[1].name, "ms", false},
	{hunts[2].name, "ms", false},
	{hunts[3].name, "ms", false},
	{hunts[4].name, "ms", false},
	{hunts[5].name, "ms", false},
	{"database of 100,000 runs", "MB", false},
}

func show(v float64, have bool, unit string) string {
	if !have {
		return "-"
	}
	if v < 10 && v != 0 {
		return fmt.Sprintf("%.2f %s", v, unit)
	}
	return fmt.Sprintf("%.0f %s", v, unit)
}

func ratio(a, b float64, both, more bool) string {
	if !more {
		a, b = b, a
	}
	if !both || a == 0 || b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", a/b)
}

// load is the machine's load average, without which no figure means much.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:1], "")
}
