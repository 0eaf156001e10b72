package feed

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A Recipe says how the rows of a source become those of a cache.
type Recipe struct {
	// Key names the content: it must differ where source, Columns, Place or Encode
	// would give other rows. It is a file name.
	Key      string
	Columns  []string // of the source, that Encode reads
	Width    int      // numbers of an encoded row
	Segments []int64  // rows of each segment
	// Place is where a row of the source goes, counted over all segments; negative
	// for a row that is left out. Each place is taken once.
	Place func(row int64) int64
	// Encode gives Width numbers for each row of rec. It runs in several goroutines.
	Encode func(rec arrow.Record) ([]float32, error)

	Memory int64       // bytes that decoding may take, about; 0: no limit
	Stats  *Stats      // may be nil
	Tick   func(Built) // told after each part, one at a time; may be nil
}

// Built is how far the making of a cache is.
type Built struct {
	Rows, Total int64
	Size        int64 // of the finished cache, in bytes
}

// Open opens the cache that r describes in the folder dir, and makes it before if
// it is not there, is damaged, or belongs to another content. It makes room for it
// by removing older caches of dir. An error, or the end of ctx, leaves nothing
// half made.
func Open(ctx context.Context, dir string, s Source, r Recipe) (*Cache, error) {
	h := header{r.Key, r.Width, r.Segments}
	c, err := open(dir, h)
	if err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrStale) {
		return c, err
	}
	if err := makeRoom(dir, h.size()); err != nil {
		return nil, fmt.Errorf("cache %s: %w", s.Name(), err)
	}
	b := &builder{Recipe: r, source: s, head: h}
	if err := b.run(ctx, dir); err != nil {
		return nil, fmt.Errorf("cache %s: %w", s.Name(), full(err, dir))
	}
	return open(dir, h)
}

type builder struct {
	Recipe
	source Source
	head   header
	out    *os.File

	mu   sync.Mutex
	done int64
}

func (b *builder) run(ctx context.Context, dir string) (err error) {
	tmp, err := os.CreateTemp(dir, fmt.Sprintf("%s%s-%d-*", b.Key, partSuffix, os.Getpid()))
	if err != nil {
		return err
	}
	b.out = tmp
	defer func() {
		err = errors.Join(err, tmp.Close())
		if err == nil {
			err = os.Rename(tmp.Name(), filepath.Join(dir, b.Key+cacheSuffix))
		}
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	head, err := b.head.bytes()
	if err != nil {
		return err
	}
	if _, err := tmp.Write(head); err != nil {
		return err
	}
	if err := b.parts(ctx); err != nil {
		return err
	}
	return tmp.Truncate(b.head.size())
}

// parts encodes all parts, several at once, while another goroutine checks the
// source's bytes. The first error ends the others.
func (b *builder) parts(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work sync.WaitGroup
	try := func(err error) {
		if err != nil {
			cancel(err) // the first one counts
		}
	}
	if v, ok := b.source.(Verifier); ok {
		work.Go(func() { try(v.Verify(ctx)) })
	}
	parts := b.source.Parts()
	firsts := make([]int64, len(parts))
	for i := 1; i < len(parts); i++ {
		firsts[i] = firsts[i-1] + parts[i-1].Rows
	}
	next := make(chan int)
	workers := b.workers(parts)
	for range workers {
		work.Go(func() {
			for i := range next {
				try(b.part(ctx, i, firsts[i], workers))
			}
		})
	}
	for i := range parts {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	work.Wait()
	return context.Cause(ctx)
}

// workers is how many parts fit in memory at once: a part is there as it lies on
// disk and as Arrow has it, of which some columns are there a third time.
func (b *builder) workers(parts []Part) int {
	n := min(runtime.NumCPU(), len(parts))
	var most int64 = 1
	for _, p := range parts {
		most = max(most, p.Bytes)
	}
	if b.Memory > 0 {
		n = min(n, int(b.Memory/(3*most)))
	}
	return max(1, n)
}

func (b *builder) part(ctx context.Context, i int, first int64, workers int) error {
	var wait, reading time.Duration
	p, metered := b.source.(interface{ busy() time.Duration })
	if metered {
		reading = p.busy()
	}
	began := clock.System()
	err := scanPart(ctx, b.source, i, b.Columns, first, func(at int64, rec arrow.Record) error {
		start := clock.System()
		defer func() { wait += clock.System().Sub(start) }()
		return b.record(at, rec, workers)
	})
	spent := clock.System().Sub(began) - wait
	if metered { // other workers read meanwhile: their share is taken for an equal one
		spent = max(0, spent-(p.busy()-reading)/time.Duration(workers))
	}
	rows := int(b.source.Parts()[i].Rows)
	b.Stats.Add("decode", workers, rows, spent)
	b.Stats.Add("read", workers, rows, 0)
	if err == nil {
		b.tick(int64(rows))
	}
	return err
}

func (b *builder) tick(rows int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done += rows
	if b.Tick != nil {
		b.Tick(Built{b.done, rowsOf(b.source), b.head.size()})
	}
}

// record encodes a batch and writes its rows, those of neighbouring places together.
func (b *builder) record(first int64, rec arrow.Record, workers int) error {
	began := clock.System()
	data, err := b.Encode(rec)
	if err != nil {
		return fmt.Errorf("rows %d to %d: %w", first, first+rec.NumRows()-1, err)
	}
	if len(data) != int(rec.NumRows())*b.Width {
		return fmt.Errorf("rows %d to %d: encoded as %d numbers, not %d of each", first, first+rec.NumRows()-1, len(data), b.Width)
	}
	encoded := clock.System()
	b.Stats.Add("encode", workers, int(rec.NumRows()), encoded.Sub(began))
	err = b.write(first, int(rec.NumRows()), data)
	b.Stats.Add("write", workers, int(rec.NumRows()), clock.System().Sub(encoded))
	return err
}

// A run is rows of neighbouring places.
type run struct {
	first, next int64
	bytes       []byte
}

func (b *builder) write(first int64, rows int, data []float32) error {
	var runs []*run
	for i := range rows {
		slot := b.Place(first + int64(i))
		if slot < 0 {
			continue
		}
		r := follow(&runs, slot)
		from := len(r.bytes)
		for _, v := range data[i*b.Width : (i+1)*b.Width] {
			r.bytes = binary.LittleEndian.AppendUint32(r.bytes, math.Float32bits(v))
		}
		r.bytes = binary.LittleEndian.AppendUint32(r.bytes, sum(slot, r.bytes[from:]))
		r.next++
	}
	for _, r := range runs {
		if _, err := b.out.WriteAt(r.bytes, cacheHeader+r.first*b.head.stride()); err != nil {
			return err
		}
	}
	return nil
}

// follow is the run that slot continues, or a new one. There are as many as
// segments that a batch's rows go to, so they are few.
func follow(runs *[]*run, slot int64) *run {
	for _, r := range *runs {
		if r.next == slot {
			return r
		}
	}
	r := &run{first: slot, next: slot}
	*runs = append(*runs, r)
	return r
}

func full(err error, dir string) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) {
		return hint.New(err, "the disk of "+dir+" is full: free space there, or name another folder with --cache")
	}
	return err
}
