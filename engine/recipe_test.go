package engine_test

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

func steps(t *testing.T, text string) recipe.Recipe {
	t.Helper()
	r, err := recipe.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r {
		if r[i].Func != "" {
			r[i].Source = "func double(v float64) float64 { return 2 * v }"
		}
	}
	return r
}

var double = map[string]any{"double": func(v float64) float64 { return 2 * v }}

// TestNoSkew holds that the inputs are the same bits for a batch and for its rows one
// at a time, through a model that was saved and loaded, and so are the answers of a
// batch. A row alone is multiplied by other instructions of the processor than a
// batch, in another order of adding: its answers are the same to the last digits.
func TestNoSkew(t *testing.T) {
	needXLA(t)
	tab := mixed(t, 300)
	r := steps(t, `go bill func=double as=twice
		impute bill indicator=true
		scale flipper method=robust
		bin twice bins=4
		encode island method=target
		filter where=flipper < 2
		balance method=over`)
	trained := fit(t, tab, engine.Spec{Family: "mlp", Target: "species", Epochs: 3, Recipe: r, Tools: recipe.Tools{Funcs: double}}).Model
	file := save(t, trained)
	loaded, err := engine.Load(bytes.NewReader(file), engine.LoadOptions{Funcs: double})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := trained.Encode(tab)
	if err != nil {
		t.Fatal(err)
	}
	want := answers(t, trained, tab)
	if diff := cmp.Diff(want, answers(t, loaded, tab)); diff != "" {
		t.Fatalf("the answers of the trained and the loaded model differ:\n%s", diff)
	}
	width := loaded.Inputs().Width()
	for row := range int(tab.NumRows()) {
		one, err := dataset.Take(tab, []int{row})
		if err != nil {
			t.Fatal(err)
		}
		got, err := loaded.Encode(one)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, batch[row*width:(row+1)*width], func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
			t.Fatalf("row %d: inputs alone %v, in the batch %v", row, got, batch[row*width:(row+1)*width])
		}
		p, classes := answers(t, loaded, one), len(loaded.Target().Classes)
		if diff := cmp.Diff(want[row*classes:(row+1)*classes], p, cmpopts.EquateApprox(1e-6, 0)); diff != "" {
			t.Fatalf("row %d: answers alone and in the batch differ:\n%s", row, diff)
		}
	}
	if !bytes.Equal(file, save(t, loaded)) {
		t.Error("saving the loaded model gives other bytes")
	}
}

func TestRecipeIsFittedOnTrainingRows(t *testing.T) {
	tab := mixed(t, 300)
	m := fit(t, tab, engine.Spec{Family: "logistic", Target: "species", Epochs: 1, Recipe: steps(t, "scale bill; sample fraction=0.5")})
	if got := m.Model.Recipe().Steps[0].RowsIn; got != 300-m.ValidRows || m.ValidRows == 0 {
		t.Errorf("the recipe was fitted on %d rows of 300 with %d held out", got, m.ValidRows)
	}
	if want := m.Model.Recipe().Steps[1].RowsOut; m.TrainRows != want || want != (300-m.ValidRows+1)/2 {
		t.Errorf("%d training rows, the recipe left %d", m.TrainRows, want)
	}
}

// TestTrainTransform holds that the edge from the data says what became of its
// rows, and that a training that fails before it knows has the edge all the same.
func TestTrainTransform(t *testing.T) {
	s := openStore(t)
	j := job(t, s)
	j.Spec.Recipe = steps(t, "scale bill; sample fraction=0.5")
	got, err := engine.Train(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	r := got.Result
	edge := dataEdge(t, s, got.Run.ID)
	if tr := edge.Transform; tr == nil || tr.RowsIn != 120 || tr.RowsOut != int64(r.TrainRows) || len(tr.Params["recipe_hash"]) != 12 ||
		tr.Params["recipe"] != j.Spec.Recipe.String() || tr.Params["validation_rows"] != strconv.Itoa(r.ValidRows) ||
		tr.Params["split_rows"] != strconv.Itoa(120-r.ValidRows) || tr.Params["seed"] != "9" || tr.Params["validation"] != "0.2" {
		t.Errorf("the edge from the data has %+v, want 120 rows in, %d out and %d held out by the recipe %s", tr, r.TrainRows, r.ValidRows, j.Spec.Recipe)
	}
	j.Spec.Recipe = steps(t, "filter where=bill > 1e9")
	if got, err = engine.Train(t.Context(), j); err == nil {
		t.Fatal("a recipe that leaves no row trains")
	}
	if edge := dataEdge(t, s, got.Run.ID); edge.Transform != nil || edge.From.ID != "birds@v2" {
		t.Errorf("edge of the failed training: %+v, want one from birds@v2 without a transform", edge)
	}
}

func dataEdge(t *testing.T, s tracker.Store, run string) tracker.Edge {
	t.Helper()
	edges, err := s.EdgesTo(t.Context(), tracker.Node{Kind: tracker.KindRun, ID: run})
	if err != nil || len(edges) != 1 {
		t.Fatalf("edges to the run: %+v, %v, want one", edges, err)
	}
	return edges[0]
}

func TestRecipeErrors(t *testing.T) {
	tab := mixed(t, 60)
	for text, want := range map[string][2]string{
		"encode species":         {"step 1 (encode)|the target", "leave it out"},
		"scale bil":              {"step 1 (scale)|bil", "bill"},
		"scale bill k=1":         {"", ""},
		"filter where=bill > 99": {"step 1 (filter)|none of", ""},
	} {
		r, err := recipe.Parse(text)
		if err == nil {
			_, err = engine.Fit(t.Context(), tab, engine.Spec{Family: "logistic", Target: "species", Recipe: r}, nil)
		}
		for _, w := range strings.Split(want[0], "|") {
			if err == nil || !strings.Contains(err.Error(), w) || !strings.Contains(hint.Of(err), want[1]) {
				t.Errorf("%s: %v (hint %q), want %q", text, err, hint.Of(err), want)
			}
		}
	}
	m := fit(t, tab, engine.Spec{Family: "logistic", Target: "species", Epochs: 1, Recipe: steps(t, "go bill func=double as=twice"), Tools: recipe.Tools{Funcs: double}}).Model
	if _, err := engine.Load(bytes.NewReader(save(t, m))); err == nil || !strings.Contains(err.Error(), "double") || !strings.Contains(hint.Of(err), "Funcs") {
		t.Errorf("Load without the recipe's function = %v, hint %q", err, hint.Of(err))
	}
	r := steps(t, "go bill func=double as=twice")
	r[0].Source = ""
	m = fit(t, tab, engine.Spec{Family: "logistic", Target: "species", Epochs: 1, Recipe: r, Tools: recipe.Tools{Funcs: double}}).Model
	if err := m.Save(io.Discard); err == nil || !strings.Contains(err.Error(), "source of the Go function double") {
		t.Errorf("Save of a function without source = %v", err)
	}
}

// TestOldModelFile holds that a model without a recipe is still a file of version
// 1, as programs before recipes wrote and read it.
func TestOldModelFile(t *testing.T) {
	file := save(t, fit(t, mixed(t, 60), engine.Spec{Family: "logistic", Target: "species", Epochs: 1}).Model)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("model.json")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil || !bytes.Contains(text, []byte(`"version": 1`)) || bytes.Contains(text, []byte("recipe")) {
		t.Errorf("model.json (%v) is not of version 1:\n%s", err, text)
	}
}
