package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
)

// Fit trains the model that s describes on the rows of t whose target is known.
// onEpoch, which may be nil, is called after each epoch; its error ends the
// training and is returned. The same table and Spec give the same numbers.
//
// When ctx is cancelled, training ends after the step that is running: the
// Result has the best weights so far, Stopped is StoppedInterrupted and the
// error is nil, unless not even one step was taken. A loss that is not finite
// ends it with an error that wraps ErrDiverged.
func Fit(ctx context.Context, t arrow.Table, s Spec, onEpoch func(Progress) error) (*Result, error) {
	return (&fit{spec: s, onEpoch: onEpoch}).table(ctx, t)
}

func (f *fit) table(ctx context.Context, t arrow.Table) (*Result, error) {
	if err := f.begin(); err != nil {
		return nil, err
	}
	if err := f.prepare(t); err != nil {
		return nil, err
	}
	defer f.close()
	return f.train(ctx)
}

// A fit is one training in progress.
type fit struct {
	spec    Spec
	now     func() time.Time
	onEpoch func(Progress) error
	onRows  func(*tracker.Transform) error // told once it is known what becomes of the rows; may be nil

	preparation
	target Target
	net    *network
	step   *stepper
	data   rows
	names  []string // of the model's own variables

	all    int64 // rows, those without a target too
	truth  Truth // of the validation rows
	result Result

	began    time.Time
	epoch    int // finished ones
	steps    int
	best     []weight
	bestLoss float64
	stale    int // epochs since the best
}

func (f *fit) begin() (err error) {
	f.now = clock.Or(f.spec.Now)
	f.spec, err = f.spec.resolve()
	return err
}

func (f *fit) prepare(t arrow.Table) error {
	target, truth, err := fitTarget(t, f.spec)
	if err != nil {
		return err
	}
	train, valid, err := f.divide(target, truth, t.NumRows())
	if err != nil {
		return err
	}
	d := prepared{truth: truth.At(train)}
	if len(f.spec.Recipe) > 0 {
		d, err = f.fitRecipe(t, target, train, valid)
	} else {
		err = f.fitDefault(&d, t, train, valid)
	}
	if err != nil {
		return err
	}
	if err := f.settle(target, d.truth, truth.At(valid)); err != nil {
		return err
	}
	r, err := newResident(f.net, f.spec, d.train, f.target.encode(d.truth), d.valid)
	if err != nil {
		return err
	}
	return f.build(r)
}

// fitDefault learns the default steps from the training rows alone.
func (f *fit) fitDefault(d *prepared, t arrow.Table, train, valid []int) (err error) {
	if err := f.chooseFeatures(t); err != nil {
		return err
	}
	if f.inputs, err = prep.Fit(t, f.spec.Features, train); err != nil {
		return err
	}
	data, err := f.inputs.Apply(t)
	if err != nil {
		return err
	}
	d.train, d.valid = pick(data, f.inputs.Width(), train), pick(data, f.inputs.Width(), valid)
	return nil
}

// divide splits the rows whose target is known.
func (f *fit) divide(target Target, truth Truth, all int64) (train, valid []int, err error) {
	f.all = all
	rows := truth.Rows()
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("train %s: no row has a value of the target %q", f.spec.what(), f.spec.Target)
	}
	if left := int(all) - len(rows); left > 0 {
		f.notice(fmt.Sprintf("%d of %d rows have no %s and were left out.", left, all, target.Name))
	}
	train, valid = split(rows, truth, f.spec.Validation, f.spec.Seed)
	if len(valid) == 0 && f.spec.Validation > 0 {
		f.notice("No row was left to validate on: there are too few of each class. Early stopping and scores need some.")
	}
	return train, valid, nil
}

