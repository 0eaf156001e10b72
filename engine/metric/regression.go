package metric

import "math"

// RMSE is the root of the mean squared error, in the target's unit.
func RMSE(truth, guess []float64) float64 {
	same(len(truth), len(guess))
	sum := 0.0
	for i, t := range truth {
		sum += (t - guess[i]) * (t - guess[i])
	}
	return math.Sqrt(sum / float64(len(truth)))
}

// MAE is the mean absolute error, in the target's unit.
func MAE(truth, guess []float64) float64 {
	same(len(truth), len(guess))
	sum := 0.0
	for i, t := range truth {
		sum += math.Abs(t - guess[i])
	}
	return sum / float64(len(truth))
}

// R2 is the share of the truth's variance that the guesses explain; below 0 they
// are worse than the mean. For a constant truth it is 1 when every guess is
// right and 0 otherwise.
func R2(truth, guess []float64) float64 {
	same(len(truth), len(guess))
	mean := 0.0
	for _, t := range truth {
		mean += t / float64(len(truth))
	}
	left, total := 0.0, 0.0
	for i, t := range truth {
		left += (t - guess[i]) * (t - guess[i])
		total += (t - mean) * (t - mean)
	}
	switch {
	case total > 0:
		return 1 - left/total
	case left == 0:
		return 1
	}
	return 0
}
