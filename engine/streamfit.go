package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

// maxLabels is how many different values of a target are told apart before a
// stream is taken for one of numbers, or of too many classes.
const maxLabels = 100_000

// streamTarget is fitTarget on a source: it reads the target's column twice.
func streamTarget(ctx context.Context, src feed.Source, s Spec) (Target, Truth, error) {
	c, err := prep.Lookup(empty(src), s.Target, "target")
	if err != nil {
		return Target{}, Truth{}, err
	}
	target := Target{Name: s.Target, Task: s.Task}
	kind, ok := prep.KindOf(c.DataType())
	if !ok {
		return target, Truth{}, fmt.Errorf("read target %q: %s is neither number, bool nor text", s.Target, c.DataType())
	}
	var classes []label
	err = eachColumn(ctx, src, s.Target, func(c *arrow.Column) error {
		if len(classes) > maxLabels {
			return nil
		}
		labels, err := labelsOf(c, kind)
		classes = distinct(append(labels, classes...))
		return err
	})
	if err != nil {
		return target, Truth{}, err
	}
	if err := target.decide(c.DataType(), kind, classes, s); err != nil {
		return target, Truth{}, err
	}
	var truth Truth
	err = eachColumn(ctx, src, s.Target, func(c *arrow.Column) error {
		schema := arrow.NewSchema([]arrow.Field{c.Field()}, nil)
		part, err := target.Read(array.NewTable(schema, []arrow.Column{*c}, int64(c.Len())))
		truth.Class, truth.Value = append(truth.Class, part.Class...), append(truth.Value, part.Value...)
		return err
	})
	return target, truth, err
}

func eachColumn(ctx context.Context, src feed.Source, name string, f func(*arrow.Column) error) error {
	return feed.Scan(ctx, src, []string{name}, func(_ int64, rec arrow.Record) error {
		a := rec.Column(0)
		return f(arrow.NewColumn(rec.Schema().Field(0), arrow.NewChunked(a.DataType(), []arrow.Array{a})))
	})
}

// fitBytes is what a value takes while its column is fitted: as Arrow has it, as
// a number, among those present, and for each row its number.
const fitBytes = 48

// fitInputs is prep.Fit on a source. Preprocessing learns from each column by
// itself, and Parquet gives a column by itself: so blocks of columns are read whole,
// as many as memory allows, and every statistic is exact and the same as Fit's.
func fitInputs(ctx context.Context, src feed.Source, names []string, train []int, o Stream) (prep.Inputs, error) {
	var rows int64
	for _, p := range src.Parts() {
		rows += p.Rows
	}
	one := rows * fitBytes
	if one > o.Memory {
		return nil, hint.New(fmt.Errorf("fit the columns of %s: one column of %d rows takes %s, and there are %s",
			src.Name(), rows, feed.Bytes(one), feed.Bytes(o.Memory)), "allow more with --memory")
	}
	workers := int(min(int64(runtime.NumCPU()), o.Memory/one))
	size := max(1, min(int(o.Memory/4/one)/workers, (len(names)+workers-1)/workers))
	blocks := slices.Collect(slices.Chunk(names, size))
	fitted, errs := make([]prep.Inputs, len(blocks)), make([]error, len(blocks))
	var work sync.WaitGroup
	for w := range workers {
		work.Go(func() {
			for i := w; i < len(blocks); i += workers {
				if fitted[i], errs[i] = fitBlock(ctx, src, blocks[i], train); errs[i] != nil {
					return
				}
			}
		})
	}
	work.Wait()
	return slices.Concat(fitted...), errors.Join(errs...)
}

func fitBlock(ctx context.Context, src feed.Source, names []string, train []int) (prep.Inputs, error) {
	var recs []arrow.Record
	err := feed.Scan(ctx, src, names, func(_ int64, rec arrow.Record) error {
		rec.Retain()
		recs = append(recs, rec)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return prep.Fit(array.NewTableFromRecords(recs[0].Schema(), recs), names, train)
}
