// Package feed brings the rows of a table that may be larger than memory to a
// training step, ahead of the step. A Source is read once, in parallel, decoded
// and encoded into a Cache: a file of rows of float32 numbers, all of one width.
// A Feed then reads the cache in a seeded order that is a permutation of all of
// its rows, and keeps a few batches ready.
//
// It does not know models, targets or devices: what the numbers of a row mean is
// the business of whoever encodes them.
package feed

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
)

// Options say how a Feed reads.
type Options struct {
	Batch   int   // rows of a batch, 1 or more; more than there are gives batches of all rows
	Seed    int64 // of the order
	Workers int   // readers; 0: 4, of which most wait for the disk
	Ahead   int   // batches that may be ready or in work; 0: 8
	// Stats, which may be nil, is told what the feed does, as the stage "shuffle".
	Stats *Stats
}

// A State is where a feed stands: the batch that comes next. With the cache and
// the Options it is all that a feed has to remember.
type State struct {
	Epoch int `json:"epoch"` // from 0
	Step  int `json:"step"`  // of the epoch, from 0
}

// A Batch is the rows of one step. Data has Batch rows of the cache's width, row
// by row. The first Count are the step's own; where the rows of an epoch do not
// fill its last batch, the others repeat the epoch's first, and must not count.
type Batch struct {
	State
	Data  []float32
	Count int
	Last  bool // of its epoch
	err   error
}

// A Feed gives batches in order, epoch after epoch without end. It is for one
// goroutine; Close ends those that it runs.
type Feed struct {
	rows  Rows
	o     Options
	stats *stage

	ctx    context.Context // ends with Close, or that of New
	cancel context.CancelFunc
	work   sync.WaitGroup
	ready  chan chan *Batch // in order; each gives one batch
	free   chan []float32
	ended  error
}

// Rows is what a Feed reads: a Segment of a cache.
type Rows interface {
	// Len and Width are the number of rows and of numbers in each.
	Len() int
	Width() int
	// ReadRow fills dst, of Width numbers, with row i; scratch is of the caller's
	// goroutine alone and may be nil. It is safe for concurrent use.
	ReadRow(i int, dst []float32, scratch *[]byte) error
}

// New starts to read the batches from at on. Of rows without any it is an error.
func New(ctx context.Context, rows Rows, o Options, at State) (*Feed, error) {
	switch {
	case rows.Len() == 0:
		return nil, fmt.Errorf("feed: there are no rows")
	case o.Batch < 1:
		return nil, fmt.Errorf("feed: a batch of %d rows, want 1 or more", o.Batch)
	}
	o.Batch = min(o.Batch, rows.Len())
	if o.Workers < 1 {
		o.Workers = max(4, runtime.NumCPU())
	}
	if o.Ahead < 1 {
		o.Ahead = 8
	}
	if steps := Steps(rows.Len(), o.Batch); at.Epoch < 0 || at.Step < 0 || at.Step >= steps {
		return nil, fmt.Errorf("feed: no step %d in epoch %d, which has %d", at.Step, at.Epoch, steps)
	}
	f := &Feed{rows: rows, o: o, ready: make(chan chan *Batch, o.Ahead), free: make(chan []float32, o.Ahead+2)}
	f.stats = o.Stats.stage("shuffle", o.Workers, o.Ahead)
	f.ctx, f.cancel = context.WithCancel(ctx)
	tickets := make(chan ticket)
	f.work.Go(func() { f.plan(f.ctx, tickets, at) })
	for range o.Workers {
		f.work.Go(func() { f.read(f.ctx, tickets) })
	}
	return f, nil
}

// Steps is how many batches an epoch has.
func Steps(rows, batch int) int { return (rows + batch - 1) / batch }

// A ticket is one batch to read.
type ticket struct {
	batch *Batch
	rows  []int32
	out   chan *Batch
}

// plan hands out the batches of each epoch in its order. It works the next
// epoch's order out while the last batches of this one are read.
func (f *Feed) plan(ctx context.Context, tickets chan<- ticket, at State) {
	defer close(tickets)
	for ; ; at = (State{Epoch: at.Epoch + 1}) {
		batches := Batches(f.rows.Len(), f.o.Batch, f.o.Seed, at.Epoch)
		for ; at.Step < len(batches); at.Step++ {
			last := at.Step == len(batches)-1
			b := &Batch{State: at, Count: f.o.Batch, Last: last}
			if last {
				b.Count = f.rows.Len() - at.Step*f.o.Batch
			}
			t := ticket{b, batches[at.Step], make(chan *Batch, 1)}
			select { // ready has room for Ahead batches, which bounds those in work
			case f.ready <- t.out:
			case <-ctx.Done():
				return
			}
			select {
			case tickets <- t:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (f *Feed) read(ctx context.Context, tickets <-chan ticket) {
	var scratch []byte
	for t := range tickets {
		if ctx.Err() != nil {
			return
		}
		began := clock.System()
		width := f.rows.Width()
		t.batch.Data = f.buffer()
		for i, row := range t.rows {
			if row < 0 {
				row = -row - 1
			}
			if err := f.rows.ReadRow(int(row), t.batch.Data[i*width:(i+1)*width], &scratch); err != nil {
				t.batch.err = err
				break
			}
		}
		f.stats.add(t.batch.Count, clock.System().Sub(began))
		t.out <- t.batch
	}
}

func (f *Feed) buffer() []float32 {
	select {
	case b := <-f.free:
		return b
	default:
		return make([]float32, f.o.Batch*f.rows.Width())
	}
}

// Next waits for the next batch. The batch belongs to the caller until it is
// given back with Release. A row that cannot be read is an error that says in
// which epoch and step, both from 1; after an error there is none but that error.
func (f *Feed) Next(ctx context.Context) (*Batch, error) {
	if f.ended != nil {
		return nil, f.ended
	}
	began := clock.System()
	f.stats.filled(len(f.ready))
	b, err := f.next(ctx)
	if err != nil {
		f.ended = err
		return nil, err
	}
	f.stats.waited(clock.System().Sub(began))
	if b.err != nil {
		f.ended = fmt.Errorf("epoch %d, step %d: %w", b.Epoch+1, b.Step+1, b.err)
		return nil, f.ended
	}
	return b, nil
}

func (f *Feed) next(ctx context.Context) (*Batch, error) {
	var out chan *Batch
	select {
	case out = <-f.ready:
	case <-f.ctx.Done():
		return nil, context.Cause(f.ctx)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	select {
	case b := <-out:
		return b, nil
	case <-f.ctx.Done():
		return nil, context.Cause(f.ctx)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Release gives a batch's memory back for another batch.
func (f *Feed) Release(b *Batch) {
	select {
	case f.free <- b.Data:
	default:
	}
	b.Data = nil
}

// Waited is for how long Next has made its caller wait.
func (f *Feed) Waited() time.Duration { return f.stats.wait() }

// Close ends the reading and waits until no goroutine of the feed runs.
func (f *Feed) Close() {
	f.cancel()
	f.work.Wait()
}
