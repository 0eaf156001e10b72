package magics

import (
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/engine"
)

// settle makes spec say what the flags fs say: a zero that was typed is not the
// zero that stands for the family's own number.
func settle(fs *pflag.FlagSet, spec *engine.Spec) error {
	for _, f := range []struct {
		name, hint string
		zero       bool
	}{
		{"epochs", "at least 1; without --epochs it is the model's own number", spec.Epochs == 0},
		{"batch", "at least 1; without --batch it is the model's own number", spec.Batch == 0},
		{"lr", "more than 0, such as 0.01; without --lr it is the model's own rate", spec.LearningRate == 0},
		{"patience", "at least 1; a negative number never stops early", spec.Patience == 0},
	} {
		if f.zero && fs.Changed(f.name) {
			return usagef(f.hint, "--%s %s: too small", f.name, fs.Lookup(f.name).Value)
		}
	}
	if fs.Changed("validation") && spec.Validation == 0 {
		spec.Validation = -1
	}
	return nil
}
