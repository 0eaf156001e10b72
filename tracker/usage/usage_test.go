package usage_test

import (
	"context"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/usage"
)

func TestSample(t *testing.T) {
	s, err := usage.New()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	first := s.Sample(t.Context(), clock.System())
	for _, name := range []string{"memory", "process/memory"} {
		if first[name] < 1<<20 {
			t.Errorf("the first sample has %s = %v, want more than a megabyte", name, first[name])
		}
	}
	if _, ok := first["cpu"]; ok {
		t.Error("the first sample has a rate: cpu")
	}
	began := clock.System()
	for n := 0; clock.System().Sub(began) < 200*time.Millisecond; n++ {
		_ = make([]byte, n%1000)
	}
	second := s.Sample(t.Context(), clock.System())
	if p := second["process/cpu"]; p < 20 || p > 1000 {
		t.Errorf("a busy process has process/cpu = %v %%, want about 100", p)
	}
	if p := second["cpu"]; p <= 0 || p > 100 {
		t.Errorf("cpu = %v, want a percentage", p)
	}
	for _, name := range []string{"network/received", "process/write"} {
		if v, ok := second[name]; !ok || v < 0 {
			t.Errorf("%s = %v, %t; want a rate", name, v, ok)
		}
	}
}

func TestWatch(t *testing.T) {
	s := mem.New(mem.Options{})
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	run, err := s.CreateRun(ctx, tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	stop := usage.Watch(ctx, s, run, usage.Options{Every: time.Hour})
	cancel() // an interrupted cell still gets its last sample
	stop()
	stop()
	pts, err := s.Points(t.Context(), run.ID, tracker.SystemMetrics+"process/memory")
	if err != nil || len(pts) != 1 {
		t.Fatalf("points after a short run: %v, %v; want one", pts, err)
	}

	stop = usage.Watch(t.Context(), s, run, usage.Options{Every: time.Millisecond})
	for len(pts) < 5 {
		pts, err = s.Points(t.Context(), run.ID, tracker.SystemMetrics+"process/memory")
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.FinishRun(t.Context(), run.ID, tracker.Finished, ""); err != nil {
		t.Fatal(err)
	}
	stop()
}

func BenchmarkSample(b *testing.B) {
	s, err := usage.New()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s.Sample(b.Context(), clock.System())
	}
}
