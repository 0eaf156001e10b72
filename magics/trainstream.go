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

// A version that is streamed.
type streamed struct {
	*feed.Parquet
	Version tracker.DatasetVersion
}

// stream opens the version that --data names for streaming if it takes more than
// --memory; nil when it does not, or is none that the store has.
func (o *trainOptions) stream(ctx context.Context, store tracker.Store, p *progress) (*streamed, engine.Stream, error) {
	s := engine.Stream{Cache: o.Cache, Stats: &feed.Stats{}, Tick: p.built}
	var err error
	if s.Memory, err = memoryFlag(o.Memory); err != nil {
		return nil, s, err
	}
	if s.Memory == 0 {
		s.Memory = feed.FreeMemory() / 2
	}
	v, err := store.Dataset(ctx, o.Data)
	if errors.Is(err, tracker.ErrNotFound) {
		return nil, s, nil
	}
	if err != nil || engine.Resident(v) <= s.Memory {
		return nil, s, err
	}
	src, err := feed.Blob(ctx, store.Blobs(), v.Ref(), v.Digest, s.Stats)
	if err != nil {
		return nil, s, err
	}
	return &streamed{src, v}, s, nil
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