// settle keeps what is known once the inputs are fitted, and opens the backend.
// train and valid are the truth of the rows that steps and validation take.
func (f *fit) settle(target Target, train, valid Truth) error {
	if f.inputs.Width() == 0 {
		return fmt.Errorf("train %s: the features %s hold no values", f.spec.what(), strings.Join(f.spec.Features, ", "))
	}
	target.scale(train)
	f.target, f.spec.Task, f.truth = target, target.Task, valid
	f.result.TrainRows, f.result.ValidRows = train.len(), valid.len()
	if f.onRows != nil {
		if err := f.onRows(f.transform()); err != nil {
			return err
		}
	}
	b, err := openBackend(f.spec.GPU)
	if err != nil {
		return err
	}
	f.result.Device = b.Device()
	f.tellOnce(b)
	if f.net, err = newNetwork(b, f.spec, f.inputs.Width(), f.target); err != nil {
		return err
	}
	f.net.ctx = f.net.ctx.Checked(true)
	if f.spec.Batch == 0 {
		f.spec.Batch = fullBatch
	}
	f.spec.Batch = min(f.spec.Batch, f.result.TrainRows)
	return nil
}

// chooseFeatures takes every readable column but the target when none are named.
func (f *fit) chooseFeatures(t arrow.Table) error {
	if len(f.spec.Features) > 0 {
		return nil
	}
	for i := range int(t.NumCols()) {
		c := t.Column(i)
		if c.Name() == f.spec.Target {
			continue
		}
		if _, ok := prep.KindOf(c.DataType()); !ok {
			f.notice(fmt.Sprintf("Column %s (%s) was left out: it is neither number, bool nor text.", c.Name(), c.DataType()))
			continue
		}
		f.spec.Features = append(f.spec.Features, c.Name())
	}
	if len(f.spec.Features) == 0 {
		return fmt.Errorf("train %s: the table has no column to learn from beside the target %q", f.spec.what(), f.spec.Target)
	}
	return nil
}

func (f *fit) notice(text string) {
	f.result.Notices = append(f.result.Notices, text)
}

func pick(data []float32, width int, rows []int) []float32 {
	out := make([]float32, 0, len(rows)*width)
	for _, row := range rows {
		out = append(out, data[row*width:(row+1)*width]...)
	}
	return out
}

// build makes the variables and compiles the step over d, which it takes over.
func (f *fit) build(d rows) error {
	f.data = d
	err := f.initialize()
	if err == nil {
		f.names = variableNames(f.net.ctx)
		f.bestLoss = math.Inf(1)
		f.step, err = newStepper(f.net, f.spec, f.result.TrainRows)
	}
	if err != nil {
		d.close()
	}
	return err
}

// initialize makes the variables, for the shape of the first validation rows.
func (f *fit) initialize() error {
	chunks, err := f.net.place(make([]float32, f.net.width*min(maxChunk, max(1, f.result.ValidRows))))
	if err != nil {
		return err
	}
	return errors.Join(f.net.initialize(chunks[0]), chunks[0].FinalizeAll())
}

func (f *fit) close() {
	f.data.close() // first, for it may be handing rows to the device
	f.step.close()
}

// fullBatch is up to how many rows the convex families take in one step: their
// loss then goes down without the noise of small batches.
const fullBatch = 8192

func (f *fit) tellOnce(b *xla.Backend) {
	if b.Notice == "" || !firstFallback() {
		return
	}
	f.notice(b.Notice)
	if f.spec.Notify != nil {
		f.spec.Notify(b.Notice)
	}
}

// train runs epochs until one of the reasons to stop, and makes the model.
func (f *fit) train(ctx context.Context) (*Result, error) {
	if f.spec.Checkpoint != "" {
		if err := f.resume(); err != nil {
			return nil, err
		}
	}
	begun, steps := f.epoch, f.steps
	f.result.Stopped = StoppedEpochs
	for f.epoch < f.spec.Epochs {
		if f.spec.Patience > 0 && f.stale >= f.spec.Patience {
			f.result.Stopped = StoppedEarly
			break
		}
		done, err := f.runEpoch(ctx, begun, steps)
		if err != nil && !cancelled(err) {
			return nil, err
		}
		if !done || err != nil {
			f.result.Stopped = StoppedInterrupted
			break
		}
	}
	if f.steps == 0 {
		return nil, fmt.Errorf("train %s: %w before the first step", f.spec.what(), context.Cause(ctx))
	}
	return f.finish()
}

