package kernel_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/google/go-cmp/cmp"
)

// rows asks for history and returns each entry as "session:line input[=output]".
func rows(t *testing.T, c *kerneltest.Client, request map[string]any) []string {
	t.Helper()
	r := c.Ask("history_request", request)
	list, ok := r.Content["history"].([]any)
	if !ok {
		t.Fatalf("history_reply = %v", r.Content)
	}
	out := []string{}
	for _, row := range list {
		f := row.([]any)
		s := fmt.Sprintf("%v:%v ", f[0], f[1])
		if pair, ok := f[2].([]any); ok {
			s += fmt.Sprintf("%v=%v", pair[0], pair[1])
		} else {
			s += fmt.Sprint(f[2])
		}
		out = append(out, s)
	}
	return out
}

func TestHistory(t *testing.T) {
	dir := t.TempDir()
	run := func(codes ...string) *kerneltest.Client {
		c := kerneltest.Start(t, kernel.Options{Worker: kerneltest.Worker(), HistoryDir: dir})
		for _, code := range codes {
			c.Execute(code)
		}
		return c
	}
	first := run("result a", "print x", "result b")
	first.Send(wire.Control, "shutdown_request", map[string]any{"restart": true})
	c := run("result a", "result c")
	for _, tc := range []struct {
		name    string
		request map[string]any
		want    []string
	}{
		{"tail over sessions", map[string]any{"hist_access_type": "tail", "n": 3}, []string{"1:3 result b", "2:1 result a", "2:2 result c"}},
		{"tail with output", map[string]any{"hist_access_type": "tail", "n": 1, "output": true}, []string{"2:2 result c=c"}},
		{"output of a cell without one", map[string]any{"hist_access_type": "range", "session": 1, "start": 2, "stop": 3, "output": true}, []string{"1:2 print x=<nil>"}},
		{"range of an earlier session", map[string]any{"hist_access_type": "range", "session": 1, "start": 1, "stop": 3}, []string{"1:1 result a", "1:2 print x"}},
		{"range, relative", map[string]any{"hist_access_type": "range", "session": -1, "start": 3}, []string{"1:3 result b"}},
		{"range of this session", map[string]any{"hist_access_type": "range", "session": 0, "start": 2}, []string{"2:2 result c"}},
		{"range of no session", map[string]any{"hist_access_type": "range", "session": 9, "start": 1}, []string{}},
		{"search", map[string]any{"hist_access_type": "search", "pattern": "result ?"}, []string{"1:1 result a", "1:3 result b", "2:1 result a", "2:2 result c"}},
		{"search, unique", map[string]any{"hist_access_type": "search", "pattern": "* a", "unique": true}, []string{"2:1 result a"}},
		{"search, the last n", map[string]any{"hist_access_type": "search", "pattern": "*", "n": 2}, []string{"2:1 result a", "2:2 result c"}},
		{"search is a glob only", map[string]any{"hist_access_type": "search", "pattern": "result [ab]"}, []string{}},
	} {
		if diff := cmp.Diff(tc.want, rows(t, c, tc.request)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestHistorySurvivesATornFile(t *testing.T) {
	dir := t.TempDir()
	torn := `{"n":1,"in":"whole"}` + "\n" + `{"n":2,"in":"to`
	if err := os.WriteFile(filepath.Join(dir, "000007.jsonl"), []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	c := kerneltest.Start(t, kernel.Options{Worker: kerneltest.Worker(), HistoryDir: dir})
	c.Execute("result new")
	want := []string{"7:1 whole", "8:1 result new"}
	if diff := cmp.Diff(want, rows(t, c, map[string]any{"hist_access_type": "tail", "n": 10})); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func TestHistoryWithoutAFolderIsKeptInMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := kerneltest.Start(t, kernel.Options{Worker: kerneltest.Worker(), HistoryDir: filepath.Join(file, "history")})
	c.Execute("result a")
	if diff := cmp.Diff([]string{"1:1 result a"}, rows(t, c, map[string]any{"hist_access_type": "tail", "n": 10})); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}
