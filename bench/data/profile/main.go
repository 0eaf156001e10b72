// Profile measures `%dataset profile` beside ydata-profiling's minimal mode on
// one Parquet file, in one run and in turns. See README.md.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
)

//go:embed ydata.py
var ydata string

// took is seconds.
type took struct {
	Read    float64 `json:"read"`
	Profile float64 `json:"profile"`
	Show    float64 `json:"show"`
}

func (t took) all() float64 { return t.Read + t.Profile + t.Show }

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of the table, which has 30 columns")
	turns := flag.Int("turns", 3, "times that each is measured")
	python := flag.String("python", "python3", "a Python with ydata-profiling and pyarrow")
	flag.Parse()
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "t.parquet")
	if err := write(path, *rows); err != nil {
		log.Print(err)
		return
	}
	var ours, brief, theirs []took
	for i := range *turns {
		full, err := cellar(path, profile.Options{Target: "f0"})
		if err != nil {
			log.Print(err)
			return
		}
		columns, err := cellar(path, profile.Options{Brief: true})
		if err != nil {
			log.Print(err)
			return
		}
		peer, err := minimal(*python, path)
		if err != nil {
			log.Print(err)
			return
		}
		load, _ := os.ReadFile("/proc/loadavg")
		fmt.Printf("turn %d: cellar, everything %.2f, columns alone %.2f; ydata-profiling minimal %.2f; load %.4s\n", i+1, full, columns, peer, load)
		ours, brief, theirs = append(ours, full), append(brief, columns), append(theirs, peer)
	}
	a, b, c := median(ours), median(brief), median(theirs)
	fmt.Printf("medians of %d x 30 (read, profile, show; sum)\n", *rows)
	fmt.Printf("cellar, columns, correlations, target, rows %.2f %.2f s\n", a, a.all())
	fmt.Printf("cellar, columns alone                       %.2f %.2f s\n", b, b.all())
	fmt.Printf("ydata-profiling, minimal                    %.2f %.2f s\n", c, c.all())
	fmt.Printf("ratio: everything %.1f (profile alone %.1f), columns alone %.1f (%.1f)\n",
		c.all()/a.all(), c.Profile/a.Profile, c.all()/b.all(), c.Profile/b.Profile)
}

func median(list []took) took {
	slices.SortFunc(list, func(a, b took) int { return int(1e6 * (a.all() - b.all())) })
	return list[len(list)/2]
}

func cellar(path string, o profile.Options) (t took, err error) {
	ctx, at := context.Background(), time.Now()
	next := func() float64 {
		d := time.Since(at).Seconds()
		at = time.Now()
		return d
	}
	table, err := dataset.Read(ctx, path, dataset.ReadOptions{})
	if err != nil {
		return t, err
	}
	t.Read = next()
	r, err := profile.Of(ctx, table, o)
	if err != nil {
		return t, err
	}
	t.Profile = next()
	r.Display()
	t.Show = next()
	return t, nil
}

func minimal(python, path string) (t took, err error) {
	cmd := exec.Command(python, "-c", ydata, path)
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return t, fmt.Errorf("run ydata-profiling with %s: %w", python, err)
	}
	return t, json.Unmarshal(data, &t)
}

// write makes 12 float columns (4 with missing values), 6 of integers, 7 of text,
// 2 of booleans and 3 of times.
func write(path string, rows int) error {
	random := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	var fields []arrow.Field
	var columns []arrow.Column
	add := func(name string, b array.Builder, value func(i int)) {
		b.Reserve(rows)
		for i := range rows {
			value(i)
		}
		field := arrow.Field{Name: name, Type: b.Type(), Nullable: true}
		fields = append(fields, field)
		columns = append(columns, *arrow.NewColumn(field, arrow.NewChunked(b.Type(), []arrow.Array{b.NewArray()})))
	}
	for k := range 12 {
		b := array.NewFloat64Builder(memory.DefaultAllocator)
		add(fmt.Sprintf("f%d", k), b, func(int) {
			if k%3 == 2 && random.IntN(20) == 0 {
				b.AppendNull()
				return
			}
			b.Append(random.NormFloat64() * float64(k+1))
		})
	}
	for k, most := range []int{2, 10, 100, 10_000, 1_000_000, 1 << 40} {
		b := array.NewInt64Builder(memory.DefaultAllocator)
		add(fmt.Sprintf("i%d", k), b, func(int) { b.Append(random.Int64N(int64(most))) })
	}
	for k, most := range []int{3, 8, 20, 50, 200, 5_000, 1 << 40} {
		b := array.NewStringBuilder(memory.DefaultAllocator)
		add(fmt.Sprintf("s%d", k), b, func(int) { b.Append(fmt.Sprintf("value %d", random.IntN(most))) })
	}
	for k := range 2 {
		b := array.NewBooleanBuilder(memory.DefaultAllocator)
		add(fmt.Sprintf("b%d", k), b, func(int) { b.Append(random.IntN(3) == 0) })
	}
	for k := range 3 {
		b := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Microsecond})
		add(fmt.Sprintf("t%d", k), b, func(i int) {
			b.Append(arrow.Timestamp(start + int64(i)*60_000_000*int64(k) + random.Int64N(3600)*1_000_000))
		})
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return dataset.WriteParquet(f, array.NewTable(arrow.NewSchema(fields, nil), columns, int64(rows)))
}
