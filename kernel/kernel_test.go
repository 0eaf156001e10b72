package kernel_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/google/go-cmp/cmp"
)

func start(t *testing.T) *kerneltest.Client {
	t.Helper()
	return kerneltest.Start(t, kernel.Options{Worker: kerneltest.Worker(), Version: "test"})
}

func TestKernelInfo(t *testing.T) {
	c := start(t)
	for _, ch := range []wire.Channel{wire.Shell, wire.Control} {
		r := c.Reply(ch, c.Send(ch, "kernel_info_request", map[string]any{}))
		info, _ := r.Content["language_info"].(map[string]any)
		got := []any{r.Text("status"), r.Text("protocol_version"), info["name"], info["mimetype"], info["file_extension"]}
		if diff := cmp.Diff([]any{"ok", "5.5", "go", "text/x-go", ".go"}, got); diff != "" {
			t.Errorf("kernel_info on %s (-want +got):\n%s", ch, diff)
		}
	}
}

func TestOutputsKeepTheirOrder(t *testing.T) {
	c := start(t)
	var code, want []string
	for i := range 20 {
		code = append(code, fmt.Sprintf("print a%d\ndisplay b%d", i, i))
		want = append(want, fmt.Sprintf("stream stdout a%d\n", i), fmt.Sprintf("display_data b%d", i))
	}
	code = append(code, "print end", "result r", "clear")
	want = append(want, "stream stdout end\n", "execute_result r", "clear_output")
	e := c.Execute(strings.Join(code, "\n"))
	if diff := cmp.Diff(want, e.Shape()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	var all []string
	for _, m := range c.Heard(e.ID) {
		if m.Channel == wire.IOPub {
			all = append(all, m.Type+m.Text("execution_state"))
		}
	}
	if all[0] != "statusbusy" || all[1] != "execute_input" || all[len(all)-1] != "statusidle" {
		t.Errorf("iopub = %v, want busy, execute_input, ..., idle", all)
	}
}

func TestManyLinesMakeFewMessages(t *testing.T) {
	c := start(t)
	for _, n := range []int{10_000, 1_000_000} {
		e := c.Execute(fmt.Sprintf("lines %d", n))
		var want strings.Builder
		for i := range n {
			fmt.Fprintln(&want, "line", i)
		}
		if got := e.Printed("stdout"); got != want.String() {
			t.Errorf("%d lines: %d bytes came, want %d", n, len(got), want.Len())
		}
		if len(e.Outputs) > max(200, want.Len()/(32<<10)) {
			t.Errorf("%d lines: %d messages", n, len(e.Outputs))
		}
	}
}

func TestRunesAreNotCut(t *testing.T) {
	c := start(t)
	// "é" and "😀" in two writes each, with a flush between
	e := c.Execute("bytes 41c3\nsleep 60\nbytes a9f09f\nsleep 60\nbytes 9880\nsleep 60\nbytes ff")
	if got, want := e.Printed("stdout"), "Aé😀\uFFFD"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	for _, m := range e.Outputs[:len(e.Outputs)-1] {
		if strings.Contains(m.Text("text"), "\uFFFD") {
			t.Errorf("a rune was cut: %q", m.Text("text"))
		}
	}
}

func TestOutputComesWhileTheCellRuns(t *testing.T) {
	c := start(t)
	id := c.Begin("print first\nloop")
	c.Wait("stream", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "stream" })
	c.Send(wire.Control, "interrupt_request", map[string]any{})
	if e := c.End(id); e.Status() != "error" || e.Reply.Text("ename") != "Interrupt" {
		t.Errorf("reply = %v, want an Interrupt", e.Reply.Content)
	}
}

func TestLateOutputGoesToTheLastCell(t *testing.T) {
	c := start(t)
	c.Execute("late 100 from the first")
	last := c.Execute("print second")
	m := c.Wait("late output", func(m kerneltest.Message) bool { return m.Text("text") == "from the first\n" })
	if m.Parent != last.ID {
		t.Errorf("late output belongs to %s, want %s", m.Parent, last.ID)
	}
}

func TestInterruptSignal(t *testing.T) {
	c := start(t)
	id := c.Begin("print on\nloop")
	c.Wait("stream", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "stream" })
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if e := c.End(id); e.Reply.Text("ename") != "Interrupt" {
		t.Errorf("reply = %v, want an Interrupt", e.Reply.Content)
	}
	if e := c.Execute("result ok"); e.Status() != "ok" {
		t.Errorf("the next cell: %v", e.Reply.Content)
	}
}

func TestAnErrorAbortsTheQueue(t *testing.T) {
	c := start(t)
	ids := []string{c.Begin("sleep 50\nerror boom"), c.Begin("result a"), c.Begin("result b")}
	want := []string{"error", "aborted", "aborted"}
	for i, id := range ids {
		e := c.End(id)
		if got := e.Status(); got != want[i] {
			t.Errorf("cell %d: status %q, want %q", i, got, want[i])
		}
		if n, numbered := e.Reply.Content["execution_count"]; i > 0 && numbered {
			t.Errorf("cell %d, which did not run, has the number %v", i, n)
		}
	}
	if e := c.Execute("result c"); e.Status() != "ok" {
		t.Errorf("a cell after the error was known: %v", e.Reply.Content)
	}
	keep := kerneltest.Code("sleep 50\nerror boom")
	keep["stop_on_error"] = false
	c.Send(wire.Shell, "execute_request", keep)
	if e := c.Execute("result d"); e.Status() != "ok" {
		t.Errorf("a cell queued behind stop_on_error=false: %v", e.Reply.Content)
	}
}