// runEpoch takes every training row once and measures. It is false when ctx
// ended it between steps.
func (f *fit) runEpoch(ctx context.Context, begun, stepsBefore int) (bool, error) {
	done, err := f.data.epoch(ctx, f.epoch, func(b batch) error {
		if err := f.step.run(b); err != nil {
			return err
		}
		if f.steps++; f.steps == stepsBefore+1 {
			f.began = f.now() // the first step compiles
		}
		return nil
	})
	if err != nil || !done {
		return false, err
	}
	loss, bad, err := f.step.loss()
	if err != nil {
		return false, err
	}
	if bad > 0 {
		return false, divergence(f.spec, f.epoch+1, bad, "the loss", loss)
	}
	f.epoch++
	metrics := map[string]float64{"train/loss": loss}
	if err := f.validate(metrics); err != nil {
		return false, err
	}
	if err := f.keepBest(metrics); err != nil {
		return false, err
	}
	p := Progress{Epoch: f.epoch, Epochs: f.spec.Epochs, Step: f.steps, Metrics: metrics}
	if spent := f.now().Sub(f.began); spent > 0 && f.steps > stepsBefore+1 {
		steps := f.steps - stepsBefore - 1
		p.StepsPerSecond = float64(steps) / spent.Seconds()
		perEpoch := float64(steps+1) / float64(f.epoch-begun)
		p.Remaining = time.Duration(perEpoch * float64(f.spec.Epochs-f.epoch) / p.StepsPerSecond * float64(time.Second))
	}
	f.result.History = append(f.result.History, p)
	if f.spec.Checkpoint != "" {
		if err := f.checkpoint(); err != nil {
			return false, err
		}
	}
	if f.onEpoch != nil {
		return true, f.onEpoch(p)
	}
	return true, nil
}

// cancelled is true for an error that says no more than that ctx has ended.
func cancelled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (f *fit) validate(metrics map[string]float64) error {
	if f.result.ValidRows == 0 {
		return nil
	}
	logits, outputs, err := f.data.logits(f.net)
	if err != nil {
		return err
	}
	for name, value := range f.target.decode(logits, outputs).Score(f.truth) {
		metrics["validation/"+name] = value
	}
	if loss := metrics["validation/loss"]; diverged(loss) {
		return divergence(f.spec, f.epoch, feed.Steps(f.result.TrainRows, f.spec.Batch), "the validation loss", loss)
	}
	return nil
}

// keepBest copies the weights when the validation loss is the lowest yet.
func (f *fit) keepBest(metrics map[string]float64) (err error) {
	loss, validated := metrics["validation/loss"]
	if !validated {
		f.result.BestEpoch, f.result.Metrics = f.epoch, metrics
		return nil
	}
	f.stale++
	if loss >= f.bestLoss {
		return nil
	}
	f.bestLoss, f.stale = loss, 0
	f.result.BestEpoch, f.result.Metrics = f.epoch, metrics
	f.best, err = snapshot(f.net.ctx, f.names)
	return err
}

func (f *fit) finish() (*Result, error) {
	if d, ok := f.data.(*streamed); ok {
		f.result.Stages = d.stats.Stages()
		f.notice(fmt.Sprintf("The steps waited %.1f %% of their time for rows.", 100*Waiting(f.result.Stages)))
	}
	weights := f.best
	if weights == nil {
		var err error
		if weights, err = snapshot(f.net.ctx, f.names); err != nil {
			return nil, err
		}
	}
	model, err := newModel(f.net.backend, f.spec, f.preparation, f.target, weights)
	if err != nil {
		return nil, err
	}
	f.result.Model = model
	if f.result.Metrics == nil {
		f.result.Metrics = map[string]float64{}
	}
	return &f.result, nil
}
