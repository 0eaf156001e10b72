// Package evaluate measures predictions against the truth, as pure functions on
// slices. Classes are whole numbers from 0; a probability is that of class 1, or
// one row of a column for each class where the comment says so.
//
// Rules that hold for every function: slices of unequal length, and a class
// outside [0, classes), are a programming error and panic; no rows give NaN; a
// NaN among scores, probabilities or numbers gives NaN. Nothing is rounded.
//
// It knows neither models nor tables. What training reports after each epoch is
// in engine/metric; where the two overlap, this package calls that one.
package evaluate

import (
	"fmt"
	"math"
)

// An Average says how the figures of several classes become one.
type Average string

// The averages of Precision, Recall and F1.
const (
	Binary   Average = "binary"   // class 1 alone; for two classes
	Macro    Average = "macro"    // the unweighted mean over the classes
	Micro    Average = "micro"    // all decisions counted together
	Weighted Average = "weighted" // the mean over the classes, by their true rows
)

func equal(name string, a, b int) {
	if a != b {
		panic(fmt.Sprintf("evaluate %s: %d rows of truth, %d of predictions", name, a, b))
	}
}

func anyNaN(values []float64) bool {
	for _, x := range values {
		if math.IsNaN(x) {
			return true
		}
	}
	return false
}
