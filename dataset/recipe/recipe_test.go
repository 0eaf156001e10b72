package recipe_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/internal/hint"
)

var day = arrow.Timestamp(24 * 3600 * 1e6)

// sales has every kind of column, with missing values.
func sales() arrow.Table {
	nan := math.NaN()
	n := 24
	shop, note, kind := make([]string, n), make([]string, n), make([]string, n)
	price, sold, good := make([]float64, n), make([]float64, n), make([]string, n)
	when := make([]arrow.Timestamp, n)
	for i := range n {
		shop[i] = []string{"north", "south", "-"}[i%3]
		kind[i] = []string{"a", "b", "c", "a"}[i%4]
		note[i] = []string{"fresh red apple", "red pear", "old apple", "-"}[i%4]
		price[i], sold[i] = math.Sqrt(float64(i+2)), float64((i*7)%11)
		good[i] = []string{"yes", "no", "no"}[i*5%7%3]
		when[i] = 19000*day + arrow.Timestamp(i/2)*day + arrow.Timestamp(i)*3600e6
		if i%5 == 0 {
			price[i] = nan
		}
	}
	return table(column{"shop", shop}, column{"kind", kind}, column{"note", note}, column{"price", price}, column{"sold", sold},
		column{"when", when}, column{"good", good})
}

func tools() recipe.Tools {
	return recipe.Tools{
		Open: func(ref string) (arrow.Table, error) {
			if ref != "shops" {
				return nil, errors.New("no dataset " + ref)
			}
			return table(column{"shop", []string{"north", "south"}}, column{"area", []float64{10, math.Sqrt2}}, column{"town", []string{"-", "Ely"}}), nil
		},
		Funcs: map[string]any{
			"ratio":  func(price, sold float64) float64 { return price / (sold + 1) },
			"upper":  func(s string) string { return strings.ToUpper(s) },
			"panics": func(v float64) float64 { return []float64{1}[int(v)] },
		},
	}
}

// everything has each step of the table at least once.
const everything = `
join with=shops on=shop
window sold by=shop time=when lags=1,2 windows=3
window sold by=shop,kind time=when windows=4 method=max
go price,sold func=ratio as=ratio
go kind func=upper as=KIND
filter where=sold < 10
impute price,area method=median indicator=true
impute shop,town
scale price,sold
scale ratio method=robust
bin area method=uniform bins=3
encode kind method=target
encode KIND method=ordinal
hash town bins=4
encode shop
text note ngrams=2
date when parts=month,weekday,hour
sample fraction=0.9
balance method=over
drop area
impute *
select method=mi keep=12
`

// TestSkew holds that the features of a row are the same bits in a batch and
// alone, and after the fitted recipe went through its file.
func TestSkew(t *testing.T) {
	r := parse(t, everything)
	for _, o := range recipe.Ops() {
		if !slices.ContainsFunc(r, func(s recipe.Step) bool { return s.Op == o.Name }) {
			t.Errorf("the test has no step %s", o.Name)
		}
	}
	fitted, trained, err := r.Fit(sales(), "good", tools())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(fitted)
	if err != nil {
		t.Fatal(err)
	}
	var loaded recipe.Fitted
	if err := json.Unmarshal(text, &loaded); err != nil {
		t.Fatal(err)
	}
	serving := recipe.Tools{Funcs: tools().Funcs}
	batch, err := fitted.Apply(sales(), serving)
	if err != nil {
		t.Fatal(err)
	}
	if batch.NumRows() != sales().NumRows() {
		t.Errorf("Apply keeps %d rows of %d: a step for training alone was taken", batch.NumRows(), sales().NumRows())
	}
	if diff := cmp.Diff(dataset.ColumnNames(trained), dataset.ColumnNames(batch)); diff != "" {
		t.Errorf("columns of training and serving differ (-training +serving):\n%s", diff)
	}
	for row := range int(sales().NumRows()) {
		one, err := dataset.Take(sales(), []int{row})
		if err == nil {
			one, err = loaded.Apply(only(one, "shop", "kind", "note", "price", "sold", "when"), serving)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range dataset.ColumnNames(one) {
			got, want := values(t, one, name)[0], values(t, batch, name)[row]
			if math.Float64bits(got) != math.Float64bits(want) {
				t.Errorf("row %d, %s: alone %v, in the batch %v", row, name, got, want)
			}
		}
	}
}

// TestTrainingIsServing holds that a step that does not choose rows and is not
// out of fold gives training rows what it gives them afterwards.
func TestTrainingIsServing(t *testing.T) {
	var lines []string
	for line := range strings.Lines(strings.TrimSpace(everything)) {
		if op := strings.Fields(line)[0]; op != "filter" && op != "sample" && op != "balance" && !strings.Contains(line, "method=target") && op != "select" {
			lines = append(lines, line)
		}
	}
	fitted, trained, err := parse(t, strings.Join(lines, "\n")).Fit(sales(), "good", tools())
	if err != nil {
		t.Fatal(err)
	}
	served, err := fitted.Apply(sales(), tools())
	if err != nil {
		t.Fatal(err)
	}
	if !array.TableEqual(trained, served) {
		t.Errorf("training rows\n%v\nand the same rows served\n%v", trained, served)
	}
}

func TestWindowSeesThePastAlone(t *testing.T) {
	tab := table(column{"d", []float64{1, 2, 3, 3, 4}}, column{"v", []float64{10, 20, 30, 40, math.NaN()}}, column{"y", []float64{1, 2, 3, 4, 5}})
	fitted, got, err := parse(t, "window v time=d lags=1 windows=2 method=sum").Fit(tab, "y", recipe.Tools{})
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	equal(t, "lag 1", values(t, got, "v_lag1"), []float64{nan, 10, 20, 20, 40})
	equal(t, "sum of 2", values(t, got, "v_sum2"), []float64{nan, 10, 30, 30, 70})
	later, err := fitted.Apply(table(column{"d", []float64{9}}, column{"v", []float64{1}}), recipe.Tools{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "later row", values(t, later, "v_sum2"), []float64{70})
}

func equal(t *testing.T, what string, got, want []float64) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] && !(math.IsNaN(got[i]) && math.IsNaN(want[i])) {
			t.Errorf("%s = %v, want %v", what, got, want)
			return
		}
	}
}

