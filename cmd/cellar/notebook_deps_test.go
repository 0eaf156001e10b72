package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
)

func startNotebook(t *testing.T) *kerneltest.Client {
	t.Helper()
	data, err := filepath.Abs("../../notebooks/data")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return kerneltest.Start(t, kernel.Options{Worker: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), workerEnv+"=1", "DATA="+data, "CELLAR_STORE=")
		return cmd
	}})
}

// A visit is one run of a cell: the front end's id, the text, and a match of
// what it shows.
type visit struct{ id, code, shows string }

func runVisits(t *testing.T, c *kerneltest.Client, visits []visit) {
	t.Helper()
	for _, v := range visits {
		e := c.ExecuteAs(v.id, v.code)
		shown := strings.Join(e.Shape(), "\n")
		if !regexp.MustCompile(v.shows).MatchString(shown) {
			t.Fatalf("cell %s:\n%s\nshows\n%s\nwant a match of %s", v.id, v.code, shown, v.shows)
		}
	}
}

// staleIn is what the metadata of a message says of stale cells.
func staleIn(metadata map[string]any) []string {
	var out []string
	ours, _ := metadata["cellar"].(map[string]any)
	list, _ := ours["stale"].([]any)
	for _, s := range list {
		m := s.(map[string]any)
		out = append(out, fmt.Sprint(m["cell"], " ", m["cell_id"], " ", m["because"]))
	}
	return out
}

// The record of a run has the cells that it was made from: not those that came
// between, and each in the text that counts.
func TestNotebookRecordsTheSlice(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "import (\n\t\"github.com/gomlx/gomlx/pkg/core/graph\"\n\t\"github.com/gomlx/gomlx/pkg/ml/context\"\n\t\"github.com/gomlx/gomlx/pkg/ml/layers\"\n)", ``},
		{"b", "%dataset load {os.Getenv(\"DATA\")}/penguins.csv --name birds", `birds@v1`},
		{"c", "const classes = 4", ``},
		{"d", "unused := 1\nfunc other() int { return unused }", ``},
		{"c", "const classes = 3", ``},
		{"e", "func tiny(ctx *context.Context, x *graph.Node) *graph.Node { return layers.Dense(ctx.In(\"out\"), x, true, classes) }", ``},
		{"f", "%dataset load {os.Getenv(\"DATA\")}/penguins.csv --name others", `others@v1`},
		{"g", "epochs := 2", ``},
		{"h", "run := %train tiny --data birds --target species --epochs {epochs} --name one", `Run one finished`},
		{"i", "saved := %runs show one\nfor _, c := range saved.Source.Cells { fmt.Print(c.Count, c.CellID, \" \") }", `stream stdout 1a 2b 5c 6e 8g 9h $`},
		{"j", "%deps one", `(?s)\[1\].*\[2\].*dataset birds.*\[5\].*classes.*\[6\].*tiny.*\[9\]`},
		{"k", "%deps run", `(?s)\[8\] +epochs +epochs := 2\n.*\[9\] +run +\[1\] \[2\] .*%train`},
		{"l", "%deps classes", `(?s)display_data cell +makes +from +code\n[^\n]*\n\[5\] +classes +const classes = 3$`},
	})
}

// A cell whose inputs have changed is named with the next result, and %rerun
// brings it up to date.
func TestNotebookStale(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "x := 1", ``},
		{"b", "y := x * 10", ``},
		{"c", "z := y + 1\nz", `execute_result 11`},
	})
	e := c.ExecuteAs("a", "x := 7\nx")
	want := []string{"2 b x changed in [4]", "3 c y comes from [2], which is stale"}
	if diff := cmp.Diff(want, staleIn(e.Reply.Meta)); diff != "" {
		t.Errorf("metadata of the reply (-want +got):\n%s", diff)
	}
	result, _ := e.Outputs[0].Content["metadata"].(map[string]any)
	if diff := cmp.Diff(want, staleIn(result)); diff != "" {
		t.Errorf("metadata of the result (-want +got):\n%s", diff)
	}
	runVisits(t, c, []visit{
		{"s", "%stale", `(?s)\[2\] +x changed in \[4\] +y := x \* 10.*\[3\] +y comes from \[2\]`},
		{"r", "%rerun --dry-run", `(?s)\[2\] +y := x \* 10.*\[3\] +z := y \+ 1`},
		{"r", "%rerun", `(?s)\[2\] y := x.*\[3\] z := y.*display_data 71.*ran 2 cells again`},
	})
	if e := c.ExecuteAs("t", "z"); e.Shape()[0] != "execute_result 71" || staleIn(e.Reply.Meta) != nil {
		t.Errorf("after %%rerun: %v, stale %v; want 71 and nothing", e.Shape(), staleIn(e.Reply.Meta))
	}
	runVisits(t, c, []visit{
		{"r", "%rerun 4", `(?s)\[4\] x := 7.*\[2\] y := x.*\[3\] z := y.*ran \d cells again`},
		{"b", "y := 100 / (x - 8)", ``},
		{"a", "x := 8", ``},
		{"r", "%rerun", `(?s)\[\d+\] y := 100.*error Panic: .*divide by zero`},
	})
}

