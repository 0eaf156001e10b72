package mlflow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/web/mlflow"
)

// answers are what MLflow's own server gave to testdata/client.py. To record them
// anew: mlflow server, then go test -run Client with CELLAR_MLFLOW_RECORD=URL.
const answers = "testdata/mlflow-" + mlflow.Version + ".json"

// differences are where the answers here are others, and why that is meant.
var differences = map[string]string{
	"experiment errors/0/1":         "its own holds the text of a database error",
	"experiment errors/2/0":         "a name that is taken has one code, also on renaming",
	"experiment errors/2/1":         "its own holds the text of a database error",
	"files/0/1/2":                   "an empty file has a size: 0",
	"files/1/0/2":                   "an empty file has a size: 0",
	"loss/3/2":                      "infinity is kept",
	"loss/4/2":                      "infinity is kept",
	"run/metrics/loss":              "the value that was logged last, not the one with the greatest step (ADR 0066)",
	"updated/metrics/loss":          "the value that was logged last",
	"unknown run/3":                 "its own answers with an empty history",
	"unknown run/3/0":               "a run that does not exist has no history",
	"unknown run/3/1":               "a run that does not exist has no history",
	"registered/latest/0/aliases/0": "aliases are on each version, also here",
	"registered/latest/0/aliases/1": "aliases are on each version, also here",
	"registered/latest/0/aliases":   "aliases are on each version, also here",
	"registry errors/4":             "the model is looked for before its source",
}

// python is one with MLflow's client.
func python(t *testing.T) string {
	for _, p := range []string{os.Getenv("CELLAR_MLFLOW_PYTHON"), os.Getenv("CELLAR_JUPYTER_PYTHON"), "python3"} {
		if p != "" && exec.Command(p, "-c", "import mlflow, sklearn, pandas, skops").Run() == nil {
			return p
		}
	}
	if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "mlflow") {
		t.Fatal("no Python with mlflow, scikit-learn, skops and pandas, which CELLAR_REQUIRE asks for")
	}
	t.Skip("no Python with mlflow, scikit-learn, skops and pandas: name one with CELLAR_MLFLOW_PYTHON")
	return ""
}

// script runs a script of testdata against a server.
func script(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python(t), append([]string{path}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "MLFLOW_TRACKING_URI=", "MLFLOW_EXPERIMENT_NAME=", "PYTHONDONTWRITEBYTECODE=1", "PYTHONIOENCODING=utf-8")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, stderr.String())
	}
	return out
}

func openSQLite(t *testing.T) tracker.Store {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestClient holds the answers that MLflow's client gets here against those that
// it got from MLflow's own server.
func TestClient(t *testing.T) {
	if url := os.Getenv("CELLAR_MLFLOW_RECORD"); url != "" {
		if err := os.WriteFile(answers, script(t, "client.py", url), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := openSQLite(t)
	srv := httptest.NewServer(mlflow.Handler(s, mlflow.Options{}))
	defer srv.Close()
	got := flat(t, script(t, "client.py", srv.URL))
	data, err := os.ReadFile(answers)
	if err != nil {
		t.Fatal(err)
	}
	want := flat(t, data)
	for _, at := range slices.Sorted(maps.Keys(joined(want, got))) {
		w, g := want[at], got[at]
		if _, meant := differences[at]; meant == (w != g) {
			continue
		}
		t.Errorf("%s: here %s, from MLflow's server %s", at, g, w)
	}
	checkStore(t, s)
}

// checkStore looks at what the client logged as Cellar sees it.
func checkStore(t *testing.T, s tracker.Store) {
	runs, err := s.Runs(t.Context(), tracker.Query{Experiment: "wine"})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]tracker.Run{}
	for _, r := range runs {
		named[r.Name] = r
	}
	first, child, logistic := named["renamed"], named["child"], named["logistic"]
	if child.Parent != first.ID || first.Status != tracker.Failed || child.Kind != "mlflow" || child.Tags["mlflow.user"] == "" {
		t.Errorf("child %+v\nfirst %+v: want one the other's parent, which failed", child, first)
	}
	m, err := s.Model(t.Context(), "iris@champion")
	if err != nil || m.Run != logistic.ID || m.Version != 1 || m.Family != "mlflow" {
		t.Errorf("Model(iris@champion) = %+v, %v; want version 1 of run %s", m, err, logistic.ID)
	}
	d, err := s.Dataset(t.Context(), "iris")
	if err != nil || d.Rows != 150 || len(d.Columns) != 5 || d.Columns[0].Name != "sepal length (cm)" {
		t.Errorf("Dataset(iris) = %+v, %v; want 150 rows and 5 columns", d, err)
	}
	edges, err := s.Edges(t.Context())
	run := tracker.Node{Kind: tracker.KindRun, ID: logistic.ID}
	for _, want := range []tracker.Edge{
		{From: tracker.Node{Kind: tracker.KindDataset, ID: d.Ref()}, To: run, Role: "training"},
		{From: run, To: tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}, Role: "produce"},
	} {
		if !slices.ContainsFunc(edges, func(e tracker.Edge) bool { return e.From == want.From && e.To == want.To && e.Role == want.Role }) {
			t.Errorf("no edge %+v among %d (%v)", want, len(edges), err)
		}
	}
	list, err := s.Artifacts(t.Context(), logistic.ID)
	if err != nil || len(list) < 4 || !strings.HasPrefix(list[0].Name, "models/m-") {
		t.Errorf("Artifacts(logistic) = %v, %v; want those of its model", list, err)
	}
}

// flat is JSON as one line for each value, by its path.
func flat(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v in %.500s", err, data)
	}
	out := map[string]string{}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				walk(at+"/"+k, x)
			}
		case []any:
			if len(v) == 0 {
				out[strings.TrimPrefix(at, "/")] = "[]"
			}
			for i, x := range v {
				walk(fmt.Sprint(at, "/", i), x)
			}
		default:
			line, _ := json.Marshal(v) // of what JSON gave
			out[strings.TrimPrefix(at, "/")] = string(line)
		}
	}
	walk("", v)
	return out
}

func joined(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
