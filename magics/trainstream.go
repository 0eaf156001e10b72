package magics

import (
	"context"
	"errors"
	"fmt"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/tracker"
)

// data opens what --data names for job and holds it against the schema of its
// name. The caller calls done after the training.
func (o *trainOptions) data(ctx context.Context, env *Env, job *engine.Job, p *progress) (done func(), err error) {
	if done, err = o.tableOrStream(ctx, env, job, p); err != nil || o.Unchecked {
		return done, err
	}
	if err = trainGate(ctx, env, job); err != nil {
		done()
	}
	return done, err
}

// tableOrStream opens a version that takes more than --memory as a stream, all
// else as a table.
func (o *trainOptions) tableOrStream(ctx context.Context, env *Env, job *engine.Job, p *progress) (done func(), err error) {
	done = func() {}
	s := engine.Stream{Cache: o.Cache, Stats: &feed.Stats{}, Tick: p.built}
	if s.Memory, err = memoryFlag(o.Memory); err != nil {
		return done, err
	}
	if s.Memory == 0 {
		s.Memory = feed.FreeMemory() / 2
	}
	v, err := job.Store.Dataset(ctx, o.Data)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return done, err
	}
	if err != nil || engine.Resident(v) <= s.Memory {
		job.Table, job.Dataset, err = o.open(ctx, env)
		return done, err
	}
	src, err := feed.Version(ctx, job.Store, v, s.Stats)
	if err != nil {
		return done, err
	}
	job.Dataset, job.Data, job.Stream = v, src, s
	return func() { src.Close() }, nil
}

// built shows how far the decoding of the rows is.
func (p *progress) built(b feed.Built) {
	now := p.now()
	if now.Sub(p.last) < between && b.Rows < b.Total {
		return
	}
	p.last = now
	line := fmt.Sprintf("decoding rows %d of %d into a cache of %s", b.Rows, b.Total, feed.Bytes(b.Size))
	if spent := now.Sub(p.began).Seconds(); spent > 0 {
		rate := float64(b.Rows) / spent
		line += fmt.Sprintf("  %.0f rows/s  %.0f s left", rate, float64(b.Total-b.Rows)/rate)
	}
	_ = p.out.Update(p.lineID(), display.Transient(display.Text(line))) // as in notify
}
