package series_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker/series"
)

// bitEqual tells floats apart by their bits: NaN from NaN, and the zeros.
var bitEqual = cmp.Options{cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }), cmpopts.EquateEmpty()}

func stretch(n int, f func(i int) (step, time int64, v float64)) series.Stretch {
	var s series.Stretch
	for i := range n {
		s.Append(f(i))
	}
	return s
}

func TestEveryPointComesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	odd := []float64{math.NaN(), math.Float64frombits(0x7ff8dead_beef0001), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), math.MaxFloat64, math.SmallestNonzeroFloat64, 1, 1, 1}
	for name, s := range map[string]series.Stretch{
		"empty":    {},
		"one":      stretch(1, func(int) (int64, int64, float64) { return 7, 1, 0.5 }),
		"constant": stretch(5000, func(i int) (int64, int64, float64) { return int64(i), int64(i) * 1000, 1 }),
		"odd":      stretch(len(odd), func(i int) (int64, int64, float64) { return int64(i), 0, odd[i] }),
		"float32": stretch(4096, func(i int) (int64, int64, float64) {
			return int64(i), r.Int64N(9) + int64(i)*2000, float64(r.Float32())
		}),
		"float64": stretch(4096, func(i int) (int64, int64, float64) { return int64(i) * 10, r.Int64(), r.NormFloat64() }),
		"extreme": stretch(200, func(i int) (int64, int64, float64) {
			return []int64{math.MaxInt64, math.MinInt64, 0, -1}[i%4], int64(r.Uint64()), math.Float64frombits(r.Uint64())
		}),
		"back": stretch(300, func(i int) (int64, int64, float64) { return int64(i % 7), -int64(i), float64(i) }),
	} {
		var got series.Stretch
		if err := series.Decode(series.Encode(s), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(s, got, bitEqual); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDecodeAppends(t *testing.T) {
	s := stretch(10, func(i int) (int64, int64, float64) { return int64(i), int64(i), float64(i) })
	var got series.Stretch
	for range 3 {
		if err := series.Decode(series.Encode(s), &got); err != nil {
			t.Fatal(err)
		}
	}
	if got.Len() != 30 || got.Values[29] != 9 || got.Steps[10] != 0 {
		t.Errorf("three chunks of 10 points give %d: %v", got.Len(), got)
	}
	if err := series.Decode([]byte{9, 9}, &got); !errors.Is(err, series.ErrFormat) || got.Len() != 30 {
		t.Errorf("Decode of what is no chunk = %v and %d points, want ErrFormat and 30", err, got.Len())
	}
}

func TestCutChunkIsRefused(t *testing.T) {
	s := stretch(500, func(i int) (int64, int64, float64) { return int64(i), int64(i), float64(i) * 0.1 })
	chunk := series.Encode(s)
	for n := range len(chunk) {
		var got series.Stretch
		if err := series.Decode(chunk[:n], &got); err == nil {
			t.Fatalf("%d of %d bytes give %d points without an error", n, len(chunk), got.Len())
		}
	}
}

func TestBuckets(t *testing.T) {
	nan := math.NaN()
	s := stretch(6, func(i int) (int64, int64, float64) {
		return []int64{5, 1, 2, 3, 3, 9}[i], 0, []float64{nan, 4, -2, nan, nan, nan}[i]
	})
	want := []series.Bucket{
		{First: 1, Last: 5, Count: 3, NaNs: 1, Min: -2, Max: 4, End: -2},
		{First: 3, Last: 9, Count: 3, NaNs: 3, Min: nan, Max: nan, End: nan},
	}
	if diff := cmp.Diff(want, series.Buckets(s, 3), bitEqual); diff != "" {
		t.Error(diff)
	}
	back, err := series.FromSummary(series.Summary(want))
	if diff := cmp.Diff(want, back, bitEqual); diff != "" || err != nil {
		t.Errorf("from the summary: %v\n%s", err, diff)
	}
	if _, err := series.FromSummary([]byte{1, 200}); !errors.Is(err, series.ErrFormat) {
		t.Errorf("FromSummary of what is none = %v, want ErrFormat", err)
	}
	joined := want[0]
	joined.Join(want[1])
	all := series.Bucket{First: 1, Last: 9, Count: 6, NaNs: 4, Min: -2, Max: 4, End: nan}
	if diff := cmp.Diff(all, joined, bitEqual); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]series.Bucket{all}, series.Fewer(want, 4), bitEqual); diff != "" {
		t.Error(diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(series.Encode(stretch(3, func(i int) (int64, int64, float64) { return int64(i), int64(i), float64(i) })))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s series.Stretch
		if series.Decode(data, &s) != nil {
			return
		}
		var again series.Stretch
		if err := series.Decode(series.Encode(s), &again); err != nil || !cmp.Equal(s, again, bitEqual) {
			t.Errorf("%d points do not come back: %v", s.Len(), err)
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("0123456789abcdef01234567"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s, got series.Stretch
		for ; len(data) >= 24; data = data[24:] {
			s.Append(int64(binary.LittleEndian.Uint64(data)), int64(binary.LittleEndian.Uint64(data[8:])), math.Float64frombits(binary.LittleEndian.Uint64(data[16:])))
		}
		if err := series.Decode(series.Encode(s), &got); err != nil || !cmp.Equal(s, got, bitEqual) {
			t.Errorf("%d points do not come back: %v", s.Len(), err)
		}
	})
}

// loss is like a training curve: a decay with the noise of its batches, a step
// every 2 ms or so.
func loss(n int) series.Stretch {
	r := rand.New(rand.NewPCG(1, 2))
	at := int64(1_700_000_000_000_000_000)
	return stretch(n, func(i int) (int64, int64, float64) {
		at += 2_000_000 + 1000*int64(r.NormFloat64()*100)
		return int64(i), at, float64(float32((2*math.Exp(-float64(i)/3000) + 0.3) * math.Exp(0.1*r.NormFloat64())))
	})
}

func BenchmarkEncode(b *testing.B) {
	s := loss(series.Size)
	for b.Loop() {
		series.Encode(s)
	}
	b.ReportMetric(float64(len(series.Encode(s)))/series.Size, "bytes/point")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/series.Size, "ns/point")
}

func BenchmarkDecode(b *testing.B) {
	chunk := series.Encode(loss(series.Size))
	var s series.Stretch
	for b.Loop() {
		s = series.Stretch{Steps: s.Steps[:0], Times: s.Times[:0], Values: s.Values[:0]}
		if err := series.Decode(chunk, &s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/series.Size, "ns/point")
}
