package compare_test

import (
	"testing"

	"github.com/cellar-ml/cellar/tracker/compare"
)

func TestDirectionOf(t *testing.T) {
	for metric, want := range map[string]compare.Direction{
		"validation/loss": "lower", "log_loss": "lower", "logloss": "lower", "test/rmse": "lower", "mean_absolute_error": "lower", "valLoss": "lower",
		"loss/train": "lower", "perplexity": "lower", "p99_latency_ms": "lower", "error_rate": "lower", "brier_score": "lower", "ece": "lower",
		"training_mean_squared_error": "lower", "fit_seconds": "lower", "val_loss_best": "lower", "loss{subset=val}": "lower", "eval/nll": "lower",
		"accuracy": "higher", "model/r2": "higher", "validation/auc": "higher", "f1": "higher", "top_5_accuracy": "higher", "recall@10": "higher",
		"mAP": "higher", "steps_per_second": "higher", "samples/second": "", "training_score": "higher", "bleu": "higher", "macro-f1": "higher", "ROC_AUC": "higher",
		"accuracy{subset=loss}": "higher", "val/Accuracy": "higher", "episode_return": "higher",
		"lossless": "", "epoch": "", "model/epoch": "", "grad_norm": "", "loss_scale": "", "importance/x": "", "learning_rate": "", "": "", "損失": "",
	} {
		if got := compare.DirectionOf(metric); got != want {
			t.Errorf("DirectionOf(%q) = %q, want %q", metric, got, want)
		}
	}
}
