package tracker

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
)

// NewExperiment completes an experiment for CreateExperiment the way every
// backend must: without empty tags, its time in UTC.
func NewExperiment(e Experiment, id string, created time.Time) Experiment {
	e.ID, e.Created, e.Tags = id, created.Round(0).UTC(), maps.Clone(e.Tags)
	maps.DeleteFunc(e.Tags, func(_, v string) bool { return v == "" })
	if len(e.Tags) == 0 {
		e.Tags = nil
	}
	return e
}

// TakenExperiment is what a store says of a name that another experiment has.
func TakenExperiment(name string) error {
	return hint.New(fmt.Errorf("name experiment %q: %w: it is another's", name, ErrConflict), "take another name")
}

// CheckRunName refuses a name that a run cannot have.
func CheckRunName(name string) error {
	if name == "" || strings.ContainsAny(name, "\n\r\x00") {
		return fmt.Errorf("name run %q: want a name without line breaks", name)
	}
	return nil
}

// CheckRecord refuses a record that could not be read back.
func CheckRecord(r Record) error {
	if r.Kind == "" || r.ID == "" || !json.Valid(r.JSON) {
		return fmt.Errorf("put record %q of kind %q: want a kind, an id and JSON", r.ID, r.Kind)
	}
	return nil
}
