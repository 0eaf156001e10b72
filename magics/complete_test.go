package magics_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

var completions = []struct {
	line  string // the cursor is at |
	want  []string
	start int
}{
	{"%tra|", []string{"%train"}, 0},
	{"%%wri|", []string{"%%writefile"}, 0},
	{"%dataset l|", []string{"list", "load"}, 9},
	{"%dataset load data/|", []string{"data/raw/", "data/wine.csv"}, 14},
	{"%train m|", []string{"mlp"}, 7},
	{"%train mlp --ep|", []string{"--epochs"}, 11},
	{"%train mlp --optimizer ad|", []string{"adam", "adamw"}, 23},
	{"%train mlp --optimizer=s| --epochs 3", []string{"sgd"}, 23},
	{"%compare bri|", []string{"brisk-otter-1"}, 9},
	{"%compare x,bri|", []string{"x,brisk-otter-1"}, 9},
	{"%runs show bri|", []string{"brisk-otter-1"}, 11},
	{"%train mlp --data wine --target |", []string{"label", "size"}, 32},
	{"%train mlp --features size,|", []string{"size,hue", "size,label"}, 22},
	{"%train mlp --data wine@|", []string{"wine@v1"}, 18},
	{"%train mlp --activation re|", []string{"relu"}, 24},
	{"%train mlp --gpu=|", []string{"false", "true"}, 17},
	{"%train mlp --epochs 3 --ep|", nil, 22},
	{"%runs list --sort val|", []string{"validation/loss"}, 18},
	{"%runs search 'metrics.val|", []string{"'metrics.validation/loss"}, 13},
	{"%runs search 'metrics.x > 1 and (stat|", []string{"(status"}, 32},
	{"%runs search metrics.x>1 --of|", []string{"--offset"}, 25},
	{"%runs list --status fi|", []string{"finished"}, 20},
	{"%compare brisk-otter-1 --metric |", []string{"model/accuracy", "validation/loss"}, 32},
	{"%explain x --metric |", []string{"accuracy"}, 20},
	{"%lineage dataset:w|", []string{"dataset:wine", "dataset:wine@v1"}, 9},
	{"%lineage bird@c|", []string{"bird@challenger"}, 9},
	{"%models pro|", []string{"promote"}, 8},
	{"%models promote bi|", []string{"bird", "bird@challenger", "bird@v1"}, 16},
	{"%models promote bird --as |", []string{"challenger", "champion"}, 26},
	{"%models rollback |", []string{"bird"}, 17},
	{"%models stage bird St|", []string{"Staging"}, 19},
	{"%help who|", []string{"who"}, 6},
	{"%who --sort s|", []string{"size"}, 12},
	{"%wri|", []string{"%%writefile"}, 0},
	{"%timeit --|", []string{"--loops", "--repeats"}, 8},
	{"!ls data/w|", []string{"data/wine.csv"}, 4},
	{"%time for|", nil, 6},
	{"%nothing |", nil, 9},
}

