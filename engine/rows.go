package engine

import (
	"context"

	"github.com/gomlx/gomlx/pkg/core/tensors"

	"github.com/cellar-ml/cellar/dataset/feed"
)

// rows is where a training's encoded rows are.
type rows interface {
	// epoch calls step with the batches of an epoch, in their order. It is false
	// when ctx ended it between two steps.
	epoch(ctx context.Context, epoch int, step func(batch) error) (bool, error)
	// logits runs the forward pass on the validation rows.
	logits(n *network) (flat []float32, outputs int, err error)
	close()
}

// A batch is the rows that a step takes, by number out of those that are on the
// device. A row that fills a batch up and must not count is written as -row-1.
type batch struct {
	x, y *tensors.Tensor // [any, inputs], [any]
	rows []int32
}

// resident is rows that are on the device as a whole.
type resident struct {
	x, y  *tensors.Tensor
	valid []*tensors.Tensor
	n     [2]int // training and validation rows
	spec  Spec
}

func newResident(n *network, s Spec, x, y, valid []float32) (r *resident, err error) {
	r = &resident{spec: s, n: [2]int{len(y), len(valid) / n.width}}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.valid, err = n.place(valid); err != nil {
		return nil, err
	}
	if r.x, err = onDevice(n.backend, tensors.FromFlatDataAndDimensions(x, len(y), n.width)); err != nil {
		return nil, err
	}
	r.y, err = onDevice(n.backend, tensors.FromFlatDataAndDimensions(y, len(y)))
	return r, err
}

func (r *resident) epoch(ctx context.Context, epoch int, step func(batch) error) (bool, error) {
	for _, rows := range feed.Batches(r.n[0], r.spec.Batch, r.spec.Seed, epoch) {
		if ctx.Err() != nil {
			return false, nil
		}
		if err := step(batch{r.x, r.y, rows}); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *resident) logits(n *network) ([]float32, int, error) { return n.logits(r.valid, r.n[1]) }

func (r *resident) close() {
	for _, t := range append([]*tensors.Tensor{r.x, r.y}, r.valid...) {
		if t != nil {
			_ = t.FinalizeAll()
		}
	}
}
