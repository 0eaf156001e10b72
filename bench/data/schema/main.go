// Command schema measures a check of a million rows by 20 columns beside pandera
// and Great Expectations, in turns, on the same Parquet file and the same
// expectations. See README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/schema"
)

func main() {
	python := flag.String("python", "", "a Python with pandera and great_expectations; none: Cellar alone")
	rows := flag.Int("rows", 1_000_000, "rows of the table")
	turns := flag.Int("turns", 3, "how often each is measured")
	flag.Parse()
	if err := run(context.Background(), *python, *rows, *turns); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, python string, rows, turns int) error {
	dir, err := os.MkdirTemp("", "bench-schema-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := table(rows)
	s, err := schema.Parse([]byte(expectations()))
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "t.parquet")
	if err := write(path, t); err != nil {
		return err
	}
	var peers []string
	if python != "" {
		peers = []string{"pandera", "great_expectations"}
	}
	seconds, err := measure(ctx, turns, python, path, peers, t, s)
	if err != nil {
		return err
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%d rows, %d columns, %d expectations, load %s\n", rows, t.NumCols(), s.Count(), strings.Fields(string(load))[0])
	own := median(seconds["cellar"])
	values := float64(rows) * float64(t.NumCols()) / 1e6
	fmt.Printf("cellar              %7.3f s  (%.0f M values/s)\n", own, values/own)
	for _, p := range peers {
		fmt.Printf("%-19s %7.3f s  ratio %.1f\n", p, median(seconds[p]), median(seconds[p])/own)
	}
	return nil
}

// measure is the seconds of each in each turn. All have to find the same faults.
func measure(ctx context.Context, turns int, python, path string, peers []string, t arrow.Table, s *schema.Schema) (map[string][]float64, error) {
	seconds := map[string][]float64{}
	for range turns {
		start := time.Now()
		r, err := schema.Check(ctx, t, s, schema.Options{})
		if err != nil {
			return nil, err
		}
		seconds["cellar"] = append(seconds["cellar"], time.Since(start).Seconds())
		faults := int64(0)
		for _, o := range r.Outcomes {
			faults += o.Count
		}
		if faults == 0 {
			return nil, errors.New("no faults found: the table has some")
		}
		for _, p := range peers {
			took, theirs, err := peer(ctx, python, p, path)
			if err != nil {
				return nil, err
			}
			if theirs != faults {
				return nil, fmt.Errorf("%s finds %d faults, Cellar %d", p, theirs, faults)
			}
			seconds[p] = append(seconds[p], took)
		}
	}
	return seconds, nil
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func write(path string, t arrow.Table) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(dataset.WriteParquet(w, t), w.Flush(), f.Close())
}

// peer runs one of peers.py, which prints what it took and found.
func peer(ctx context.Context, python, name, path string) (seconds float64, faults int64, err error) {
	cmd := exec.CommandContext(ctx, python, "bench/data/schema/peers.py", name, path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", name, err)
	}
	var r struct {
		Seconds float64
		Faults  int64
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	err = json.Unmarshal([]byte(lines[len(lines)-1]), &r)
	return r.Seconds, r.Faults, err
}

// What the columns are: an id, a code, 4 categories, 4 whole numbers, 10 floats.
const (
	categories = 4
	wholes     = 4
	floats     = 10
)

func expectations() string {
	var b strings.Builder
	b.WriteString("columns:\n  id: {type: int64, missing: 0, unique: true}\n  code: {type: string, missing: 0, pattern: '[A-Z]{2}-[0-9]{6}'}\n")
	for i := range categories {
		fmt.Fprintf(&b, "  c%d: {type: string, missing: 0, set: [red, white, rose, sparkling]}\n", i)
	}
	for i := range wholes {
		fmt.Fprintf(&b, "  n%d: {type: int64, missing: 0, range: [0, 999]}\n", i)
	}
	for i := range floats {
		fmt.Fprintf(&b, "  x%d: {type: float64, missing: 0.05, range: [-5, 5]}\n", i)
	}
	return b.String()
}

// table has about one fault in a thousand values of the codes, categories and
// whole numbers, and what a normal distribution has beyond 5 deviations and more.
func table(rows int) arrow.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	fields := []arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "code", Type: arrow.BinaryTypes.String}}
	for i := range categories {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("c%d", i), Type: arrow.BinaryTypes.String})
	}
	for i := range wholes {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("n%d", i), Type: arrow.PrimitiveTypes.Int64})
	}
	for i := range floats {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("x%d", i), Type: arrow.PrimitiveTypes.Float64})
	}
	for i := range fields {
		fields[i].Nullable = true
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	b.Reserve(rows)
	ids := rng.Perm(rows)
	for row := range rows {
		b.Field(0).(*array.Int64Builder).Append(int64(ids[row]) * 7919)
		code := fmt.Sprintf("%c%c-%06d", 'A'+rng.IntN(26), 'A'+rng.IntN(26), rng.IntN(1e6))
		if rng.IntN(1000) == 0 {
			code = "none"
		}
		b.Field(1).(*array.StringBuilder).Append(code)
		for i := range fields[2:] {
			switch f := b.Field(i + 2).(type) {
			case *array.StringBuilder:
				word := []string{"red", "white", "rose", "sparkling"}[rng.IntN(4)]
				if rng.IntN(1000) == 0 {
					word = "blue"
				}
				f.Append(word)
			case *array.Int64Builder:
				f.Append(rng.Int64N(1001))
			case *array.Float64Builder:
				if rng.IntN(100) == 0 {
					f.AppendNull()
				} else {
					f.Append(rng.NormFloat64() * 1.6)
				}
			}
		}
	}
	rec := b.NewRecord()
	return array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec})
}
