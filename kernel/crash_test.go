package kernel_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/google/go-cmp/cmp"
)

func TestTheWorkersEndCostsOneCell(t *testing.T) {
	c := start(t)
	c.Execute("declare x")
	for _, tc := range []struct{ code, want string }{
		{"print before\nkill", "SIGKILL"},
		{"print before\noverflow", "stack overflow"},
		{"print before\nexit 7", "exit status 7"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			id := c.Begin(tc.code)
			next := kerneltest.Code("names")
			e := c.End(id)
			if e.Status() != "error" || e.Reply.Text("ename") != "WorkerDied" {
				t.Fatalf("reply = %v, want WorkerDied", e.Reply.Content)
			}
			if got := e.Reply.Text("evalue"); !strings.Contains(got, tc.want) {
				t.Errorf("evalue = %q, want %q in it", got, tc.want)
			}
			shape := e.Shape()
			if len(shape) != 2 || shape[0] != "stream stdout before\n" || !strings.HasPrefix(shape[1], "error ") {
				t.Errorf("outputs = %q, want the print and one error", shape)
			}
			traceback, _ := e.Reply.Content["traceback"].([]any)
			if n := len(traceback); n == 0 || n > 40 || !strings.Contains(traceback[n-1].(string), "Brought back: x") {
				t.Errorf("traceback = %q, want at most 40 lines that end with what came back", traceback)
			}
			if diff := cmp.Diff([]string{"execute_result x"}, c.End(c.Send(wire.Shell, "execute_request", next)).Shape()); diff != "" {
				t.Errorf("the next cell (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueuedCellsGoOnAfterACrashWhereTheyMay(t *testing.T) {
	c := start(t)
	first := kerneltest.Code("kill")
	first["stop_on_error"] = false
	c.Send(wire.Shell, "execute_request", first)
	if e := c.Execute("result alive"); e.Status() != "ok" {
		t.Errorf("the queued cell: %v", e.Reply.Content)
	}
}

func TestLostValuesAreNamed(t *testing.T) {
	c := start(t)
	c.Execute("declare f\nlose ch")
	traceback, _ := c.Execute("kill").Reply.Content["traceback"].([]any)
	if last := traceback[len(traceback)-1].(string); !strings.Contains(last, "Lost: ch") {
		t.Errorf("traceback ends with %q, want the lost ch", last)
	}
}

func TestARestoreThatKillsIsNotTriedAgain(t *testing.T) {
	c := start(t)
	c.Execute("poison")
	e := c.Execute("kill")
	traceback, _ := e.Reply.Content["traceback"].([]any)
	if last := traceback[len(traceback)-1].(string); !strings.Contains(last, "could not be brought back") {
		t.Errorf("traceback ends with %q", last)
	}
	if e := c.Execute("result alive"); e.Status() != "ok" {
		t.Errorf("the next cell: %v", e.Reply.Content)
	}
}

func TestDeathBetweenCellsIsTold(t *testing.T) {
	c := start(t)
	c.Execute("declare x")
	pid, err := strconv.Atoi(c.Execute("pid").Outputs[0].Plain())
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.Wait("notice", func(m kerneltest.Message) bool {
		return m.Type == "stream" && strings.Contains(m.Text("text"), "SIGKILL") && strings.Contains(m.Text("text"), "Brought back: x")
	})
	if diff := cmp.Diff([]string{"execute_result x"}, c.Execute("names").Shape()); diff != "" {
		t.Errorf("the next cell (-want +got):\n%s", diff)
	}
}

func TestAWorkerThatCannotStartIsAnError(t *testing.T) {
	c := kerneltest.Start(t, kernel.Options{Worker: kerneltest.Worker("CELLAR_FAKE_BOOT=no room in the cellar")})
	for range 2 {
		if e := c.Execute("result 1"); e.Reply.Text("ename") != "WorkerDied" {
			t.Errorf("reply = %v, want WorkerDied", e.Reply.Content)
		}
	}
	if got := c.Ask("complete_request", map[string]any{"code": "a", "cursor_pos": 1}); got.Text("status") != "ok" {
		t.Errorf("complete without a worker: %v", got.Content)
	}
}

func TestWhatLooksLikeACrashIsPrintedWhenItIsNone(t *testing.T) {
	c := start(t)
	e := c.Execute("eprint panic: not really\nresult 1")
	if diff := cmp.Diff([]string{"stream stderr panic: not really\n", "execute_result 1"}, e.Shape()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	id := c.Begin("eprint fatal error: only text\nloop")
	c.Wait("held text", func(m kerneltest.Message) bool { return m.Text("text") == "fatal error: only text\n" })
	c.Send(wire.Control, "interrupt_request", map[string]any{})
	c.End(id)
}

func TestASecondInterruptEndsAStubbornCell(t *testing.T) {
	c := start(t)
	c.Execute("declare x")
	id := c.Begin("print on\nstubborn")
	c.Wait("stream", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "stream" })
	c.Send(wire.Control, "interrupt_request", map[string]any{})
	time.Sleep(1100 * time.Millisecond)
	c.Send(wire.Control, "interrupt_request", map[string]any{})
	if e := c.End(id); e.Reply.Text("ename") != "WorkerDied" || !strings.Contains(e.Reply.Text("evalue"), "interrupted again") {
		t.Errorf("reply = %v", e.Reply.Content)
	}
}

func TestNoProcessIsLeftBehind(t *testing.T) {
	for _, end := range []string{"shutdown", "worker dies"} {
		t.Run(end, func(t *testing.T) {
			c := start(t)
			child, err := strconv.Atoi(c.Execute("spawn").Outputs[0].Plain())
			if err != nil {
				t.Fatal(err)
			}
			if end == "shutdown" {
				c.Send(wire.Control, "shutdown_request", map[string]any{"restart": false})
			} else {
				c.Execute("kill")
			}
			for range 200 {
				if stat, err := os.ReadFile("/proc/" + strconv.Itoa(child) + "/stat"); err != nil || strings.Contains(string(stat), ") Z ") {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Errorf("process %d of the cell still runs", child)
		})
	}
}