func TestYAML(t *testing.T) {
	got := parse(t, "# wine\nsteps:\n  - op: impute\n    columns: [a, b]\n    method: mean\n  - scale a,b\n  - {op: window, columns: [a], time: t, lags: [1, 7]}\n")
	want := "impute a,b method=mean; scale a,b; window a time=t lags=1,7"
	if got.String() != want {
		t.Errorf("Parse gives %q, want %q", got, want)
	}
	if diff := cmp.Diff(got, parse(t, got.String())); diff != "" {
		t.Errorf("the short form reads back otherwise:\n%s", diff)
	}
}

// FuzzParse holds that no text ends the program, and what Parse takes has steps.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"scale a; impute *", "- op: scale\n  columns: [a]", "steps:\n- &x {op: window, lags: [1]}\n- *x", "- [", "filter where=a > 1", "---\n- ?"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := recipe.Parse(text)
		if err != nil {
			if err.Error() == "" || !strings.Contains(err.Error(), "step") && !strings.Contains(err.Error(), "recipe") {
				t.Errorf("Parse(%q) = %v, want an error that says what was read", text, err)
			}
			return
		}
		if len(r) == 0 {
			t.Errorf("Parse(%q) gives neither steps nor an error", text)
		}
		again, err := recipe.Parse(r.String())
		if diff := cmp.Diff(r, again, cmpopts.EquateEmpty()); !strings.Contains(text, ":") && (err != nil || diff != "") { // YAML has names that a short line has not
			t.Errorf("Parse(String of %q), %q, %v (-first +again):\n%s", text, r.String(), err, diff)
		}
	})
}

func TestBadRecipes(t *testing.T) {
	for text, want := range map[string][2]string{
		"impue a":                                {"step 1 (impue)|no step \"impue\"", "impute"},
		"scale a method=standart":                {"step 1 (scale)|\"standart\"", "standard"},
		"scale a; scale b bins=3":                {"step 2 (scale)|bins=3", "method"},
		"scale a metod=minmax":                   {"step 1|\"metod\"", "method"},
		"bin a bins=many":                        {"step 1|bins=many", ""},
		"steps:\n  - op: scale\n    colums: [a]": {"line 3, character 5|colums", "columns"},
		"- op: scale\n  columns: {a: b}":         {"line 2, character 12|columns: a mapping where a list", "a step"},
		"- op: scale\n  columns: a":              {"line 2, character 12|\"a\" where a list", "[a, b]"},
		"- scale a\n- op: bin\n  bins: many":     {"line 3, character 9|bins: \"many\" is not a whole number", ""},
		"- scale a\n- scale a metod=minmax":      {"line 2, character 3|\"metod\"", "method"},
		"- scale a\n\n- op: scal":                {"line 3, character 3|step 2 (scal)|no step", "scale"},
		"- op: scale\n  op: bin":                 {"line 2, character 3|op is there already, in line 1", "remove"},
		"steps:\n- scale a\nseed: 3":             {"line 3, character 1|\"seed\"", ""},
		"steps: scale a":                         {"line 1, character 8|a list of steps", "a step"},
		"- op: scale\n  columns: [a":             {"line |not YAML", "quotes"},
		"- op: filter\n  where: a: b":            {"line 2|not YAML", "quotes"},
		"- scale a\n---\n- scale b":              {"line |a second document", "one recipe"},
		"- scale a\n- b\xff":                     {"line 2: not text in UTF-8", "save"},
		"steps:":                                 {"line 1, character 7: nothing where a list", "a step"},
		"- - scale":                              {"line 1, character 3|a list where a step", "a step"},
		"filter where=price >":                   {"price >", "where=price > 0"},
		"window a lags=1":                        {"time", "time=day"},
		"date d parts=yaer":                      {"yaer", "year"},
		"":                                       {"no step", "impute"},
	} {
		_, err := recipe.Parse(text)
		check(t, "Parse "+text, err, want)
	}
}

