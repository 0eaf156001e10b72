package engine

import (
	"math"

	"github.com/cellar-ml/cellar/engine/metric"
)

// probabilities turns logits into one probability for each class, row by row.
func probabilities(logits []float32, outputs, classes int) []float64 {
	rows := len(logits) / outputs
	prob := make([]float64, rows*classes)
	for i := range rows {
		row := logits[i*outputs : (i+1)*outputs]
		if outputs == 1 {
			p := 1 / (1 + math.Exp(-float64(row[0])))
			prob[2*i], prob[2*i+1] = 1-p, p
			continue
		}
		most, sum := math.Inf(-1), 0.0
		for _, z := range row {
			most = math.Max(most, float64(z))
		}
		for _, z := range row {
			sum += math.Exp(float64(z) - most)
		}
		for k, z := range row {
			prob[i*classes+k] = math.Exp(float64(z)-most) / sum
		}
	}
	return prob
}

// Score compares predictions with the truth, row by row: "loss" (the mean
// squared error of the scaled target, or the log loss), and rmse, mae, r2, or
// accuracy, auc, f1, log_loss. Rows whose truth is unknown do not count. A score
// that these rows do not define, such as the AUC of one class, is left out.
func (p *Predictions) Score(truth Truth) map[string]float64 {
	scores := p.score(truth)
	for name, value := range scores {
		if math.IsNaN(value) && name != "loss" {
			delete(scores, name)
		}
	}
	return scores
}

func (p *Predictions) score(truth Truth) map[string]float64 {
	rows := truth.Rows()
	truth = truth.At(rows)
	if p.Target.Task == Regression {
		guess := make([]float64, len(rows))
		for i, row := range rows {
			guess[i] = p.Values[row]
		}
		rmse := metric.RMSE(truth.Value, guess)
		return map[string]float64{
			"loss": rmse * rmse / (p.Target.Std * p.Target.Std), "rmse": rmse,
			"mae": metric.MAE(truth.Value, guess), "r2": metric.R2(truth.Value, guess),
		}
	}
	classes := len(p.Target.Classes)
	prob, guess := make([]float64, 0, len(rows)*classes), make([]int, len(rows))
	for i, row := range rows {
		prob = append(prob, p.Prob[row*classes:(row+1)*classes]...)
		guess[i] = p.Class[row]
	}
	loss := metric.LogLoss(truth.Class, prob, classes)
	return map[string]float64{
		"loss": loss, "log_loss": loss, "accuracy": metric.Accuracy(truth.Class, guess),
		"f1": metric.F1(truth.Class, guess, classes), "auc": auc(truth.Class, prob, classes),
	}
}

func auc(truth []int, prob []float64, classes int) float64 {
	if classes > 2 {
		return metric.MacroAUC(truth, prob, classes)
	}
	score := make([]float64, len(truth))
	for i := range score {
		score[i] = prob[2*i+1]
	}
	return metric.AUC(truth, score)
}

// Higher tells whether more of a metric is better.
func Higher(name string) bool {
	switch name {
	case "accuracy", "auc", "f1", "r2":
		return true
	}
	return false
}
