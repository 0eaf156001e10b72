package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
)

// workerEnv makes the test binary a worker.
const workerEnv = "CELLAR_TEST_WORKER"

// TestNotebook runs steps and Go of a notebook through kernel and worker: what
// is wired here is in no other package's tests.
func TestNotebook(t *testing.T) {
	data, err := filepath.Abs("../../notebooks/data/penguins.csv")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := kerneltest.Start(t, kernel.Options{Worker: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), workerEnv+"=1", "DATA="+data, "CELLAR_STORE=")
		return cmd
	}})
	for _, cell := range []struct {
		code, status, shows string
	}{
		{"file := os.Getenv(\"DATA\")\npenguins := %dataset load {file}\npenguins.NumRows()", "ok", `(?s)dataset penguins@v1: 344 rows.*\n.*execute_result 344`},
		{"sizes := []int{8, 4}\na := %train mlp --data penguins --target species --hidden {sizes} --epochs 2 --name a", "ok", `Run a finished`},
		{`import (
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
)
const classes = 3
func tiny(ctx *context.Context, x *graph.Node) *graph.Node { return layers.Dense(ctx.In("out"), x, true, classes) }`, "ok", ``},
		{"own := %train tiny --data penguins --target species --epochs 3 --name own\nown.Run.Status", "ok", `execute_result finished`},
		{"import std \"context\"\nshown := %dataset show penguins\nanswers, err := own.Model.Predict(std.Background(), shown)\nerr == nil && len(answers.Class) == 344", "ok", `execute_result true`},
		{"%compare {a} {own}", "ok", `graph_name +- +tiny`},
		{"%explain {own} --repeats 1 --name why", "ok", `bill_length_mm`},
		{"%lineage {own}", "ok", `run why \(explain, finished\)`},
		{"runs := %runs show own\nfmt.Println(len(runs.Source.Cells), runs.Params[\"graph_name\"])", "ok", `stream stdout 3 tiny`},
		{"%time n := 41", "ok", `wall .*, CPU`},
		{"%timeit -n 2 -r 2 n + 1", "ok", `2 runs, 2 loops each`},
		{"%who", "ok", `(?m)own +var +\*engine.Trained`},
		{"names := %who\ntook := %timeit -n 2 -r 2 n + 1\nlen(names) > 3 && took < time.Second", "ok", `execute_result true`},
		{"lines := !printf 'a\\nb'\nlen(lines)", "ok", `execute_result 2`},
		{"%train tinny --data penguins --target species", "error", `MagicError: train: no model tinny`},
		{"%%bash\nexit 3", "error", `bash: exit status 3`},
		{"%compare {nothing} a", "error", `undefined: nothing`},
		{"n", "ok", `execute_result 41`},
	} {
		e := c.Execute(cell.code)
		shown := ""
		for _, s := range e.Shape() {
			shown += s + "\n"
		}
		if e.Status() != cell.status || !regexp.MustCompile(cell.shows).MatchString(shown) {
			t.Errorf("cell:\n%s\nstatus %s, want %s; shows\n%s\nwant a match of %s", cell.code, e.Status(), cell.status, shown, cell.shows)
		}
	}
}

// TestNotebookEditor asks what an editor asks, of Go and of magics, in a session
// that has another before it.
func TestNotebookEditor(t *testing.T) {
	dir, past := t.TempDir(), t.TempDir()
	open := func() *kerneltest.Client {
		return kerneltest.Start(t, kernel.Options{HistoryDir: past, Worker: func() *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), workerEnv+"=1", "CELLAR_STORE=")
			return cmd
		}})
	}
	open().Execute("fmt.Println(\"earlier\")\n6 * 7")
	c := open()
	c.Execute("import \"github.com/cellar-ml/cellar/tracker\"\n// tiny does little.\nfunc tiny(n int) int { return n }\nrun := tracker.Run{Name: \"brisk-otter-1\"}\nwords := []string{\"a\", \"bc\"}")
	complete := func(code string) string {
		r := c.Ask("complete_request", map[string]any{"code": code, "cursor_pos": len(code)})
		return fmt.Sprint(r.Content["matches"], r.Content["metadata"])
	}
	for code, want := range map[string]string{
		"run.Na": "[Name]", "%train ti": "signature:func(n int) int", "%%time\nx := tin": "[tiny]", "%history --se": "[--search --session]", "%who wo": "[words]",
	} {
		if got := complete(code); !strings.Contains(got, want) {
			t.Errorf("complete %q = %s, want %s in it", code, got, want)
		}
	}
	for code, want := range map[string]string{
		"run": "brisk-otter-1", "%time tiny(1)": "tiny does little.", "%who --sort": "--sort ORDER",
	} {
		r := c.Ask("inspect_request", map[string]any{"code": code, "cursor_pos": len(code) - 3, "detail_level": 0})
		if got := fmt.Sprint(r.Content["data"]); !strings.Contains(got, want) {
			t.Errorf("inspect %q = %s, want %s in it", code, got, want)
		}
	}
	for code, want := range map[string]string{
		"%who var":                     `words +var +\[\]string +59 B +2`,
		"%history 1":                   `1: import "github`,
		"%history --search earlier -o": `(?s)1/1: fmt.Println.*→ 42`,
		"%history --session -1":        `1: fmt.Println`,
		"old := %history --session -1\nlen(old) == 1": `execute_result true`,
	} {
		if got := strings.Join(c.Execute(code).Shape(), "\n"); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("cell %q shows %s, want a match of %s", code, got, want)
		}
	}
}

// An interrupt ends a training; the run is there and says so.
func TestNotebookInterruptsTraining(t *testing.T) {
	data, err := filepath.Abs("../../notebooks/data/penguins.csv")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := kerneltest.Start(t, kernel.Options{Worker: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), workerEnv+"=1", "CELLAR_STORE=")
		return cmd
	}})
	if e := c.Execute("%dataset load " + data); e.Status() != "ok" {
		t.Fatal(e.Shape())
	}
	id := c.Begin("%train mlp --data penguins --target species --epochs 1000000 --patience -1 --name long")
	c.Wait("an epoch", func(m kerneltest.Message) bool {
		return regexp.MustCompile(`^epoch \d`).MatchString(m.Plain())
	})
	time.Sleep(50 * time.Millisecond) // in the midst of an epoch, most likely
	c.Ask("interrupt_request", map[string]any{})
	if e := c.End(id); e.Status() != "error" {
		t.Errorf("interrupted training: status %s, want error; shows %q", e.Status(), e.Shape())
	}
	e := c.Execute("long := %runs show long\nlong.Status")
	if shape := e.Shape(); len(shape) == 0 || shape[len(shape)-1] != "execute_result interrupted" {
		t.Errorf("the interrupted run shows %q, want its status to be interrupted", shape)
	}
}
