package magics

import (
	"slices"
	"strings"

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
	for i, name := range spec.Features {
		spec.Features[i] = strings.TrimSpace(name)
	}
	return fits(fs, *spec)
}

// fits refuses the hyper-parameters of another family.
func fits(fs *pflag.FlagSet, spec engine.Spec) error {
	families := engine.Families()
	var err error
	fs.Visit(func(f *pflag.Flag) {
		var of []string
		for _, family := range families {
			if slices.ContainsFunc(family.Params, func(p engine.Param) bool { return p.Name == f.Name }) {
				of = append(of, family.Name)
			}
		}
		if err == nil && len(of) > 0 && !slices.Contains(of, spec.Family) {
			err = usagef("leave --"+f.Name+" away, or train "+strings.Join(of, " or "),
				"--%s is for %s, not for %s", f.Name, strings.Join(of, ", "), spec.Family+spec.GraphName)
		}
	})
	return err
}
