package search

import (
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/internal/nearest"
)

// prefixes are the words before the point, MLflow's others among them. The
// first of a kind is the one that messages use.
var prefixes = []struct {
	kind  Kind
	words []string
}{
	{Metric, []string{"metrics", "metric"}},
	{Param, []string{"params", "param", "parameters", "parameter"}},
	{Tag, []string{"tags", "tag"}},
	{Attribute, []string{"attributes", "attribute", "attr", "run"}},
	{Dataset, []string{"dataset", "datasets"}},
}

// A sort is how a field's constants are written.
type sort int

const (
	anything sort = iota // a number, or text in quotes
	numbers
	texts
	times  // a number of milliseconds, or a date in quotes
	states // one of the states of a run
)

// An attribute is what a run has of itself.
type attribute struct {
	name  string
	other []string
	sort  sort
}

// attributes are those of a run, with the names that MLflow gives them.
var attributes = []attribute{
	{RunName, []string{"name"}, texts},
	{RunID, []string{"id"}, texts},
	{Status, nil, states},
	{Start, []string{"created", "started"}, times},
	{End, []string{"ended"}, times},
	{Deleted, nil, times},
	{Experiment, nil, texts},
	{RunKind, nil, texts},
	{Parent, nil, texts},
	{Reason, nil, texts},
	{Command, nil, texts},
	{Commit, nil, texts},
	{Branch, nil, texts},
	{Host, nil, texts},
	{Seed, nil, numbers},
}

// elsewhere are attributes of MLflow's that are something else here.
var elsewhere = map[string]string{
	"artifact_uri":    "artifacts lie in the store, by their digest; `cellar runs show` lists those of a run",
	"experiment_id":   "an experiment goes by its name: experiment = \"default\"",
	"lifecycle_stage": "deleted is not null finds deleted runs; without it only live ones are looked at",
}

// field is what a name stands for.
func (l *lexer) field(t token) (Field, sort, error) {
	if !t.dotted {
		if !t.quoted && (strings.EqualFold(t.value, "dataset") || strings.EqualFold(t.value, "datasets")) {
			return Field{Dataset, DatasetRef}, texts, nil
		}
		return l.attribute(t, "")
	}
	for _, p := range prefixes {
		for _, w := range p.words {
			if !strings.EqualFold(w, t.prefix) {
				continue
			}
			if t.value == "" && !t.quoted {
				return Field{}, 0, l.fail(t.at, t.text+" lacks a name after the point", "write "+string(p.kind)+".NAME, or with spaces "+string(p.kind)+".\"A NAME\"")
			}
			switch p.kind {
			case Attribute:
				return l.attribute(t, t.prefix+".")
			case Dataset:
				return l.dataset(t)
			case Metric:
				return Field{p.kind, t.value}, numbers, nil
			}
			return Field{p.kind, t.value}, anything, nil
		}
	}
	return Field{}, 0, l.fail(t.at, "there is no "+t.prefix+".", l.near(t))
}

// attribute finds an attribute of a run; any case, and spaces for underscores.
func (l *lexer) attribute(t token, prefix string) (Field, sort, error) {
	key := strings.ReplaceAll(strings.ToLower(t.value), " ", "_")
	var known []string
	for _, a := range l.has {
		for _, n := range append([]string{a.name}, a.other...) {
			if n == key {
				return Field{Attribute, a.name}, a.sort, nil
			}
			known = append(known, n)
		}
	}
	if key == "user_id" { // MLflow has it in both places
		return Field{Tag, "mlflow.user"}, anything, nil
	}
	what := fmt.Sprintf("%s has no %s%s", l.of, prefix, t.value)
	if advice, ok := elsewhere[key]; ok {
		return Field{}, 0, l.fail(t.at, what, advice)
	}
	if near := nearest.Of(key, known, 2); len(near) > 0 {
		return Field{}, 0, l.fail(t.at, what, "did you mean "+strings.Join(near, " or ")+"?")
	}
	for _, p := range prefixes { // a name without its kind, or a kind without its name
		for _, w := range p.words {
			if key == w {
				return Field{}, 0, l.fail(t.at, t.text+" lacks a name", "write "+string(p.kind)+".NAME")
			}
		}
	}
	q := quoteName(t.value)
	return Field{}, 0, l.fail(t.at, what, fmt.Sprintf("did you mean metrics.%s, params.%s or tags.%s?", q, q, q))
}

func (l *lexer) dataset(t token) (Field, sort, error) {
	known := []string{DatasetName, DatasetDigest, DatasetRole}
	for _, n := range known {
		if strings.EqualFold(n, t.value) {
			return Field{Dataset, n}, texts, nil
		}
	}
	advice := "there are dataset.name, dataset.digest and dataset.context; dataset = \"wine@v3\" is one version"
	if near := nearest.Of(t.value, known, 2); len(near) > 0 {
		advice = "did you mean dataset." + strings.Join(near, " or dataset.") + "?"
	}
	return Field{}, 0, l.fail(t.at, "a dataset has no "+t.value, advice)
}

// near says what an unknown prefix could be.
func (l *lexer) near(t token) string {
	var known []string
	to := map[string]Kind{}
	for _, p := range prefixes {
		for _, w := range p.words {
			known, to[w] = append(known, w), p.kind
		}
	}
	if near := nearest.Of(t.prefix, known, 1); len(near) > 0 {
		return "did you mean " + string(to[near[0]]) + "." + quoteName(t.value) + "?"
	}
	whole := quoteName(t.prefix + "." + t.value)
	return fmt.Sprintf("a name comes after metrics., params., tags., attributes. or dataset.: metrics.%s, params.%s or tags.%s", whole, whole, whole)
}
