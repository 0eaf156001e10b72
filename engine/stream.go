package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// A Stream says how rows are read that do not fit into memory. Its zero value is
// ready.
type Stream struct {
	Memory int64            // bytes that the process may take for data, about; 0: half of what is free
	Cache  string           // folder of the decoded rows; empty: cellar/feed in the person's cache folder
	Stats  *feed.Stats      // told what each stage does; may be nil
	Tick   func(feed.Built) // told while the rows are decoded; may be nil
	For    time.Duration    // how long steps are taken after the first, which compiles, as if it was then interrupted; 0: to the end
}

func (o Stream) filled() (Stream, error) {
	if o.Memory <= 0 {
		o.Memory = feed.FreeMemory() / 2
	}
	if o.Stats == nil {
		o.Stats = &feed.Stats{}
	}
	if o.Cache != "" {
		return o, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return o, fmt.Errorf("find a folder for the decoded rows: %w", err)
	}
	o.Cache = filepath.Join(dir, "cellar", "feed")
	return o, nil
}

// FitStream is Fit on a source that is read in parts, for a Spec without a Recipe: its rows are encoded into a
// cache on disk and brought to the device batch by batch, ahead of the step, in
// the order that Fit takes them in. The same rows and Spec give the numbers that
// Fit gives, to the bit.
//
// In memory are the target and the fate of each row (36 bytes a row), one column
// at a time while the preprocessing is fitted (48 bytes a row), the encoded rows
// of a few parts, and a few batches.
func FitStream(ctx context.Context, src feed.Source, s Spec, o Stream, onEpoch func(Progress) error) (*Result, error) {
	return (&fit{spec: s, onEpoch: onEpoch}).stream(ctx, src, o)
}

func (f *fit) stream(ctx context.Context, src feed.Source, o Stream) (*Result, error) {
	err := f.begin()
	if err == nil {
		err = noRecipe(src, f.spec)
	}
	if err == nil {
		o, err = o.filled()
	}
	if err != nil {
		return nil, err
	}
	if err := f.prepareStream(ctx, src, o); err != nil {
		return nil, err
	}
	defer f.close()
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		f.data.(*streamed).warm = func() { time.AfterFunc(o.For, cancel) }
	}
	return f.train(ctx)
}

func (f *fit) prepareStream(ctx context.Context, src feed.Source, o Stream) error {
	target, truth, err := streamTarget(ctx, src, f.spec)
	if err != nil {
		return err
	}
	all := int64(truth.len())
	if all > math.MaxInt32 {
		return fmt.Errorf("train %s: %s has %d rows, more than %d", f.spec.what(), src.Name(), all, math.MaxInt32)
	}
	train, valid, err := f.divide(target, truth, all)
	if err != nil {
		return err
	}
	if err := f.chooseFeatures(empty(src)); err != nil {
		return err
	}
	if f.inputs, err = fitInputs(ctx, src, f.spec.Features, train, o); err != nil {
		return err
	}
	if err := f.settle(target, truth.At(train), truth.At(valid)); err != nil {
		return err
	}
	d, err := f.openStream(ctx, src, train, valid, o)
	if err != nil {
		return err
	}
	f.notice(fmt.Sprintf("Streamed: %s of encoded rows from %s, for the data does not fit into the %s it may take in memory.",
		feed.Bytes(d.cache.Size()), o.Cache, feed.Bytes(o.Memory)))
	return f.build(d)
}

// openStream opens the cache of the encoded rows: the training rows, then those
// of the validation, each with its inputs and its target.
func (f *fit) openStream(ctx context.Context, src feed.Source, train, valid []int, o Stream) (*streamed, error) {
	key, err := f.cacheKey(src, len(train), len(valid))
	if err != nil {
		return nil, err
	}
	d := &streamed{spec: f.spec, source: src, stats: o.Stats, places: places(src, train, valid)}
	width := f.inputs.Width()
	d.cache, err = feed.Open(ctx, o.Cache, src, feed.Recipe{
		Key: key, Columns: append([]string{f.target.Name}, f.spec.Features...), Width: width + 1,
		Segments: []int64{int64(len(train)), int64(len(valid))},
		Place:    func(row int64) int64 { return int64(d.places[row]) },
		Encode:   f.encodeRecord,
		Memory:   o.Memory / 2, Stats: o.Stats, Tick: o.Tick,
	})
	d.net = f.net
	return d, err
}

