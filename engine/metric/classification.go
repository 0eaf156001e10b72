// Package metric computes the figures that training reports after each epoch,
// as pure functions on slices. Inputs of unequal length are a programming error
// and panic; no rows give NaN. It knows neither models nor tables.
package metric

import (
	"math"
	"slices"
)

// Accuracy is the share of rows whose guess is the truth.
func Accuracy(truth, guess []int) float64 {
	same(len(truth), len(guess))
	right := 0
	for i, t := range truth {
		if t == guess[i] {
			right++
		}
	}
	return float64(right) / float64(len(truth))
}

// F1 is the harmonic mean of precision and recall: of class 1 when there are
// two classes, otherwise the unweighted mean over the classes (macro). A class
// that is neither true nor guessed counts 0, as in scikit-learn.
func F1(truth, guess []int, classes int) float64 {
	same(len(truth), len(guess))
	if len(truth) == 0 {
		return math.NaN()
	}
	first := 0
	if classes == 2 {
		first = 1
	}
	sum := 0.0
	for class := first; class < classes; class++ {
		both, either := 0, 0
		for i, t := range truth {
			if t == class {
				either++
			}
			if guess[i] == class {
				either++
				if t == class {
					both++
				}
			}
		}
		if either > 0 {
			sum += 2 * float64(both) / float64(either)
		}
	}
	return sum / float64(classes-first)
}

// AUC is the area under the ROC curve: the chance that a row of class 1 scores
// higher than one of class 0, a tie counting half (Mann and Whitney 1947). It is
// NaN when only one class is present.
func AUC(truth []int, score []float64) float64 {
	same(len(truth), len(score))
	order := make([]int, len(truth))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case score[a] < score[b]:
			return -1
		case score[a] > score[b]:
			return 1
		}
		return 0
	})
	ranks, positives := 0.0, 0
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && score[order[j]] == score[order[i]] {
			j++
		}
		for _, row := range order[i:j] {
			if truth[row] == 1 {
				ranks += float64(i+1+j) / 2
				positives++
			}
		}
		i = j
	}
	p, n := float64(positives), float64(len(truth)-positives)
	return (ranks - p*(p+1)/2) / (p * n)
}

// MacroAUC is the mean over the classes of the AUC of one class against the
// rest. prob is row-major, one column for each class; classes that no row or
// every row has are left out.
func MacroAUC(truth []int, prob []float64, classes int) float64 {
	same(len(truth)*classes, len(prob))
	sum, counted := 0.0, 0
	is, score := make([]int, len(truth)), make([]float64, len(truth))
	for class := range classes {
		for i, t := range truth {
			is[i], score[i] = 0, prob[i*classes+class]
			if t == class {
				is[i] = 1
			}
		}
		if area := AUC(is, score); !math.IsNaN(area) {
			sum += area
			counted++
		}
	}
	return sum / float64(counted)
}

// LogLoss is the mean of -log of the probability given to the true class. prob
// is row-major, one column for each class. Probabilities are kept away from 0
// by the smallest step of a float64 near 1, as in scikit-learn; NaN stays NaN.
func LogLoss(truth []int, prob []float64, classes int) float64 {
	same(len(truth)*classes, len(prob))
	const eps = 0x1p-52
	sum := 0.0
	for i, t := range truth {
		p := prob[i*classes+t]
		if p < eps {
			p = eps
		}
		sum -= math.Log(p)
	}
	return sum / float64(len(truth))
}

func same(a, b int) {
	if a != b {
		panic("metric: slices of unequal length")
	}
}
