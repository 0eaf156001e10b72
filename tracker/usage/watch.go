package usage

import (
	"context"
	"errors"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
)

// Options complete Watch. The zero value is right.
type Options struct {
	Every time.Duration    // between two samples; 0: 2 s
	Now   func() time.Time // nil: the machine's clock
}

// every is how often a run is sampled. A sample takes about a third of a millisecond of a
// core, so this is well under half a percent of it.
const every = 2 * time.Second

// Watch logs what an open run uses, from now on until stop is called, which logs
// once more: at least one sample is in the run. The steps are seconds since the
// run began. It ends by itself when the run is closed. A machine that cannot be
// measured is no error of the run: then there are no such metrics.
func Watch(ctx context.Context, s tracker.Store, run tracker.Run, o Options) (stop func()) {
	sampler, err := New()
	if err != nil {
		return func() {}
	}
	if o.Every == 0 {
		o.Every = every
	}
	now := clock.Or(o.Now)
	sampler.Sample(ctx, now())
	ctx, cancel := context.WithCancel(tracker.From(context.WithoutCancel(ctx), tracker.Origin{}))
	done := make(chan struct{})
	log := func() error {
		at := now().UTC()
		step := int64(at.Sub(run.Started).Seconds())
		return s.Log(context.WithoutCancel(ctx), run.ID, points(sampler.Sample(ctx, at), step, at)...)
	}
	go func() {
		defer close(done)
		defer sampler.Close()
		t := time.NewTicker(o.Every)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				_ = log() // the run may be closed already
				return
			case <-t.C:
				if err := log(); errors.Is(err, tracker.ErrFinished) || errors.Is(err, tracker.ErrNotFound) {
					<-ctx.Done()
					return
				}
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
