package compare_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

func twoRuns() []tracker.Run {
	return []tracker.Run{
		{
			ID: "aaaa1111", Name: "a", Kind: "train", Status: tracker.Finished,
			Params:  map[string]any{"epochs": int64(10), "data": "wine@v1", "hidden": "8"},
			Metrics: map[string]float64{"validation/loss": 0.5, "validation/accuracy": 0.9, "train/loss": math.NaN()},
		},
		{
			ID: "bbbb2222", Name: "b", Kind: "train", Status: tracker.Failed,
			Params:  map[string]any{"epochs": int64(20), "data": "wine@v1"},
			Metrics: map[string]float64{"validation/loss": 0.25, "validation/accuracy": 0.9, "train/loss": 0.1},
			Source:  tracker.Source{Seed: 7},
		},
	}
}

func TestOf(t *testing.T) {
	got := compare.Of(twoRuns())
	want := &compare.Comparison{
		Runs: twoRuns(),
		Params: []compare.Param{
			{Name: "epochs", Values: []any{int64(10), int64(20)}},
			{Name: "hidden", Values: []any{"8", nil}},
			{Name: "seed", Values: []any{int64(0), int64(7)}},
		},
		Equal: []compare.Param{
			{Name: "data", Values: []any{"wine@v1"}},
			{Name: "kind", Values: []any{"train"}},
		},
		Metrics: []compare.Metric{
			{Name: "validation/accuracy", Values: []float64{0.9, 0.9}, Has: []bool{true, true}, Best: -1},
			{Name: "validation/loss", Values: []float64{0.5, 0.25}, Has: []bool{true, true}, Best: 1},
			{Name: "train/loss", Values: []float64{math.NaN(), 0.1}, Has: []bool{true, true}, Best: -1},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("Of(two runs) mismatch (-want +got):\n%s", diff)
	}
	if got := got.Common(); got != "validation/loss" {
		t.Errorf("Common() = %q, want validation/loss", got)
	}
}

func TestJSON(t *testing.T) {
	text, err := json.Marshal(compare.Of(twoRuns()))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"validation/accuracy": map[string]any{"values": []any{0.9, 0.9}},
		"validation/loss":     map[string]any{"values": []any{0.5, 0.25}, "best": "bbbb2222"},
		"train/loss":          map[string]any{"values": []any{"NaN", 0.1}},
	}
	if diff := cmp.Diff(want, got["metrics"]); diff != "" {
		t.Errorf("metrics mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{"8", nil}, got["params"].(map[string]any)["hidden"]); diff != "" {
		t.Errorf("hidden mismatch (-want +got):\n%s", diff)
	}
}

func TestOrder(t *testing.T) {
	got := compare.Order([]string{"importance/x", "model/epoch", "train/loss", "validation/auc", "validation/loss", "model/rmse", "model/r2"})
	want := []string{"model/r2", "model/rmse", "validation/auc", "validation/loss", "importance/x", "train/loss", "model/epoch"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Order mismatch (-want +got):\n%s", diff)
	}
}

func TestLower(t *testing.T) {
	for metric, want := range map[string]bool{
		"validation/loss": true, "log_loss": true, "test/rmse": true, "mean_absolute_error": true,
		"accuracy": false, "model/r2": false, "validation/auc": false, "lossless": false,
	} {
		if got := compare.Lower(metric); got != want {
			t.Errorf("Lower(%q) = %v, want %v", metric, got, want)
		}
	}
}
