package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker/search"
)

// In a filter | is where the caret must be; it is not part of the filter.
var wrong = []struct{ filter, what, advice string }{
	{"|metrcs.auc > 0.9", "there is no metrcs.", "did you mean metrics.auc?"},
	{"metrics.auc > 0.9 and |tgas.team = 'x'", "there is no tgas.", "tags.team"},
	{"|auc > 0.9", "a run has no auc", "metrics.auc, params.auc or tags.auc?"},
	{"|model.depth = 3", "there is no model.", "params.model.depth"},
	{"|stats = 'finished'", "a run has no stats", "did you mean status or"},
	{"metrics.auc > 1 |andd kind = 'x'", "does not belong here", "did you mean and?"},
	{"|attributes.artifact_uri = 'x'", "a run has no", "runs show"},
	{"|dataset.nam = 'x'", "a dataset has no nam", "dataset.name"},
	{"|metrics. > 1", "lacks a name", "metrics.NAME"},
	{"|metrics > 1", "lacks a name", "metrics.NAME"},
	{"metrics.auc |0.9", "where an operator should be", "=, !="},
	{"metrics.auc >|", "the end where a value should be", "a number"},
	{"metrics.auc > |'0.9'", "is text", "without quotes"},
	{"metrics.auc > |high", "is a number", "0.9"},
	{"metrics.auc = |nan", "nothing is equal to NaN", "metrics.auc is nan"},
	{"metrics.auc = |null", "nothing is equal to null", "is null"},
	{"metrics.auc |like '9%'", "compares text", "<="},
	{"params.model = |mlp", "where a value should be", `put text in quotes: "mlp"`},
	{"dataset = |wine@v3", "where a value should be", `"wine@v3"`},
	{"dataset = |'wine@x'", "no version", `"wine@v3"`},
	{"dataset |> 'wine'", "no smaller and greater", "like"},
	{"name = |5", "is a number", `"5"`},
	{"status = |'finishd'", "no run has the status", "finished"},
	{"start_time > |'yesterday'", "is no date", "2026-11-25"},
	{"start_time > |1.5", "whole milliseconds", "date"},
	{"start_time > |2026-11-25", "is no number", `"2026-11-25"`},
	{"metrics.auc > |1e999", "more than a number can hold", "inf"},
	{"tags.team = |\"x", `" without its end`, "twice"},
	{"|(metrics.auc > 1", "( without its end", ")"},
	{"metrics.auc > 1|)", "does not belong here", "no ( that it closes"},
	{"metrics.auc > 1 |metrics.loss > 1", "does not belong here", "and, or"},
	{"metrics.auc > 1 |limit 5", "does not belong here", "--limit"},
	{"metrics.auc > 1 and|", "the end where a field should be", "begins with a field"},
	{"metrics.auc |== 1", "== is not an operator", "write ="},
	{"metrics.auc |<> 1", "not an operator", "!="},
	{"metrics.auc > 1 |&& kind = 'x'", "not an operator", "and"},
	{"|!metrics.auc > 1", "not an operator", "not"},
	{"metrics.loss|{subset=val > 1", "{ without its end", "{subset=val}"},
	{"metrics.auc|[val] > 1", "[ does not belong here", "quotes"},
	{"metrics.f1 |% > 1", "does not belong here", "quotes"},
	{"|'f1 score' > 1", "where a field should be", `metrics."f1 score"`},
	{"metrics.f1 |score > 1", "where an operator should be", `metrics."f1 score"`},
	{"name in |'a'", "where ( should be", `("a", "b")`},
	{"name in ('a' |'b')", "does not belong into a list", "commas"},
	{"name in |(", "the end", ""},
	{"name not |= 'a'", "after not", "not in"},
	{"name is |'a'", "after is", "is null"},
	{"kind |is nan", "cannot be NaN", "metrics"},
	{"order |metrics.loss", "by is missing", "order by"},
	{"order by metrics.loss |down", "does not belong here", "desc"},
	{"order by metrics.loss, |metrics.loss", "already", "once"},
	{"order by |dataset", "no order by dataset", "metric"},
	{"metrics.é漢 = 1 and |x = 1", "a run has no x", ""},
	{strings.Repeat("not ", search.MaxDepth) + "|(name = 'a')", "brackets", "simpler"},
	{strings.Repeat("name = 'a' or ", search.MaxComparisons) + "|name = 'a'", "comparisons", "in (…)"},
	{"name like |'" + strings.Repeat("a", search.MaxPattern+1) + "'", "pattern", "shorter"},
	{strings.Repeat(" ", search.MaxLength) + "| ", "bytes", "shorter"},
	{"|" + strings.Repeat("x", 5000) + " = 1", "a run has no xxx", "metrics.xxx"},
	{"|name = '\xff'", "not UTF-8", ""},
}

func TestErrors(t *testing.T) {
	for _, tt := range wrong {
		before, after, found := strings.Cut(tt.filter, "|")
		if !found {
			t.Fatalf("no | in %s", tt.filter)
		}
		q, err := search.Parse(before + after)
		if err == nil {
			t.Errorf("Parse(%s) = %s, want an error", before+after, q)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != 3 {
			t.Errorf("Parse(%.80s) = %q, want three lines", tt.filter, err)
			continue
		}
		if !strings.Contains(lines[0], tt.what) || !strings.Contains(hint.Of(err), tt.advice) {
			t.Errorf("Parse(%.80s) = %v (hint: %s), want %q and %q", tt.filter, err, hint.Of(err), tt.what, tt.advice)
		}
		line, caret := []rune(lines[1]), strings.Index(lines[2], "^")
		if len(line) > 80 || len(lines[0]) > 240 {
			t.Errorf("Parse(%.80s): lines of %d and %d", tt.filter, len(lines[0]), len(line))
		}
		if !utf8.ValidString(after) {
			continue
		}
		if rest := strings.TrimSuffix(string(line[min(caret, len(line)):]), "…"); !strings.HasPrefix(after, rest) {
			t.Errorf("Parse(%.80s): the caret is before %q, want %q\n%v", tt.filter, rest, after, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, tt := range append(mlflow, more...) {
		f.Add(tt.filter)
	}
	for _, tt := range wrong {
		if len(tt.filter) < 200 { // long ones only slow the fuzzer down
			f.Add(strings.Replace(tt.filter, "|", "", 1))
		}
	}
	f.Fuzz(func(t *testing.T, filter string) {
		q, err := search.Parse(filter)
		if err != nil {
			if e, ok := err.(*search.Error); !ok || e.At < 0 || e.At > len(filter) || e.What == "" || strings.Count(err.Error(), "\n") != 2 {
				t.Fatalf("Parse(%q) = %#v", filter, err)
			}
			return
		}
		text := q.String()
		again, err := search.Parse(text)
		if err != nil {
			if strings.Contains(err.Error(), "more than") { // written out it is past a limit
				return
			}
			t.Fatalf("Parse(%q) = %s, which is %v", filter, text, err)
		}
		if again.String() != text {
			t.Fatalf("Parse(%q) = %s, and of that %s", filter, text, again)
		}
		search.Match(q.Where, nothing{})
	})
}

// nothing is a run that has no fields.
type nothing struct{}

func (nothing) Values(search.Field) []search.Value { return nil }