// encodeRecord gives the inputs and the target of each row, one after the other.
func (f *fit) encodeRecord(rec arrow.Record) ([]float32, error) {
	t := array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec})
	x, err := f.inputs.Apply(t)
	if err != nil {
		return nil, err
	}
	truth, err := f.target.Read(t)
	if err != nil {
		return nil, err
	}
	width := f.inputs.Width()
	out := make([]float32, 0, len(x)+len(x)/width)
	for i, y := range f.target.encode(truth) {
		out = append(append(out, x[i*width:(i+1)*width]...), y)
	}
	return out, nil
}

// cacheKey stands for all that the encoded rows depend on.
func (f *fit) cacheKey(src feed.Source, train, valid int) (string, error) {
	text, err := json.Marshal(struct {
		Digest     string
		Inputs     prep.Inputs
		Target     Target
		Seed       int64
		Validation float64
		Rows       [2]int
	}{src.Digest(), f.inputs, f.target, f.spec.Seed, f.spec.Validation, [2]int{train, valid}})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// places is where each row of the source goes in the cache; -1: nowhere.
func places(src feed.Source, train, valid []int) []int32 {
	var n int64
	for _, p := range src.Parts() {
		n += p.Rows
	}
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	for i, row := range train {
		out[row] = int32(i)
	}
	for i, row := range valid {
		out[row] = int32(len(train) + i)
	}
	return out
}

// empty is a table with the source's columns and no rows.
func empty(src feed.Source) arrow.Table { return array.NewTableFromRecords(src.Schema(), nil) }

// checkStream finds the mistakes that need no reading.
func checkStream(src feed.Source, s Spec) error {
	if err := noRecipe(src, s); err != nil {
		return err
	}
	t := empty(src)
	if _, err := prep.Lookup(t, s.Target, "target"); err != nil {
		return err
	}
	for _, name := range s.Features {
		if _, err := prep.Lookup(t, name, "feature"); err != nil {
			return err
		}
	}
	if len(src.Parts()) == 0 {
		return fmt.Errorf("train %s: %s has no rows", s.what(), src.Name())
	}
	_, err := openBackend(s.GPU)
	return err
}

// noRecipe refuses a recipe: it is fitted on all training rows at once, in memory.
func noRecipe(src feed.Source, s Spec) error {
	if len(s.Recipe) == 0 {
		return nil
	}
	return hint.New(fmt.Errorf("train %s: %s is streamed, for it does not fit into the memory that data may take, and a recipe is fitted on all training rows in memory",
		s.what(), src.Name()),
		"allow more with --memory; or prepare a split of it with dataset prepare --fit, and train on that without --recipe; or leave --recipe away")
}

// origin adds to the error of a row of the cache where that row came from, and
// removes the cache, which is made again the next time.
func (d *streamed) origin(err error) error {
	var bad *feed.RowError
	if !errors.As(err, &bad) {
		return err
	}
	first := int64(0)
	for _, p := range d.source.Parts() {
		for row := first; row < first+p.Rows; row++ {
			if int(d.places[row]) == bad.Row {
				return errors.Join(fmt.Errorf("%w (it is row %d of %s, in %s)", err, row, d.source.Name(), p.Name), os.Remove(bad.Path))
			}
		}
		first += p.Rows
	}
	return err
}

// Resident is about how many bytes Fit takes for a version: as Arrow has it, as
// it is encoded, parted, and on the device.
func Resident(v tracker.DatasetVersion) int64 {
	const number, text = 28, 64
	var row int64
	for _, c := range v.Columns {
		if c.Type == "utf8" {
			row += text
		} else {
			row += number
		}
	}
	return row * v.Rows
}