func check(t *testing.T, what string, err error, want [2]string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want %q", what, want[0])
		return
	}
	for _, w := range strings.Split(want[0], "|") {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%s: %v, want %q in it", what, err, w)
		}
	}
	if !strings.Contains(hint.Of(err), want[1]) {
		t.Errorf("%s: hint %q, want %q in it", what, hint.Of(err), want[1])
	}
}

func TestBadData(t *testing.T) {
	nan := math.NaN()
	tab := table(column{"a", []float64{1, 2, 3}}, column{"void", []float64{nan, nan, nan}}, column{"c", []string{"x", "y", "x"}},
		column{"y", []float64{1, 2, 3}})
	for text, want := range map[string][2]string{
		"scale b":                               {"step 1 (scale)|column \"b\"|a, void", "a"},
		"scale c":                               {"\"c\": it is utf8", "other columns"},
		"scale y":                               {"\"y\": it is the target", "leave it out"},
		"impute void":                           {"\"void\": all 3 training values are missing", "drop void"},
		"scale a; filter where=a > 5":           {"step 2 (filter)|none of 3 rows", "check"},
		"filter where=a > c":                    {"\"c\" is not a number", "number"},
		"go a func=panics as=p":                 {"step 1 (go)|panics, row 1, column \"a\"|index out of range", "NaN"},
		"go a func=nobody as=p":                 {"no Go function nobody", "run the cell"},
		"go a func=ratio as=p":                  {"func(float64, float64) float64", "takes 1"},
		"go a func=upper as=y":                  {"replace the target", "another name"},
		"join with=shops on=a":                  {"column \"a\"", ""},
		"window a time=y lags=1":                {"\"y\": it is the target", "another column"},
		"encode c method=target; impute nosuch": {"step 2 (impute)|nosuch", ""},
	} {
		_, _, err := parse(t, text).Fit(tab, "y", tools())
		check(t, text, err, want)
	}
	for text, bad := range map[string]struct {
		t    arrow.Table
		want [2]string
	}{
		"scale a":                {table(column{"b", []float64{1}}), [2]string{"step 1 (scale)|column \"a\"", ""}},
		"scale a ":               {table(column{"a", []string{"1"}}), [2]string{"\"a\": it is utf8, and was float64", "type"}},
		"encode c unknown=error": {table(column{"c", []string{"x", "w"}}), [2]string{"\"c\", row 2|\"w\"", "unknown"}},
	} {
		fitted, _, err := parse(t, text).Fit(tab, "y", tools())
		if err != nil {
			t.Fatal(err)
		}
		_, err = fitted.Apply(bad.t, tools())
		check(t, "serve "+text, err, bad.want)
	}
	fitted, _, err := parse(t, "scale a; encode c").Fit(tab, "y", tools())
	if err != nil {
		t.Fatal(err)
	}
	got, err := fitted.Apply(table(column{"a", []float64{nan}}, column{"c", []string{"new"}}), tools())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "an unseen category", append(values(t, got, "c=x"), values(t, got, "c=y")...), []float64{0, 0})
}

func TestTargetEncodingIsOutOfFold(t *testing.T) {
	// Every category is its own row: all that the encoding could know of a row is
	// the row's own target.
	tab := table(column{"id", []string{"a", "b", "c", "d", "e", "f"}}, column{"y", []float64{0, 0, 0, 0, 0, 6}})
	_, got, err := parse(t, "encode id method=target ordered=true folds=3 smooth=0.001").Fit(tab, "y", recipe.Tools{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "encoding", values(t, got, "id"), []float64{1.5, 1.5, 1.5, 1.5, 0, 0})
}
