package engine

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

const (
	checkpointFormat  = "cellar.checkpoint"
	checkpointVersion = 1
	checkpointEntry   = "checkpoint.json"
	currentEntry      = "current.safetensors"
	bestEntry         = "best.safetensors"
)

// checkpointJSON is how far a training was after an epoch. A model's loss may
// not be a number of JSON only before the first epoch, when none is written.
type checkpointJSON struct {
	Format    string             `json:"format"`
	Version   int                `json:"version"`
	Key       string             `json:"key"`
	Epoch     int                `json:"epoch"`
	Steps     int                `json:"steps"`
	Stale     int                `json:"stale"`
	BestEpoch int                `json:"best_epoch"`
	Metrics   map[string]float64 `json:"metrics"`
	History   []Progress         `json:"history"`
}

// key stands for all that a continued training must share with the one that
// wrote the checkpoint: everything but the number of epochs and the patience.
func (f *fit) key() (string, error) {
	s := f.spec
	s.Epochs, s.Patience, s.Checkpoint, s.GPU = 0, 0, "", false
	text, err := json.Marshal(struct {
		Spec   Spec
		Inputs prep.Inputs
		Recipe *recipe.Fitted `json:",omitempty"`
		Target Target
		Rows   int
	}{s, f.inputs, f.recipe, f.target, f.result.TrainRows})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// checkpoint writes the state after an epoch beside the file and moves it into
// place, so that the file is whole at any moment.
func (f *fit) checkpoint() error {
	path := f.spec.Checkpoint
	text, err := f.packCheckpoint()
	if err == nil {
		err = replaceFile(path, text)
	}
	if err != nil {
		return fmt.Errorf("write checkpoint %s: %w", path, err)
	}
	return nil
}

func (f *fit) packCheckpoint() ([]byte, error) {
	key, err := f.key()
	if err != nil {
		return nil, err
	}
	current, err := snapshot(f.net.ctx, nil)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	err = writeJSON(z, checkpointEntry, checkpointJSON{checkpointFormat, checkpointVersion, key, f.epoch, f.steps,
		f.stale, f.result.BestEpoch, f.result.Metrics, f.result.History})
	if err == nil {
		err = writeEntry(z, currentEntry, current)
	}
	if err == nil {
		err = writeEntry(z, bestEntry, f.best)
	}
	if err == nil {
		err = z.Close()
	}
	return buf.Bytes(), err
}

func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp.Name()))
	}
	return err
}

// resume continues from the checkpoint when there is one.
func (f *fit) resume() error {
	data, err := os.ReadFile(f.spec.Checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = f.unpackCheckpoint(data)
	}
	if err != nil {
		return hint.New(fmt.Errorf("continue from checkpoint %s: %w", f.spec.Checkpoint, err),
			"remove the file to begin anew, or name another")
	}
	return nil
}

func (f *fit) unpackCheckpoint(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("not a checkpoint, or cut off: %w", err)
	}
	text, err := readEntry(z, checkpointEntry)
	if err != nil {
		return err
	}
	var c checkpointJSON
	if err := json.Unmarshal(text, &c); err != nil {
		return fmt.Errorf("read %s: %w", checkpointEntry, err)
	}
	key, err := f.key()
	switch {
	case err != nil:
		return err
	case c.Format != checkpointFormat || c.Version > checkpointVersion:
		return fmt.Errorf("format %s %d, this program reads %s %d", c.Format, c.Version, checkpointFormat, checkpointVersion)
	case c.Key != key:
		return errors.New("it was written by a training with other data, features or parameters")
	}
	if err := f.restoreState(z); err != nil {
		return err
	}
	f.epoch, f.steps, f.stale = c.Epoch, c.Steps, c.Stale
	f.result.BestEpoch, f.result.Metrics, f.result.History = c.BestEpoch, c.Metrics, c.History
	if loss, ok := c.Metrics["validation/loss"]; ok {
		f.bestLoss = loss
	}
	return nil
}

// restoreState sets all variables, the optimizer's too, which its step must
// have made before.
func (f *fit) restoreState(z *zip.Reader) error {
	text, err := readEntry(z, currentEntry)
	if err != nil {
		return err
	}
	current, err := readWeights(text)
	if err != nil {
		return err
	}
	if text, err = readEntry(z, bestEntry); err != nil {
		return err
	}
	best, err := readWeights(text)
	if err != nil {
		return err
	}
	if len(best) > 0 {
		f.best = best
	}
	return restore(f.net.ctx, current)
}
