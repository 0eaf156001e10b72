package main

import (
	"regexp"
	"testing"
)

// What Go code logs names its cell, that of the goroutine, brings its code into
// the run, and warns of what the notebook would not make again.
func TestNotebookRecordsCells(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "raw := 3.0", ``},
		{"b", "x := raw * 2", ``},
		{"c", "run := %runs start hand --param lr=0.1", `Logging to run hand`},
		{"d", `run.Log("loss", 1, x)`, `^$`},
		{"a", "raw := 4.0", ``},
		{"e", `run.Log("loss", 2, x); run.Param("deep", 2)`, `(?s)run hand uses values.*raw: \[1\] was edited and ran again as \[5\].*x: in \[2\], raw changed in \[5\] since`},
		{"f", `later := make(chan bool)
go func() { <-later; run.Log("late", 1, 1); later <- true }()`, ``},
		{"g", `later <- true; <-later`, ``},
	})
	e := c.ExecuteAs("h", `run.Log("loss", 3, 1)`, "c")
	if shown := e.Printed("stderr"); !regexp.MustCompile(`run: \[3\] was deleted`).MatchString(shown) {
		t.Errorf("a run of a deleted cell shows %q", shown)
	}
	runVisits(t, c, []visit{
		{"i", "run.Finish()", ``},
		{"j", "%runs show hand", `(?s)hidden_state.*cells +\[3\] lr; \[4\] loss; \[6\] deep, loss; \[7\] late; \[9\] loss\n.*code +[4-9] cells`},
		{"k", "%runs list --json", `system/process/memory`},
	})
}

// A run whose process dies is marked with its last cell by the next.
func TestNotebookMarksTheDead(t *testing.T) {
	c := startNotebook(t)
	runVisits(t, c, []visit{
		{"a", "run := %runs start hand", ``},
		{"b", `run.Log("loss", 1, 0.5)`, ``},
		{"c", "import \"syscall\"\nsyscall.Kill(syscall.Getpid(), syscall.SIGKILL)", `WorkerDied`},
		{"d", "%runs show hand", `killed: process \d+ ended without closing the run; its last\s+record is of cell \[2\]`},
	})
}
