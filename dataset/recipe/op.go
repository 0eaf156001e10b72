package recipe

import (
	"fmt"

	"github.com/cellar-ml/cellar/internal/hint"
)

// An Op documents one kind of step.
type Op struct {
	Name    string
	Short   string
	Methods []string // the first is the default
	Train   bool     // for training alone: left out when a fitted recipe is applied
	Learns  bool     // from the training rows
}

type op struct {
	Op
	params []string // a Step's fields that it takes
	reads  kind     // 0: no columns are named
	needs  func(Step) error
	fit    func(*call) error // learns; may change the training rows and set done
	apply  func(*call) error
}

// Ops is the table of steps.
func Ops() []Op {
	var out []Op
	for _, o := range ops() {
		out = append(out, o.Op)
	}
	return out
}

func ops() []op {
	none := func(*call) error { return nil }
	return []op{
		{Op{"impute", "fill missing values: the median, for text the most frequent", []string{"median", "mean", "most_frequent", "constant"}, false, true},
			[]string{"method", "value", "indicator"}, number | text | boolean, nil, fitImpute, applyImpute},
		{Op{"scale", "(v - mean) / deviation, or by range, quartiles or the largest", []string{"standard", "minmax", "robust", "maxabs"}, false, true},
			[]string{"method"}, number | boolean, nil, fitScale, applyScale},
		{Op{"encode", "categories to numbers; method target is out of fold in training", []string{"onehot", "ordinal", "target", "hash"}, false, true},
			[]string{"method", "max", "unknown", "smooth", "folds", "ordered", "seed", "bins"}, text | boolean, nil, fitEncode, applyEncode},
		{Op{"bin", "the number of the interval that a value lies in", []string{"quantile", "uniform"}, false, true},
			[]string{"method", "bins"}, number, nil, fitBin, applyBin},
		{Op{"hash", "values of any kind to a fixed number of columns", nil, false, false},
			[]string{"bins"}, anything, nil, none, applyHash},
		{Op{"text", "words to columns: tf-idf, or hashed counts", []string{"tfidf", "hash"}, false, true},
			[]string{"method", "ngrams", "max", "bins"}, text, nil, fitText, applyText},
		{Op{"date", "year, month, day and the like of a date or time", nil, false, false},
			[]string{"parts"}, date, needsParts, none, applyDate},
		{Op{"window", "lags and aggregates of training rows before a row, by group", []string{"mean", "sum", "min", "max", "count"}, false, true},
			[]string{"method", "by", "time", "lags", "windows"}, number | boolean, needsWindow, fitWindow, applyWindow},
		{Op{"join", "the columns of another dataset, by a key that is unique there", nil, false, true},
			[]string{"with", "on"}, 0, needsJoin, fitJoin, applyJoin},
		{Op{"sample", "a share of the training rows, at random", nil, true, false},
			[]string{"fraction", "seed"}, 0, needsFraction, fitSample, none},
		{Op{"balance", "as many training rows of each class, by repeats or fewer rows", []string{"over", "under"}, true, false},
			[]string{"method", "seed"}, 0, nil, fitBalance, none},
		{Op{"filter", "training rows for which where holds: where=a > 0 and b is missing", nil, true, false},
			[]string{"where"}, 0, needsWhere, fitFilter, none},
		{Op{"go", "a Go function of the columns, called with one row at a time", nil, false, false},
			[]string{"func", "as"}, anything, needsFunc, fitGo, applyGo},
		{Op{"drop", "leave columns out", nil, false, false}, nil, anything, needsColumns, none, applyDrop},
		{Op{"select", "keep the best columns for the target", methods(), false, true},
			[]string{"method", "keep", "threshold", "seed"}, anything, nil, fitSelect, applySelect},
	}
}

func find(name string) (op, bool) {
	for _, o := range ops() {
		if o.Name == name {
			return o, true
		}
	}
	return op{}, false
}

func opNames() []string {
	var names []string
	for _, o := range ops() {
		names = append(names, o.Name)
	}
	return names
}

func want(ok bool, what, example string) error {
	if ok {
		return nil
	}
	return hint.New(fmt.Errorf("it has no %s", what), "such as "+example)
}

func needsColumns(s Step) error {
	return want(len(s.Columns) > 0, "columns", "drop id,name")
}

func needsWindow(s Step) error {
	return want(s.Time != "" && len(s.Lags)+len(s.Windows) > 0, "time, and lags or windows", "window sales by=shop time=day lags=1,7 windows=30 method=mean")
}

func needsJoin(s Step) error {
	return want(s.With != "" && len(s.On) > 0, "with and on", "join with=shops@v1 on=shop")
}

func needsFraction(s Step) error {
	return want(s.Fraction > 0 && s.Fraction <= 1, "fraction from 0 to 1", "sample fraction=0.1")
}

func needsFunc(s Step) error {
	return want(s.Func != "" && s.As != "" && len(s.Columns) > 0, "columns, func and as", "go height,width func=area as=area")
}

// applyDrop leaves columns out; one that is gone already is as it should be.
func applyDrop(c *call) error {
	for _, l := range c.Learned {
		c.f.drop(l.Column)
	}
	return nil
}
