package evaluate_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/evaluate"
)

type figures struct{ Precision, Recall, F1 float64 }

type reference struct {
	Classes map[string]struct {
		Truth, Guess                   []int
		Prob                           []float64
		Classes                        int
		Accuracy                       float64
		Confusion                      [][]int
		Binary, Macro, Micro, Weighted *figures
		LogLoss                        float64 `json:"log_loss"`
		AUC, Brier                     *float64
	}
	Numbers map[string]struct {
		Truth, Guess  []float64
		RMSE, MAE, R2 float64
	}
}

func load(t *testing.T) reference {
	t.Helper()
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, call string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
		t.Errorf("%s = %.17g, want %.17g", call, got, want)
	}
}

// The reference is scikit-learn 1.9: testdata/reference.py.
func TestClassesAgainstScikitLearn(t *testing.T) {
	for name, c := range load(t).Classes {
		near(t, name+": Accuracy", evaluate.Accuracy(c.Truth, c.Guess), c.Accuracy)
		if diff := cmp.Diff(c.Confusion, evaluate.Confusion(c.Truth, c.Guess, c.Classes).Counts); diff != "" {
			t.Errorf("%s: Confusion mismatch (-want +got):\n%s", name, diff)
		}
		for by, want := range map[evaluate.Average]*figures{evaluate.Binary: c.Binary, evaluate.Macro: c.Macro, evaluate.Micro: c.Micro, evaluate.Weighted: c.Weighted} {
			if want == nil {
				continue
			}
			near(t, name+": Precision "+string(by), evaluate.Precision(c.Truth, c.Guess, c.Classes, by), want.Precision)
			near(t, name+": Recall "+string(by), evaluate.Recall(c.Truth, c.Guess, c.Classes, by), want.Recall)
			near(t, name+": F1 "+string(by), evaluate.F1(c.Truth, c.Guess, c.Classes, by), want.F1)
		}
		prob := c.Prob
		if c.Classes == 2 {
			prob = nil
			for _, p := range c.Prob {
				prob = append(prob, 1-p, p)
			}
			near(t, name+": Brier", evaluate.Brier(c.Truth, c.Prob), *c.Brier)
		}
		near(t, name+": LogLoss", evaluate.LogLoss(c.Truth, prob, c.Classes), c.LogLoss)
		switch {
		case c.AUC != nil && c.Classes == 2:
			near(t, name+": AUC", evaluate.AUC(c.Truth, c.Prob), *c.AUC)
		case c.AUC != nil:
			near(t, name+": MacroAUC", evaluate.MacroAUC(c.Truth, c.Prob, c.Classes), *c.AUC)
		case c.Classes == 2:
			if got := evaluate.AUC(c.Truth, c.Prob); !math.IsNaN(got) {
				t.Errorf("%s: AUC = %v, want NaN", name, got)
			}
		}
	}
}

func TestNumbersAgainstScikitLearn(t *testing.T) {
	for name, c := range load(t).Numbers {
		near(t, name+": RMSE", evaluate.RMSE(c.Truth, c.Guess), c.RMSE)
		near(t, name+": MAE", evaluate.MAE(c.Truth, c.Guess), c.MAE)
		near(t, name+": R2", evaluate.R2(c.Truth, c.Guess), c.R2)
	}
}

func TestNothingAndNaN(t *testing.T) {
	nan := math.NaN()
	for call, got := range map[string]float64{
		"Accuracy()":     evaluate.Accuracy(nil, nil),
		"Precision()":    evaluate.Precision(nil, nil, 2, evaluate.Binary),
		"Recall()":       evaluate.Recall(nil, nil, 3, evaluate.Macro),
		"F1()":           evaluate.F1(nil, nil, 3, evaluate.Micro),
		"AUC()":          evaluate.AUC(nil, nil),
		"MacroAUC()":     evaluate.MacroAUC(nil, nil, 3),
		"LogLoss()":      evaluate.LogLoss(nil, nil, 2),
		"Brier()":        evaluate.Brier(nil, nil),
		"RMSE()":         evaluate.RMSE(nil, nil),
		"MAE()":          evaluate.MAE(nil, nil),
		"R2()":           evaluate.R2(nil, nil),
		"R2(one row)":    evaluate.R2([]float64{1}, []float64{1}),
		"AUC(NaN)":       evaluate.AUC([]int{0, 1, 1}, []float64{0.1, nan, 0.9}),
		"MacroAUC(NaN)":  evaluate.MacroAUC([]int{0, 1}, []float64{nan, 0, 1, 0}, 2),
		"LogLoss(NaN)":   evaluate.LogLoss([]int{0}, []float64{0.5, nan}, 2),
		"Brier(NaN)":     evaluate.Brier([]int{0}, []float64{nan}),
		"RMSE(NaN)":      evaluate.RMSE([]float64{1, 2}, []float64{1, nan}),
		"MAE(NaN)":       evaluate.MAE([]float64{nan, 2}, []float64{1, 2}),
		"R2(NaN)":        evaluate.R2([]float64{1, 2}, []float64{1, nan}),
		"AUC(one class)": evaluate.AUC([]int{1, 1}, []float64{0.1, 0.2}),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s = %v, want NaN", call, got)
		}
	}
}

func TestProgrammingErrorsPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"unequal":          func() { evaluate.Accuracy([]int{1}, nil) },
		"class too large":  func() { evaluate.Confusion([]int{2}, []int{0}, 2) },
		"negative class":   func() { evaluate.LogLoss([]int{-1}, []float64{1, 0}, 2) },
		"binary of three":  func() { evaluate.F1([]int{2}, []int{0}, 3, evaluate.Binary) },
		"unknown average":  func() { evaluate.F1([]int{1}, []int{0}, 2, "mean") },
		"unequal numbers":  func() { evaluate.R2([]float64{1, 2}, []float64{1}) },
		"truth not 0 or 1": func() { evaluate.Brier([]int{2}, []float64{1}) },
	} {
		func() {
			defer func() {
				if p := recover(); p == nil || !strings.HasPrefix(p.(string), "evaluate") {
					t.Errorf("%s: panic %v, want one that begins with evaluate", name, p)
				}
			}()
			call()
		}()
	}
}

func TestConfusionShows(t *testing.T) {
	m := evaluate.Confusion([]int{0, 0, 1, 2}, []int{0, 1, 1, 1}, 3)
	m.Labels = []string{"<b>", "y"}
	b := m.Display()
	if html := b.Data[display.MIMEHTML].(string); strings.Contains(html, "<b>") || !strings.Contains(html, "50.0 %") {
		t.Errorf("html = %s, want escaped labels and shares", html)
	}
	if text := b.Data[display.MIMEText].(string); !strings.Contains(text, "33.3 %") || !strings.Contains(text, "–") {
		t.Errorf("text = %s, want precision and a dash for a class never guessed", text)
	}
}
