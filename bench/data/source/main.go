// Source measures CSV to Parquet beside DuckDB's own: the same file, in turns, in
// processes of their own, with the most memory that each had (VmHWM).
//
//	go run ./bench/data/source -python PYTHON [-rows 9500000] [-rounds 3] [-file big.csv]
//
// PYTHON has the package duckdb.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/dataset"
)

func main() {
	python := flag.String("python", "python3", "a Python with duckdb")
	rows := flag.Int("rows", 9_500_000, "rows of the file, about 100 bytes each")
	rounds := flag.Int("rounds", 3, "rounds")
	file := flag.String("file", "", "a CSV to use in place of one that is made")
	convert := flag.String("convert", "", "convert this CSV alone (used by the measurement)")
	out := flag.String("out", "out.parquet", "with -convert")
	flag.Parse()
	err := error(nil)
	if *convert != "" {
		err = toParquet(*convert, *out)
	} else {
		err = measure(*python, *file, *rows, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func toParquet(path, out string) error {
	var o dataset.ReadOptions
	for {
		r, err := dataset.ReadStream(context.Background(), path, o, nil)
		if err != nil {
			return err
		}
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		_, err = dataset.WriteParquetStream(context.Background(), f, r)
		r.Release()
		err = errors.Join(err, f.Close())
		var again *dataset.Retyped
		if errors.As(err, &again) {
			o = again.Options
			continue
		}
		return err
	}
}

const duck = `import duckdb, sys
duckdb.sql(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)")`

type figure struct {
	seconds float64
	mib     int64
}

func measure(python, path string, rows, rounds int) error {
	dir, err := os.MkdirTemp("", "bench-source")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if path == "" {
		path = filepath.Join(dir, "big.csv")
		if err := generate(path, rows); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var ours, theirs []figure
	for range rounds {
		a, err := timed(self, "-convert", path, "-out", filepath.Join(dir, "cellar.parquet"))
		if err != nil {
			return err
		}
		b, err := timed(python, "-c", duck, path, filepath.Join(dir, "duckdb.parquet"))
		if err != nil {
			return err
		}
		ours, theirs = append(ours, a), append(theirs, b)
	}
	a, b := median(ours), median(theirs)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%.0f MB of CSV to Parquet, median of %d, load %s\n", float64(info.Size())/1e6, rounds, strings.Fields(string(load))[0])
	fmt.Printf("cellar %.1f s, %d MiB resident; duckdb %.1f s, %d MiB; speed %.2f of DuckDB's\n", a.seconds, a.mib, b.seconds, b.mib, b.seconds/a.seconds)
	return nil
}

func timed(name string, args ...string) (figure, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return figure{}, fmt.Errorf("%s: %w", name, err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	f := figure{time.Since(start).Seconds(), usage.Maxrss / 1024}
	fmt.Printf("  %s: %.1f s, %.1f s of CPU, %d MiB\n", filepath.Base(name), f.seconds,
		float64(usage.Utime.Nano()+usage.Stime.Nano())/1e9, f.mib)
	return f, nil
}

func median(list []figure) figure {
	slices.SortFunc(list, func(a, b figure) int { return int(1e6 * (a.seconds - b.seconds)) })
	m := list[len(list)/2]
	for _, f := range list {
		m.mib = max(m.mib, f.mib)
	}
	return m
}

// generate writes numbers, text with quotes, dates, times and missing values.
func generate(path string, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "id,user,price,ratio,flag,day,at,category,comment,count")
	r := rand.New(rand.NewPCG(1, 2))
	categories := []string{"red", "green", "blue", "violet", "a longer category", `"x,y"`}
	words := strings.Fields("lorem ipsum dolor sit amet quick brown fox")
	for i := range rows {
		count := ""
		if r.IntN(2) == 0 {
			count = strconv.Itoa(r.IntN(100))
		}
		comment := words[r.IntN(len(words))]
		for range r.IntN(6) {
			comment += " " + words[r.IntN(len(words))]
		}
		day := 1 + r.IntN(28)
		fmt.Fprintf(w, "%d,%d,%.2f,%.12f,%t,2024-%02d-%02d,2024-01-%02d %02d:%02d:%02d,%s,%s,%s\n", i, r.IntN(1e6), r.Float64()*1000, r.Float64(),
			r.IntN(2) == 0, 1+r.IntN(12), day, day, r.IntN(24), r.IntN(60), r.IntN(60), categories[r.IntN(len(categories))], comment, count)
	}
	return errors.Join(w.Flush(), f.Close())
}