func TestExecuteFlags(t *testing.T) {
	c := start(t)
	silent := kerneltest.Code("print x\nresult y")
	silent["silent"] = true
	e := c.End(c.Send(wire.Shell, "execute_request", silent))
	if e.Status() != "ok" || len(e.Outputs) != 0 {
		t.Errorf("silent: status %q, outputs %v", e.Status(), e.Shape())
	}
	if got := c.Execute("result 1").Reply.Content["execution_count"]; got != 1.0 {
		t.Errorf("execution_count after a silent cell = %v, want 1", got)
	}
	unstored := kerneltest.Code("result 2")
	unstored["store_history"] = false
	unstored["user_expressions"] = map[string]any{"a": "x+1"}
	e = c.End(c.Send(wire.Shell, "execute_request", unstored))
	want := map[string]any{"a": map[string]any{"status": "ok", "data": map[string]any{"text/plain": "x+1"}, "metadata": map[string]any{}}}
	if diff := cmp.Diff(want, e.Reply.Content["user_expressions"]); diff != "" {
		t.Errorf("user_expressions (-want +got):\n%s", diff)
	}
	if got := c.Execute("result 3").Reply.Content["execution_count"]; got != 2.0 {
		t.Errorf("execution_count after an unstored cell = %v, want 2", got)
	}
}

func TestStdin(t *testing.T) {
	c := start(t)
	id := c.Begin("input name: ")
	ask := c.Wait("input_request", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "input_request" })
	if ask.Channel != wire.Stdin || ask.Text("prompt") != "name:" {
		t.Errorf("input_request = %v on %s", ask.Content, ask.Channel)
	}
	c.Send(wire.Stdin, "input_reply", map[string]any{"value": "Ada", "status": "ok"})
	if diff := cmp.Diff([]string{"execute_result Ada"}, c.End(id).Shape()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	refused := kerneltest.Code("input name: ")
	refused["allow_stdin"] = false
	if e := c.End(c.Send(wire.Shell, "execute_request", refused)); e.Reply.Text("ename") != "InputError" {
		t.Errorf("with allow_stdin=false: %v", e.Reply.Content)
	}
}

func TestAnswersWhileACellRuns(t *testing.T) {
	c := start(t)
	c.Execute("declare alpha\ndeclare beta")
	id := c.Begin("print on\nloop")
	c.Wait("stream", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "stream" })
	if got := c.Ask("complete_request", map[string]any{"code": "al", "cursor_pos": 2}).Content["matches"]; !cmp.Equal(got, []any{"alpha"}) {
		t.Errorf("complete: matches %v", got)
	}
	if got := c.Ask("inspect_request", map[string]any{"code": "x", "cursor_pos": 1, "detail_level": 0}); got.Content["found"] != true {
		t.Errorf("inspect: %v", got.Content)
	}
	if got := c.Ask("is_complete_request", map[string]any{"code": "if x {"}); got.Text("status") != "incomplete" || got.Text("indent") != "\t" {
		t.Errorf("is_complete: %v", got.Content)
	}
	if got := c.Ask("comm_info_request", map[string]any{}); got.Text("status") != "ok" {
		t.Errorf("comm_info: %v", got.Content)
	}
	if got := c.Ask("history_request", map[string]any{"hist_access_type": "tail", "n": 1}); got.Text("status") != "ok" {
		t.Errorf("history: %v", got.Content)
	}
	open := c.Send(wire.Shell, "comm_open", map[string]any{"comm_id": "c1", "target_name": "nobody", "data": map[string]any{}})
	if m := c.Wait("comm_close", func(m kerneltest.Message) bool { return m.Parent == open && m.Type == "comm_close" }); m.Text("comm_id") != "c1" {
		t.Errorf("comm_close: %v", m.Content)
	}
	c.Send(wire.Control, "interrupt_request", map[string]any{})
	c.End(id)
}

func TestUpdateReplacesUnlessTheCellRunsAgain(t *testing.T) {
	c := start(t)
	if diff := cmp.Diff([]string{"display_data 1", "update_display_data 2"}, c.Execute("update 1\nupdate 2").Shape()); diff != "" {
		t.Errorf("first cell (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"update_display_data 3"}, c.Execute("update 3").Shape()); diff != "" {
		t.Errorf("second cell (-want +got):\n%s", diff)
	}
}

func TestWrongSignatureIsDroppedAndNeverAnswered(t *testing.T) {
	c := start(t)
	bad := c.SendSigned(wire.NewSigner("another key"), wire.Shell, "execute_request", kerneltest.Code("result stolen"))
	c.Raw(wire.Shell, []byte("nonsense"))
	c.Raw(wire.Shell, []byte("<IDS|MSG>"), []byte("short"))
	if e := c.Execute("result fine"); e.Status() != "ok" {
		t.Errorf("a good cell after bad ones: %v", e.Reply.Content)
	}
	if got := c.Heard(bad); len(got) != 0 {
		t.Errorf("a message with a wrong signature was answered: %v", got)
	}
}

func TestMalformedContentIsAnsweredWithAnError(t *testing.T) {
	c := start(t)
	for _, msgType := range []string{"execute_request", "complete_request", "history_request", "is_complete_request"} {
		if r := c.Ask(msgType, []int{1}); r.Text("status") != "error" || r.Text("evalue") == "" {
			t.Errorf("%s with an array as content: %v", msgType, r.Content)
		}
	}
}

func TestShutdown(t *testing.T) {
	for _, restart := range []bool{true, false} {
		c := start(t)
		c.Execute("print on")
		begun := time.Now()
		id := c.Send(wire.Control, "shutdown_request", map[string]any{"restart": restart})
		if r := c.Reply(wire.Control, id); r.Content["restart"] != restart {
			t.Errorf("shutdown_reply = %v", r.Content)
		}
		c.Idle(id)
		t.Logf("shutdown answered in %v", time.Since(begun))
	}
}