func TestComplete(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(filepath.Join("data", "raw"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("data", "wine.csv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := mem.New(mem.Options{})
	fill(t, s)
	env := &magics.Env{Magics: magics.Standard(), Prefix: "%",
		Store: func(context.Context) (tracker.Store, error) { return s, nil }}
	for _, test := range completions {
		line, rest, _ := strings.Cut(test.line, "|")
		got := magics.Complete(t.Context(), env, line+rest, len(line))
		if diff := cmp.Diff(test.want, got.Words); diff != "" || got.Start != test.start || got.End != len(line) {
			t.Errorf("Complete(%s) = %q at %d..%d, want %q at %d..%d", test.line, got.Words, got.Start, got.End, test.want, test.start, len(line))
		}
	}
}

func TestInspect(t *testing.T) {
	env := &magics.Env{Magics: magics.Standard(), Prefix: "%"}
	for line, want := range map[string]string{
		"%dataset load a.csv": "dataset load - ", "%train": "train - ", "!ls": "sh - ", "%%bash": "bash - ", "%time?": "time - ",
	} {
		b, ok := magics.Inspect(t.Context(), env, line, len(line))
		if got, _ := b.Data[display.MIMEText].(string); !ok || !strings.HasPrefix(got, want) {
			t.Errorf("Inspect(%q) = %.20q, %v, want it to begin with %q", line, got, ok, want)
		}
	}
	if _, ok := magics.Inspect(t.Context(), env, "%nothing", 8); ok {
		t.Error("Inspect(%nothing) found something")
	}
}

// fill records one run, a model with an alias, and two datasets with a column in common.
func fill(t *testing.T, s tracker.Store) {
	t.Helper()
	r, err := s.CreateRun(t.Context(), tracker.Run{Name: "brisk-otter-1", Kind: "train"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []string{"validation/loss", "model/accuracy"} {
		if err := s.Log(t.Context(), r.ID, tracker.Point{Metric: m, Step: 1, Value: 0.5, Time: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PutModel(t.Context(), tracker.Model{Name: "bird", Digest: tracker.Digest("sha256:" + strings.Repeat("0", 64))}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeModel(t.Context(), tracker.ModelChange{Do: tracker.ActAlias, Model: "bird", Version: 1, Alias: "challenger"}); err != nil {
		t.Fatal(err)
	}
	for name, columns := range map[string][]tracker.Column{
		"wine": {{Name: "size", Type: "float64"}, {Name: "label", Type: "utf8"}}, "iris": {{Name: "size", Type: "float64"}, {Name: "hue", Type: "utf8"}},
	} {
		digest := tracker.Digest("sha256:" + strings.Repeat("0", 64))
		if _, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: name, Rows: 3, Columns: columns, Digest: digest, Source: name + ".csv"}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCompleteNotes(t *testing.T) {
	s := mem.New(mem.Options{})
	fill(t, s)
	env := &magics.Env{Magics: magics.Standard(), Prefix: "%",
		Store: func(context.Context) (tracker.Store, error) { return s, nil }}
	for line, want := range map[string]string{
		"%trai": "Train a model and record the run", "%runs sh": "Show one run whole", "%dataset show wine": "3 rows, 2 columns",
		"%runs show br": "train running", "%train logi": "logistic regression, also with more than two classes",
		"%train mlp --seed": "number that makes split, weights and order the same again", "%train mlp --target hu": "utf8",
	} {
		got := magics.Complete(t.Context(), env, line, len(line))
		if len(got.Notes) != len(got.Words) || len(got.Notes) == 0 || got.Notes[0] != want {
			t.Errorf("Complete(%s) has the notes %q, want %q first", line, got.Notes, want)
		}
	}
}

func TestInspectOfTheStore(t *testing.T) {
	s := mem.New(mem.Options{})
	fill(t, s)
	env := &magics.Env{Magics: magics.Standard(), Prefix: "%",
		Store: func(context.Context) (tracker.Store, error) { return s, nil }}
	for _, c := range []struct {
		line string // the cursor is at |
		want string // in the text
	}{
		{"%train mlp --data wi|ne --target label", "3 rows, from wine.csv"},
		{"%dataset show wine@v1|", "label   utf8"},
		{"%compare brisk-otter-1|", "metric model/accuracy"},
		{"%runs show bri|sk-otter-1", "brisk-otter-1"},
		{"%train mlp --ep|ochs 3", "--epochs N"},
		{"%train m|lp", "train - Train a model"},
		{"%dataset sh|ow wine", "dataset show - Show"},
	} {
		line, rest, _ := strings.Cut(c.line, "|")
		b, ok := magics.Inspect(t.Context(), env, line+rest, len(line))
		if text, _ := b.Data[display.MIMEText].(string); !ok || !strings.Contains(text, c.want) {
			t.Errorf("Inspect(%s) = %s, %v, want %q in it", c.line, text, ok, c.want)
		}
	}
	if b, ok := magics.Inspect(t.Context(), env, "%sh ls x", 8); ok {
		t.Errorf("Inspect(%%sh ls x|) = %v: what a command takes is not the magic's", b)
	}
}

func TestGoAt(t *testing.T) {
	for line, want := range map[string]int{
		"%time f(x)": 6, "%timeit -n 3 f(x)": 13, "%%time": 7, "%%time  x := 1": 8, "%time f(x)  ": 6, "%train mlp": -1, "%nothing": -1, "!ls": -1,
	} {
		if got := magics.GoAt(magics.Standard(), line); got != want {
			t.Errorf("GoAt(%q) = %d, want %d", line, got, want)
		}
	}
}
