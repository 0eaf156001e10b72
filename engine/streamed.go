package engine

import (
	"context"
	"sync"
	"time"

	"github.com/gomlx/gomlx/pkg/core/tensors"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/internal/clock"
)

// handedAhead is how many batches wait on the device for their step.
const handedAhead = 2

// streamed is rows in a cache on disk: a feed reads them ahead, and a goroutine
// moves the batches to the device ahead of the step.
type streamed struct {
	net    *network
	spec   Spec
	source feed.Source
	cache  *feed.Cache
	places []int32 // where each row of the source lies in the cache
	stats  *feed.Stats
	taken  int    // steps
	warm   func() // called before the second step; may be nil

	feed   *feed.Feed
	ready  chan handed
	cancel context.CancelFunc
	work   sync.WaitGroup
}

// handed is a batch on the device.
type handed struct {
	batch
	last  bool
	count int
	err   error
}

func (h handed) free() {
	if h.x != nil {
		_ = h.x.FinalizeAll()
	}
	if h.y != nil {
		_ = h.y.FinalizeAll()
	}
}

// count leaves the first step out, which compiles, and what the stages did
// meanwhile.
func (d *streamed) count(rows int, spent time.Duration) {
	if d.taken++; d.taken > 1 {
		d.stats.Add("step", 1, rows, spent)
	}
}

// warmUp begins the count anew once the first step is done.
func (d *streamed) warmUp() {
	d.stats.Forget("shuffle", "device")
	if d.warm != nil {
		d.warm()
	}
}

// start begins to read at an epoch.
func (d *streamed) start(epoch int) error {
	ctx, cancel := context.WithCancel(context.Background())
	f, err := feed.New(ctx, d.cache.Segment(0), feed.Options{Batch: d.spec.Batch, Seed: d.spec.Seed, Stats: d.stats}, feed.State{Epoch: epoch})
	if err != nil {
		cancel()
		return err
	}
	d.feed, d.cancel, d.ready = f, cancel, make(chan handed, handedAhead)
	d.work.Go(func() { d.handOver(ctx) })
	return nil
}

// handOver moves batches to the device until ctx ends or one cannot be read.
func (d *streamed) handOver(ctx context.Context) {
	for {
		b, err := d.feed.Next(ctx)
		if ctx.Err() != nil {
			return
		}
		h := handed{err: err}
		if err == nil {
			began := clock.System()
			h, h.err = d.place(b)
			d.feed.Release(b)
			d.stats.Add("device", 1, h.count, clock.System().Sub(began))
		}
		select {
		case d.ready <- h:
		case <-ctx.Done():
			h.free()
			return
		}
		if h.err != nil {
			return
		}
	}
}

// place puts a batch on the device: the inputs, the target, and which of the
// rows count.
func (d *streamed) place(b *feed.Batch) (h handed, err error) {
	width := d.net.width
	rows := len(b.Data) / (width + 1)
	x, y := make([]float32, 0, rows*width), make([]float32, rows)
	h = handed{batch: batch{rows: make([]int32, rows)}, last: b.Last, count: b.Count}
	for i := range rows {
		row := b.Data[i*(width+1) : (i+1)*(width+1)]
		x, y[i] = append(x, row[:width]...), row[width]
		if h.rows[i] = int32(i); i >= b.Count {
			h.rows[i] = int32(-i - 1)
		}
	}
	if h.x, err = onDevice(d.net.backend, tensors.FromFlatDataAndDimensions(x, rows, width)); err != nil {
		return h, err
	}
	h.y, err = onDevice(d.net.backend, tensors.FromFlatDataAndDimensions(y, rows))
	return h, err
}

func (d *streamed) epoch(ctx context.Context, epoch int, step func(batch) error) (bool, error) {
	if d.feed == nil {
		if err := d.start(epoch); err != nil {
			return false, err
		}
	}
	for {
		if d.taken == 1 {
			d.warmUp()
		}
		began, filled := clock.System(), len(d.ready)
		var h handed
		select {
		case h = <-d.ready:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			h.free()
			return false, nil
		}
		if h.err != nil {
			return false, d.origin(h.err)
		}
		here := clock.System()
		d.stats.Queue("device", filled, handedAhead, here.Sub(began))
		err := step(h.batch)
		h.free()
		d.count(h.count, clock.System().Sub(here))
		if err != nil || h.last {
			return err == nil, err
		}
	}
}

// logits reads the validation rows in chunks, of which one is on the device.
func (d *streamed) logits(n *network) (flat []float32, outputs int, err error) {
	rows := d.cache.Segment(1)
	var scratch []byte
	data, x := make([]float32, maxChunk*rows.Width()), make([]float32, 0, maxChunk*n.width)
	for first := 0; first < rows.Len(); first += maxChunk {
		here := min(maxChunk, rows.Len()-first)
		if err := rows.ReadRows(first, data[:here*rows.Width()], &scratch); err != nil {
			return nil, 0, err
		}
		x = x[:0]
		for i := range here {
			x = append(x, data[i*rows.Width():i*rows.Width()+n.width]...)
		}
		chunks, err := n.place(x)
		if err != nil {
			return nil, 0, err
		}
		part, k, err := n.logits(chunks, here)
		for _, c := range chunks {
			_ = c.FinalizeAll()
		}
		if err != nil {
			return nil, 0, err
		}
		flat, outputs = append(flat, part...), k
	}
	return flat, outputs, nil
}

func (d *streamed) close() {
	if d.feed != nil {
		d.cancel()
		d.work.Wait()
		d.feed.Close()
		for len(d.ready) > 0 {
			h := <-d.ready
			h.free()
		}
	}
	_ = d.cache.Close()
}