// After a crash the variables have the values of the last cells that ran,
// also where %rerun or a cell that failed had set them; else they are lost.
func TestNotebookRestores(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "x := 1", ``},
		{"b", "x++", ``},
		{"c", "func double(n int) int { return 2 * n }\nd := double(x)\nlabels := strings.Split(\"a,b\", \",\")\nkept, dying := 1, 1", ``},
		{"f", "failed := 1", ``},
		{"d", "m := map[int]int{}\nfailed = 2\npanic(\"no\")", `error Panic`},
		{"a", "x := 5", ``},
		{"r", "%rerun", `ran 2 cells again`},
		{"e", "kept = 3", ``},
	})
	e := c.ExecuteAs("x", "dying = 2\nw := map[int]int{}\nfor range 8 { go func() { for { w[1]++ } }() }\ntime.Sleep(5 * time.Second)")
	if e.Reply.Text("ename") != "WorkerDied" {
		t.Fatalf("concurrent map writes end with %v", e.Shape())
	}
	trace := fmt.Sprint(e.Reply.Content["traceback"])
	if !strings.Contains(trace, "Lost: dying, failed, m ") {
		t.Errorf("traceback: %s\nwant dying, failed and m lost", trace)
	}
	runVisits(t, c, []visit{
		{"y", "fmt.Sprint(x, d, labels, kept, 1+1)", `execute_result 6 12 \[a b\] 3 2`},
	})
}

// What a magic line does in Go is its cell's doing.
func TestNotebookSeesMagicLines(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "x, other := 1, 2", ``},
		{"b", "%time q := x + 1", `wall`},
		{"c", "lines := !echo {other}\nm := 5", ``},
		{"d", "%deps q", `(?s)\[1\] +x +x, other := 1, 2\n\[2\] +q +\[1\] +%time q := x \+ 1$`},
		{"a", "x, other := 7, 2", ``},
		{"e", "%stale", `(?s)\[2\] +x changed in \[5\] +%time`},
		{"f", "%rerun", `ran \d cells? again`},
		{"g", "q", `execute_result 8`},
		{"h", "%deps nope", `error MagicError: deps: nothing is called nope`},
		{"i", "%rerun 99", `error MagicError: rerun: no cell \[99\]`},
	})
}

// A process that dies in a cell that %rerun runs costs what that cell sets.
func TestNotebookRestoresAfterRerun(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "n := 1\nother := 2", ``},
		{"b", "seen := n\nif n > 1 { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }", ``},
		{"a", "n := 5\nother := 2", ``},
		{"r", "%rerun", `error WorkerDied`},
		{"c", "fmt.Sprint(n, other)", `execute_result 5 2`},
		{"d", "seen", `error CompileError: .*the value of seen was lost`},
	})
}

// A cell that used NAME@alias depends on the cell that moved the alias.
func TestNotebookAliasMoves(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "%dataset load {os.Getenv(\"DATA\")}/penguins.csv --name birds", `birds@v1`},
		{"b", "%train logistic --data birds --target species --epochs 2 --model-name m", `m@v1`},
		{"c", "%train logistic --data birds --target species --epochs 3 --model-name m", `m@v2`},
		{"d", "%models promote m@v1", `m@champion is v1 now`},
		{"e", "%explain m@champion --repeats 1", `model m@v1`},
		{"f", "%stale", `nothing|no cell|up to date`},
		{"g", "%models promote m@v2", `m@champion is v2 now`},
		{"h", "%stale", `model m@champion changed in \[7\]`},
	})
}
