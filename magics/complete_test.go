package magics_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

func TestComplete(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(filepath.Join("data", "raw"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("data", "wine.csv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := mem.New(mem.Options{})
	if _, err := s.CreateRun(t.Context(), tracker.Run{Name: "brisk-otter-1"}); err != nil {
		t.Fatal(err)
	}
	env := &magics.Env{Magics: magics.Standard(), Prefix: "%",
		Store: func(context.Context) (tracker.Store, error) { return s, nil }}
	for _, test := range []struct {
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
		{"%time for|", nil, 6},
		{"%nothing |", nil, 9},
	} {
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
