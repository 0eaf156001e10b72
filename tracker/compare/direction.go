package compare

import (
	"slices"
	"strings"
	"unicode"

	"github.com/cellar-ml/cellar/tracker"
)

// A Direction says which values of a metric are better.
type Direction string

// The directions. Of an unknown one no value is best.
const (
	LowerIsBetter    Direction = "lower"
	HigherIsBetter   Direction = "higher"
	UnknownDirection Direction = ""
)

// directions are the words of a metric's name that tell its direction. Those of
// weak are looked at when no other word tells.
var directions = map[Direction][]string{
	LowerIsBetter: {
		"aic", "bic", "bouldin", "bpb", "bpc", "brier", "cer", "crossentropy", "deviance", "divergence", "duration", "ece", "eer", "entropy",
		"err", "error", "errors", "fid", "fnr", "fpr", "hinge", "kl", "latency", "logloss", "loss", "losses", "mae", "mape", "medae", "mer", "mse",
		"msle", "nll", "nmse", "nrmse", "perplexity", "ppl", "regret", "rmse", "rmsle", "rss", "runtime", "seconds", "smape", "time", "wape", "wer",
	},
	HigherIsBetter: {
		"acc", "accuracy", "ap", "auc", "aucpr", "auprc", "auroc", "bleu", "chrf", "coverage", "dice", "f1", "f2", "fbeta", "hits", "iou", "jaccard", "kappa", "likelihood",
		"map", "mcc", "meteor", "miou", "mrr", "ndcg", "precision", "psnr", "r2", "recall", "return", "reward", "rouge", "silhouette", "sensitivity",
		"specificity", "ssim", "throughput", "tnr", "tpr",
	},
}

var weak = map[string]Direction{"score": HigherIsBetter, "correlation": HigherIsBetter}

// neutral words at the end of a name speak of something about the metric.
var neutral = []string{"coef", "coefficient", "count", "epoch", "norm", "scale", "step", "steps", "weight"}

// DirectionOf is the direction that a metric's name tells: losses, errors and
// durations go down, accuracies and their kin go up. Of val/top_5_accuracy the
// last word that tells anything counts; of loss{subset=val} what stands before
// the brace.
func DirectionOf(metric string) Direction {
	words := nameWords(baseName(metric))
	if len(words) == 0 || slices.Contains(neutral, words[len(words)-1]) {
		return UnknownDirection
	}
	if i := slices.Index(words, "per"); i > 0 && i < len(words)-1 { // samples_per_second
		return HigherIsBetter
	}
	for _, w := range slices.Backward(words) {
		for direction, list := range directions {
			if slices.Contains(list, w) {
				return direction
			}
		}
	}
	for _, w := range slices.Backward(words) {
		if d, ok := weak[w]; ok {
			return d
		}
	}
	return UnknownDirection
}

// Lower reports whether less is better in a metric, by its name.
func Lower(metric string) bool { return DirectionOf(metric) == LowerIsBetter }

// better reports whether a is better than b.
func (d Direction) better(a, b float64) bool {
	if d == LowerIsBetter {
		return a < b
	}
	return a > b
}

// baseName is a metric's name without its context.
func baseName(metric string) string {
	base, _ := tracker.SplitMetric(metric)
	return base
}

// nameWords are the words of a name in lower case: val/topAccuracy has three.
func nameWords(name string) []string {
	var words []string
	start, lower := -1, false
	for i, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if start >= 0 && (!letter || lower && unicode.IsUpper(r)) {
			words = append(words, strings.ToLower(name[start:i]))
			start = -1
		}
		if letter && start < 0 {
			start = i
		}
		lower = unicode.IsLower(r)
	}
	if start >= 0 {
		words = append(words, strings.ToLower(name[start:]))
	}
	return words
}
