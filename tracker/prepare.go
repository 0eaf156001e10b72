package tracker

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Prepare completes a run for CreateRun the way every backend must: an id from
// rand when it has none, the default experiment, the status Running, a start
// in UTC, parameters in the types that they will be read back in, and the
// digest of each cell. The name stays empty when it is: the store numbers it.
func Prepare(r Run, now func() time.Time, rand io.Reader) (Run, error) {
	if r.Experiment == "" {
		r.Experiment = DefaultExperiment
	}
	if err := CheckName("experiment", r.Experiment); err != nil {
		return Run{}, err
	}
	if strings.ContainsAny(r.Name, "\n\r\x00") {
		return Run{}, fmt.Errorf("name run %q: want a name without line breaks", r.Name)
	}
	if r.ID == "" {
		id, err := NewID(rand)
		if err != nil {
			return Run{}, err
		}
		r.ID = id
	}
	if r.Started.IsZero() {
		r.Started = now()
	}
	r.Started = r.Started.Round(0).UTC()
	r.Status, r.Reason, r.Ended, r.Deleted = Running, "", time.Time{}, time.Time{}
	r.Metrics = map[string]float64{}
	params, err := normal(r.ID, r.Params)
	if err != nil {
		return Run{}, err
	}
	r.Params, r.Tags = params, maps.Clone(r.Tags)
	maps.DeleteFunc(r.Tags, func(_, v string) bool { return v == "" })
	r.Source.Modules, r.Source.Env = maps.Clone(r.Source.Modules), maps.Clone(r.Source.Env)
	r.Source.Cells = slices.Clone(r.Source.Cells)
	for i, c := range r.Source.Cells {
		r.Source.Cells[i] = c.Digested()
	}
	return r, nil
}

// Digested is the cell with the digest of its text, if it had none.
func (c Cell) Digested() Cell {
	if c.SHA256 == "" {
		sum := sha256.Sum256([]byte(c.Code))
		c.SHA256 = hex.EncodeToString(sum[:])
	}
	return c
}

// normal gives parameters the types that they are read back in.
func normal(run string, params map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(params))
	for name, v := range params {
		data, err := EncodeParam(v)
		if err == nil {
			out[name], err = DecodeParam(data)
		}
		if err != nil {
			return nil, ParamError(run, name, err)
		}
	}
	return out, nil
}

// ParamError is what a store says of a parameter that cannot be kept.
func ParamError(run, name string, err error) error {
	return &RunError{Op: "set parameter " + name + " of", Run: run, Err: err}
}

// Conflict is the cause when a parameter that is have should become want; both
// are JSON.
func Conflict(have, want string) error {
	return fmt.Errorf("%w: it is %.80s, not %.80s", ErrConflict, have, want)
}

// CanEnd refuses a status that is not an end.
func CanEnd(run string, s Status) error {
	switch s {
	case Finished, Failed, Interrupted, Killed:
		return nil
	}
	return &RunError{Op: "finish", Run: run, Err: fmt.Errorf("status %q is not an end; want %s, %s, %s or %s",
		s, Finished, Failed, Interrupted, Killed)}
}
