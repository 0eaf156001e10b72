package metric_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/cellar-ml/cellar/engine/metric"
)

// reference is what scikit-learn computed: see ../testdata/reference.py.
type reference struct {
	Y        []float64          `json:"y"`
	Z        []int              `json:"z"`
	K        []int              `json:"k"`
	Linear   []float64          `json:"linear"`
	Logistic []float64          `json:"logistic"`
	Multi    [][]float64        `json:"multi"`
	Metrics  map[string]float64 `json:"metrics"`
}

func TestAgainstScikitLearn(t *testing.T) {
	text, err := os.ReadFile("../testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	n := len(r.Z)
	prob, guess, coarse := make([]float64, 0, 2*n), make([]int, n), make([]float64, n)
	for i, p := range r.Logistic {
		prob, coarse[i] = append(prob, 1-p, p), math.RoundToEven(p*10)/10
		if p > 0.5 {
			guess[i] = 1
		}
	}
	var flat []float64
	likeliest := make([]int, n)
	for i, row := range r.Multi {
		flat = append(flat, row...)
		for k := range row {
			if row[k] > row[likeliest[i]] {
				likeliest[i] = k
			}
		}
	}
	for name, got := range map[string]float64{
		"rmse": metric.RMSE(r.Y, r.Linear), "mae": metric.MAE(r.Y, r.Linear), "r2": metric.R2(r.Y, r.Linear),
		"accuracy": metric.Accuracy(r.Z, guess), "f1": metric.F1(r.Z, guess, 2), "log_loss": metric.LogLoss(r.Z, prob, 2),
		"auc": metric.AUC(r.Z, r.Logistic), "auc_ties": metric.AUC(r.Z, coarse),
		"multi_accuracy": metric.Accuracy(r.K, likeliest), "multi_f1": metric.F1(r.K, likeliest, 3),
		"multi_log_loss": metric.LogLoss(r.K, flat, 3), "multi_auc": metric.MacroAUC(r.K, flat, 3),
	} {
		if want, ok := r.Metrics[name]; !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %.15g, scikit-learn %.15g", name, got, want)
		}
	}
}

func TestEdges(t *testing.T) {
	for name, c := range map[string]struct{ got, want float64 }{
		"accuracy of no rows":      {metric.Accuracy(nil, nil), math.NaN()},
		"f1 of no rows":            {metric.F1(nil, nil, 2), math.NaN()},
		"auc of one class":         {metric.AUC([]int{1, 1}, []float64{1, 2}), math.NaN()},
		"macro auc of one class":   {metric.MacroAUC([]int{1, 1}, []float64{0, 1, 0, 1}, 2), math.NaN()},
		"r2 of a constant, right":  {metric.R2([]float64{2, 2}, []float64{2, 2}), 1},
		"r2 of a constant, wrong":  {metric.R2([]float64{2, 2}, []float64{2, 3}), 0},
		"f1 without any true":      {metric.F1([]int{0, 0}, []int{0, 0}, 2), 0},
		"log loss of certainty":    {metric.LogLoss([]int{1}, []float64{0, 1}, 2), 0},
		"log loss of wrong belief": {metric.LogLoss([]int{0}, []float64{0, 1}, 2), 52 * math.Ln2},
	} {
		if !(math.Abs(c.got-c.want) < 1e-12 || math.IsNaN(c.got) && math.IsNaN(c.want)) {
			t.Errorf("%s = %g, want %g", name, c.got, c.want)
		}
	}
}
