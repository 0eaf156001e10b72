package evaluate

import (
	"fmt"
	"math"

	"github.com/cellar-ml/cellar/engine/metric"
)

// Accuracy is the share of rows whose guess is the truth.
func Accuracy(truth, guess []int) float64 {
	equal("accuracy", len(truth), len(guess))
	return metric.Accuracy(truth, guess)
}

// Precision is the share of the rows guessed to be of a class that are: TP/(TP+FP).
// A class that nothing is guessed to be counts 0, as in scikit-learn.
func Precision(truth, guess []int, classes int, by Average) float64 {
	return average(truth, guess, classes, by, func(o outcome) float64 { return ratio(o.both, o.guessed) })
}

// Recall is the share of a class's rows that are guessed to be of it: TP/(TP+FN).
// A class without rows counts 0.
func Recall(truth, guess []int, classes int, by Average) float64 {
	return average(truth, guess, classes, by, func(o outcome) float64 { return ratio(o.both, o.true) })
}

// F1 is the harmonic mean of precision and recall: 2TP/(2TP+FP+FN). A class that
// is neither true nor guessed counts 0.
func F1(truth, guess []int, classes int, by Average) float64 {
	return average(truth, guess, classes, by, func(o outcome) float64 { return ratio(2*o.both, o.true+o.guessed) })
}

// An outcome counts the rows of one class.
type outcome struct {
	true, guessed, both float64
}

func ratio(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}

func average(truth, guess []int, classes int, by Average, figure func(outcome) float64) float64 {
	outcomes := Confusion(truth, guess, classes).outcomes()
	if len(truth) == 0 {
		return math.NaN()
	}
	var all outcome
	macro, weighted := 0.0, 0.0
	for _, o := range outcomes {
		all = outcome{all.true + o.true, all.guessed + o.guessed, all.both + o.both}
		macro += figure(o) / float64(classes)
		weighted += figure(o) * o.true / float64(len(truth))
	}
	switch by {
	case Binary:
		if classes != 2 {
			panic(fmt.Sprintf("evaluate: average binary with %d classes; use macro, micro or weighted", classes))
		}
		return figure(outcomes[1])
	case Micro:
		return figure(all)
	case Weighted:
		return weighted
	case Macro:
		return macro
	}
	panic(fmt.Sprintf("evaluate: unknown average %q", by))
}

// AUC is the area under the ROC curve of the scores for class 1: the chance that
// a row of class 1 scores higher than one of class 0, a tie counting half (Mann
// and Whitney, 1947; Hanley and McNeil, 1982). truth has 0 and 1. It is NaN when
// only one class is present.
func AUC(truth []int, score []float64) float64 {
	equal("AUC", len(truth), len(score))
	if anyNaN(score) {
		return math.NaN()
	}
	return metric.AUC(truth, score)
}

// MacroAUC is the mean over the classes of the AUC of one class against the rest
// (Provost and Domingos, 2000). prob has len(truth) rows of one column for each
// class, row after row. Classes that no row or every row has are left out.
func MacroAUC(truth []int, prob []float64, classes int) float64 {
	equal("AUC", len(truth)*classes, len(prob))
	if anyNaN(prob) {
		return math.NaN()
	}
	return metric.MacroAUC(truth, prob, classes)
}

// LogLoss is the mean of -log of the probability given to the true class. prob
// has len(truth) rows of one column for each class, row after row; each row adds
// up to 1. A probability of 0 counts as 2⁻⁵², so that the loss is finite.
func LogLoss(truth []int, prob []float64, classes int) float64 {
	equal("log loss", len(truth)*classes, len(prob))
	if anyNaN(prob) {
		return math.NaN()
	}
	for _, t := range truth {
		check(t, classes)
	}
	return metric.LogLoss(truth, prob, classes)
}

// Brier is the mean squared distance of the probability of class 1 from the
// truth, which is 0 or 1 (Brier, 1950, in its form for two classes).
func Brier(truth []int, prob []float64) float64 {
	equal("Brier", len(truth), len(prob))
	sum := 0.0
	for i, t := range truth {
		check(t, 2)
		d := prob[i] - float64(t)
		sum += d * d
	}
	return sum / float64(len(truth))
}
