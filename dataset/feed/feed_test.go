package feed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset/feed"
)

// numbered is a table of one column whose values are the rows' numbers.
func numbered(n int) arrow.Table {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	for i := range n {
		b.Append(float64(i))
	}
	a := b.NewArray()
	field := arrow.Field{Name: "n", Type: a.DataType(), Nullable: true}
	return array.NewTable(arrow.NewSchema([]arrow.Field{field}, nil),
		[]arrow.Column{*arrow.NewColumn(field, arrow.NewChunked(a.DataType(), []arrow.Array{a}))}, int64(n))
}

// parquetBytes has row groups of 100 rows.
func parquetBytes(t *testing.T, n int) []byte {
	t.Helper()
	var buf bytes.Buffer
	tab := numbered(n)
	w, err := pqarrow.NewFileWriter(tab.Schema(), &buf, parquet.NewWriterProperties(parquet.WithDictionaryDefault(false)), pqarrow.DefaultWriterProps())
	if err == nil {
		err = w.WriteTable(tab, 100)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func source(t *testing.T, data []byte) *feed.Parquet {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.parquet")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	src, err := feed.OpenParquet(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// recipe keeps the even rows first and then the odd ones, each twice.
func recipe(n int) feed.Recipe {
	even := int64((n + 1) / 2)
	return feed.Recipe{
		Key: fmt.Sprintf("k%d", n), Columns: []string{"n"}, Width: 2, Segments: []int64{even, int64(n) - even},
		Place: func(row int64) int64 { return row/2 + row%2*even },
		Encode: func(rec arrow.Record) ([]float32, error) {
			var out []float32
			for _, v := range rec.Column(0).(*array.Float64).Float64Values() {
				out = append(out, float32(v), float32(-v))
			}
			return out, nil
		},
	}
}

func cache(t *testing.T, n int) *feed.Cache {
	t.Helper()
	c, err := feed.Open(t.Context(), t.TempDir(), source(t, parquetBytes(t, n)), recipe(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestCacheHoldsEveryRow(t *testing.T) {
	const n = 1037
	c := cache(t, n)
	for seg := range 2 {
		s := c.Segment(seg)
		row := make([]float32, 2)
		for i := range s.Len() {
			if err := s.ReadRow(i, row, nil); err != nil {
				t.Fatal(err)
			}
			if want := float32(2*i + seg); row[0] != want || row[1] != -want {
				t.Fatalf("segment %d, row %d = %v, want %v", seg, i, row, want)
			}
		}
	}
	if got := c.Segment(0).Len() + c.Segment(1).Len(); got != n {
		t.Errorf("%d rows, want %d", got, n)
	}
}

// take gives the rows that the next k batches count.
func take(t *testing.T, f *feed.Feed, k int) (rows []float32, states []feed.State) {
	t.Helper()
	for range k {
		b, err := f.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Count {
			rows = append(rows, b.Data[2*i])
		}
		states = append(states, b.State)
		f.Release(b)
	}
	return rows, states
}

func start(t *testing.T, c *feed.Cache, o feed.Options, at feed.State) *feed.Feed {
	t.Helper()
	f, err := feed.New(t.Context(), c.Segment(0), o, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// TestFeedIsExact holds that each epoch has every row once, in an order of its own
// that does not depend on how many readers there are.
func TestFeedIsExact(t *testing.T) {
	c := cache(t, 1000) // 500 even rows
	var orders [][]float32
	for _, workers := range []int{1, 7} {
		f := start(t, c, feed.Options{Batch: 64, Seed: 5, Workers: workers, Ahead: 3}, feed.State{})
		for range 3 {
			rows, _ := take(t, f, feed.Steps(500, 64))
			orders = append(orders, rows)
			sorted := slices.Sorted(slices.Values(rows))
			for i, v := range sorted {
				if v != float32(2*i) {
					t.Fatalf("an epoch's row %d in order is %v, want %v", i, v, 2*i)
				}
			}
		}
	}
	if slices.Equal(orders[0], orders[1]) || slices.IsSorted(orders[0]) {
		t.Error("the epochs' orders are equal, or not shuffled")
	}
	if diff := cmp.Diff(orders[:3], orders[3:]); diff != "" {
		t.Errorf("1 and 7 readers (-1 +7):\n%s", diff)
	}
}

// TestFeedResumes holds that a feed continued from any State gives the batches
// that the first would have given.
func TestFeedResumes(t *testing.T) {
	c := cache(t, 1000)
	o := feed.Options{Batch: 64, Seed: 5}
	all, states := take(t, start(t, c, o, feed.State{}), 20)
	for _, k := range []int{1, 7, 8, 13} {
		rest, _ := take(t, start(t, c, o, states[k]), 20-k)
		if !slices.Equal(rest, all[len(all)-len(rest):]) {
			t.Errorf("resumed at %+v: other rows", states[k])
		}
	}
}

// TestOrderIsUniform holds that a row is in each place about as often: chi-squared
// of 16 places over 8,000 epochs, 15 degrees of freedom, 0.9999 quantile 44.3.
func TestOrderIsUniform(t *testing.T) {
	const n, epochs = 16, 8000
	counts := make([]float64, n)
	for e := range epochs {
		counts[slices.Index(feed.Batches(n, n, 1, e)[0], 3)]++
	}
	var chi float64
	for _, c := range counts {
		chi += (c - epochs/n) * (c - epochs/n) / (epochs / n)
	}
	if chi > 44.3 {
		t.Errorf("chi-squared %.1f, want less than 44.3", chi)
	}
}

func TestFeedPadsAndRefuses(t *testing.T) {
	c := cache(t, 20) // 10 even rows
	b, err := start(t, c, feed.Options{Batch: 64}, feed.State{}).Next(t.Context())
	if err != nil || b.Count != 10 || len(b.Data) != 20 || !b.Last {
		t.Errorf("a batch of more rows than there are: %+v, %v, want all 10", b, err)
	}
	f := start(t, c, feed.Options{Batch: 4}, feed.State{Step: 2})
	b, err = f.Next(t.Context())
	if err != nil || b.Count != 2 || len(b.Data) != 8 || !b.Last {
		t.Errorf("the last batch: %+v, %v, want 2 of 4 rows", b, err)
	}
	for _, bad := range []feed.State{{Step: 3}, {Epoch: -1}, {Step: -1}} {
		if _, err := feed.New(t.Context(), c.Segment(0), feed.Options{Batch: 4}, bad); err == nil {
			t.Errorf("New at %+v: no error", bad)
		}
	}
	if _, err := feed.New(t.Context(), c.Segment(0), feed.Options{}, feed.State{}); err == nil {
		t.Error("New with batches of no rows: no error")
	}
	if _, err := feed.New(t.Context(), cache(t, 1).Segment(1), feed.Options{Batch: 1}, feed.State{}); err == nil {
		t.Error("New without rows: no error")
	}
}

// TestFeedEnds holds that a feed that is closed, or whose context ends, in
// mid-epoch leaves no goroutine and wakes who waits.
func TestFeedEnds(t *testing.T) {
	c := cache(t, 1000)
	before := runtime.NumGoroutine()
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		f, err := feed.New(ctx, c.Segment(0), feed.Options{Batch: 3}, feed.State{})
		if err != nil {
			t.Fatal(err)
		}
		take(t, f, 5)
		cancel()
		for err == nil {
			_, err = f.Next(t.Context())
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("Next after the end = %v, want context.Canceled", err)
		}
		f.Close()
	}
	for range 50 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, were %d", runtime.NumGoroutine(), before)
}
