package tracker_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/storetest"
)

func TestRunJSON(t *testing.T) {
	run := tracker.Run{
		ID: "a", Experiment: "default", Name: "n", Status: tracker.Running, Started: storetest.Epoch,
		Params:  map[string]any{"rate": 0.1, "epochs": int64(3), "bad": math.NaN()},
		Metrics: map[string]float64{"loss": math.NaN(), "best": math.Inf(-1), "acc": 0.5},
	}
	data, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"loss":"NaN"`, `"best":"-Infinity"`, `"acc":0.5`, `"bad":"NaN"`, `"epochs":3`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("Marshal(run) = %s, want %s in it", data, want)
		}
	}
	var got tracker.Run
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	run.Params["bad"] = "NaN" // JSON has no NaN: a reader gets the word
	if diff := cmp.Diff(run, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("Unmarshal(Marshal(run)) mismatch (-want +got):\n%s", diff)
	}
	data, err = json.Marshal(tracker.Run{})
	if err != nil || !strings.Contains(string(data), `"params":{},"metrics":{}`) {
		t.Errorf("Marshal(zero run) = %s, %v; want empty objects", data, err)
	}
	point := tracker.Point{Metric: "loss", Step: 2, Time: storetest.Epoch, Value: math.Inf(1)}
	data, err = json.Marshal(point)
	if err != nil {
		t.Fatal(err)
	}
	var back tracker.Point
	if err := json.Unmarshal(data, &back); err != nil || back != point {
		t.Errorf("point %+v became %s and then %+v, %v", point, data, back, err)
	}
}

func FuzzDecodeParam(f *testing.F) {
	for _, s := range []string{`1`, `1.0`, `{"$float":"NaN"}`, `[1,{"a":null}]`, `"x"`, `1e999`, `99999999999999999999`, `{`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := tracker.DecodeParam(data)
		if err != nil {
			return
		}
		again, err := tracker.EncodeParam(v)
		if err != nil {
			t.Skip() // NaN inside a list
		}
		w, err := tracker.DecodeParam(again)
		if diff := cmp.Diff(v, w, cmpopts.EquateNaNs()); err != nil || diff != "" {
			t.Errorf("%q became %v, then %q, then %v, %v", data, v, again, w, err)
		}
	})
}

func TestNewName(t *testing.T) {
	for _, tt := range []struct {
		bytes []byte
		n     int64
		want  string
	}{{[]byte{0, 0}, 1, "amber-acorn-1"}, {[]byte{63, 63}, 20, "zonal-wren-20"}, {[]byte{64, 255}, 3, "amber-wren-3"}} {
		if got, err := tracker.NewName(bytes.NewReader(tt.bytes), tt.n); got != tt.want || err != nil {
			t.Errorf("NewName(%v, %d) = %s, %v; want %s", tt.bytes, tt.n, got, err, tt.want)
		}
	}
	if _, err := tracker.NewName(bytes.NewReader(nil), 1); err == nil {
		t.Errorf("NewName without randomness = nil error")
	}
}

func TestCaptureSeesGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if got := tracker.Capture(dir).Git; got != (tracker.Git{}) {
		t.Errorf("Capture outside of git = %+v, want zero", got)
	}
	git("init", "-q", "-b", "trunk")
	if err := os.WriteFile(dir+"/a", []byte("1"), 0o666); err != nil {
		t.Fatal(err)
	}
	git("add", "a")
	git("commit", "-q", "-m", "one")
	want := tracker.Git{Commit: git("rev-parse", "HEAD"), Branch: "trunk"}
	if got := tracker.Capture(dir).Git; got != want {
		t.Errorf("Capture of a clean tree = %+v, want %+v", got, want)
	}
	if err := os.WriteFile(dir+"/a", []byte("2"), 0o666); err != nil {
		t.Fatal(err)
	}
	want.Dirty = true
	if got := tracker.Capture(dir).Git; got != want {
		t.Errorf("Capture of a changed tree = %+v, want %+v", got, want)
	}
}

func TestCaptureKeepsSecretsOut(t *testing.T) {
	t.Setenv("TZ", "Europe/Lisbon")
	t.Setenv("HOME_TOKEN", "abc")
	t.Setenv("CELLAR_STORE", "postgres://u:p@h/db")
	t.Setenv("GOFLAGS", "-ldflags=-X=main.apiToken=abc")
	t.Setenv("XLA_FLAGS", "https://user:pass@host/x")
	src := tracker.Capture(t.TempDir())
	if src.Env["TZ"] != "Europe/Lisbon" {
		t.Errorf("Env = %v, want TZ in it", src.Env)
	}
	for _, name := range []string{"HOME_TOKEN", "CELLAR_STORE", "GOFLAGS", "XLA_FLAGS"} {
		if v, ok := src.Env[name]; ok {
			t.Errorf("Env has %s=%s", name, v)
		}
	}
	if src.Go == "" || src.Host == "" || src.Process.PID != os.Getpid() || len(src.Modules) == 0 {
		t.Errorf("Capture = %+v, want Go, host, process and modules", src)
	}
	if got := tracker.Capture(".", "no/such/prefix").Modules; len(got) != 0 {
		t.Errorf("Capture with a prefix that no module has = %v", got)
	}
}

func TestAlive(t *testing.T) {
	self := tracker.Self()
	reused, elsewhere := self, self
	reused.Start++
	elsewhere.Boot = "another"
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		p    tracker.Process
		want bool
	}{
		{"this process", self, true}, {"unknown", tracker.Process{}, true},
		{"ended", tracker.Process{PID: cmd.Process.Pid}, false},
		{"another with this PID", reused, false}, {"before a reboot", elsewhere, false},
	} {
		if got := tracker.Alive(tt.p); got != tt.want {
			t.Errorf("Alive(%s, %+v) = %t, want %t", tt.name, tt.p, got, tt.want)
		}
	}
}

func TestReap(t *testing.T) {
	s := mem.New(mem.Options{Now: storetest.Clock(), Rand: &storetest.Rand{}})
	make := func(name, host string, pid int) {
		t.Helper()
		src := tracker.Source{Host: host, Process: tracker.Process{PID: pid}}
		if _, err := s.CreateRun(t.Context(), tracker.Run{Name: name, Source: src}); err != nil {
			t.Fatal(err)
		}
	}
	here, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	make("dead", here, 7)
	make("living", here, 8)
	make("elsewhere", here+"2", 7)
	make("unknown", here, 0)
	dead, err := tracker.Reap(t.Context(), s, func(p tracker.Process) bool { return p.PID != 7 })
	if err != nil || len(dead) != 1 {
		t.Fatalf("Reap = %v, %v; want one run", dead, err)
	}
	for name, want := range map[string]tracker.Status{"dead": tracker.Killed, "living": tracker.Running, "elsewhere": tracker.Running, "unknown": tracker.Running} {
		r, err := s.Run(t.Context(), name)
		if err != nil || r.Status != want {
			t.Errorf("run %s is %s, %v; want %s", name, r.Status, err, want)
		}
	}
}

func TestErrorsHint(t *testing.T) {
	for _, err := range []error{tracker.ErrNotFound, tracker.ErrFinished, tracker.ErrAmbiguous, tracker.ErrInUse, tracker.ErrConflict} {
		e := fmt.Errorf("train: %w", &tracker.RunError{Op: "log", Run: "r1", Err: fmt.Errorf("x: %w", err)})
		if hint.Of(e) == "" || !errors.Is(e, err) || !strings.Contains(e.Error(), "log run r1: ") {
			t.Errorf("%v has the hint %q; want one", e, hint.Of(e))
		}
	}
}

func TestRunDisplay(t *testing.T) {
	r := tracker.Run{ID: "0123456789abcdef", Name: "calm-oak-1", Status: tracker.Finished, Started: storetest.Epoch, Ended: storetest.Epoch.Add(time.Second),
		Params: map[string]any{"note": "<script>"}, Metrics: map[string]float64{"loss": 0.25}}
	b := r.Display()
	text, html := b.Data[display.MIMEText].(string), b.Data[display.MIMEHTML].(string)
	for _, want := range []string{"calm-oak-1", "param note", "<script>", "metric loss", "0.25"} {
		if !strings.Contains(text, want) {
			t.Errorf("text of the run lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(html, "<script>") {
		t.Errorf("HTML of the run has markup of a value in it:\n%s", html)
	}
	names, values := r.Row()
	if len(names) != len(values) || values[1] != "01234567" {
		t.Errorf("Row() = %v, %v", names, values)
	}
}
