package evaluate

import (
	"math"

	"github.com/cellar-ml/cellar/engine/metric"
)

// RMSE is the root of the mean squared error, in the target's unit.
func RMSE(truth, guess []float64) float64 {
	equal("RMSE", len(truth), len(guess))
	return metric.RMSE(truth, guess)
}

// MAE is the mean absolute error, in the target's unit.
func MAE(truth, guess []float64) float64 {
	equal("MAE", len(truth), len(guess))
	return metric.MAE(truth, guess)
}

// R2 is the share of the truth's variance that the guesses explain; below 0 they
// are worse than the mean would be. For a constant truth it is 1 when every
// guess is right and 0 otherwise; for fewer than two rows it is NaN.
func R2(truth, guess []float64) float64 {
	equal("R2", len(truth), len(guess))
	if len(truth) < 2 || anyNaN(truth) || anyNaN(guess) {
		return math.NaN()
	}
	return metric.R2(truth, guess)
}
