package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
)

// TestNativeCell runs native cells through kernel and worker: their lines, the
// statements among them, and what a dead worker leaves.
func TestNativeCell(t *testing.T) {
	dir := t.TempDir()
	c := kerneltest.Start(t, kernel.Options{Worker: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), workerEnv+"=1", "CELLAR_STORE=")
		return cmd
	}})
	for _, cell := range []struct{ code, status, shows string }{
		{"// first a comment\n%%native\nfunc twice(n int) int {\n\treturn 2 * n\n}\ny := twice(20)\ny + 2", "ok", `(?s)compiled .*: twice\nexecute_result 42`},
		{"%%native\nfunc at(a []int) int {\n\treturn a[9]\n}", "ok", `: at$`},
		{"at(nil)", "error", `index out of range \[9\] with length 0`},
		{"// a comment\n%%native\nfunc f() int { return y }", "error", `line 3:23: cannot compile a use of y`},
		{"%%native\nfunc end() { os.Exit(4) }", "ok", `end`},
		{"end()", "error", `exit status 4`},
		{"twice(y)", "error", `y was lost`},
		{"twice(4)", "ok", `execute_result 8`},
		{"import \"example.test/x\"", "error", `example.test/x cannot be imported`},
	} {
		e := c.Execute(cell.code)
		shown := strings.Join(e.Shape(), "\n")
		if e.Status() != cell.status || !regexp.MustCompile(cell.shows).MatchString(shown) {
			t.Errorf("cell:\n%s\nstatus %s, want %s; shows\n%s\nwant a match of %s", cell.code, e.Status(), cell.status, shown, cell.shows)
		}
	}
}
