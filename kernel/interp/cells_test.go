package interp_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// The sections that may follow a cell in an archive of testdata/cells. What is
// not there must not be there: a cell without "-- stdout --" prints nothing.
// "-- gap --" says why a cell does not yet do what Go would: it has to fail,
// so that who closes the gap takes the section away.
var sections = []string{"value", "stdout", "stderr", "error", "warning", "goroutine", "gap"}

// A step is one cell of an archive with all that is known of its run.
type step struct {
	code string
	want map[string]string
}

// TestCells runs every archive of testdata/cells, each in a session of its own.
// The expected results of cells that are ordinary programs are those of the Go
// compiler.
func TestCells(t *testing.T) {
	paths, err := filepath.Glob("testdata/cells/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cells in testdata/cells: %v", err)
	}
	total, passed := 0, 0
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			steps := readSteps(t, path)
			b := newBench(t)
			for i, st := range steps {
				total++
				got := b.run(i+1, st.code)
				gap, known := st.want["gap"]
				delete(st.want, "gap")
				diff := cmp.Diff(st.want, got)
				switch {
				case known && diff == "":
					t.Errorf("cell [%d]: the gap %q is closed: take its section away", i+1, gap)
				case known:
					t.Logf("cell [%d]: known gap: %s", i+1, gap)
					continue
				case diff != "":
					t.Errorf("cell [%d]:\n%s\nmismatch (-want +got):\n%s", i+1, st.code, diff)
					continue
				}
				passed++
			}
		})
	}
	t.Logf("%d of %d cells", passed, total)
}

func readSteps(t *testing.T, path string) []step {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var steps []step
	for _, f := range a.Files {
		if f.Name == "cell" {
			steps = append(steps, step{strings.TrimSuffix(string(f.Data), "\n"), map[string]string{}})
			continue
		}
		if len(steps) == 0 || !strings.Contains(" "+strings.Join(sections, " ")+" ", " "+f.Name+" ") {
			t.Fatalf("%s: section %q: want cell, then any of %v", path, f.Name, sections)
		}
		steps[len(steps)-1].want[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
	}
	return steps
}

// A bench is a session whose output and whose goroutines' panics are caught.
type bench struct {
	t       *testing.T
	session *interp.Session

	mu   sync.Mutex
	gone []string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t}
	s, err := interp.New(interp.Options{Packages: symbols.New(), OnGoroutinePanic: func(p *interp.Panic) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.gone = append(b.gone, describePanic(p))
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.session = s
	return b
}

// run runs a cell and describes what came of it in the words of the archives.
func (b *bench) run(n int, code string) map[string]string {
	got := map[string]string{}
	note := func(section, text string) {
		if text = strings.TrimSuffix(text, "\n"); text != "" {
			got[section] = text
		}
	}
	timer := time.AfterFunc(time.Minute, b.session.Interrupt) // a cell that hangs fails alone
	defer timer.Stop()
	var r interp.Result
	var err error
	out, errs := captured(b.t, func() { r, err = b.session.Run(lang.Cell{N: n, Code: code}, nil) })
	note("stdout", out)
	note("stderr", errs)
	note("value", shown(r))
	note("error", describeError(err))
	note("warning", describeDiagnostics(r.Warnings))
	b.mu.Lock()
	defer b.mu.Unlock()
	note("goroutine", strings.Join(b.gone, "\n"))
	b.gone = nil
	return got
}

// captured runs f with the process's output in files.
func captured(t *testing.T, f func()) (out, errs string) {
	t.Helper()
	files := make([]*os.File, 2)
	for i := range files {
		f, err := os.Create(filepath.Join(t.TempDir(), "out"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = files[0], files[1]
	log.SetOutput(files[1])
	defer func() {
		os.Stdout, os.Stderr = stdout, stderr
		log.SetOutput(stderr)
	}()
	f()
	texts := make([]string, 2)
	for i, f := range files {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(bytes.ToValidUTF8(text, []byte("?")))
	}
	return texts[0], texts[1]
}

// shown is the text of what a cell shows.
func shown(r interp.Result) string {
	switch {
	case !r.Shown:
		return ""
	case r.Bundle != nil:
		return fmt.Sprint(r.Bundle.Data["text/plain"])
	case r.Text != "":
		return r.Text
	}
	return fmt.Sprint(r.Value)
}

func describeError(err error) string {
	var (
		diags lang.Diagnostics
		panik *interp.Panic
		exit  *interp.Exit
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &diags):
		return describeDiagnostics(diags)
	case errors.As(err, &panik):
		return describePanic(panik)
	case errors.As(err, &exit):
		return fmt.Sprintf("exit %d: %s", exit.Code, exit)
	}
	return err.Error()
}

func describeDiagnostics(diags lang.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%d:%d: %s\n", d.Line, d.Col, d.Message)
		if d.Suggestion != "" {
			fmt.Fprintf(&b, "  %s\n", d.Suggestion)
		}
	}
	return b.String()
}

func describePanic(p *interp.Panic) string {
	var b strings.Builder
	b.WriteString("panic: " + p.Text)
	if p.Type != "" && p.Type != "string" {
		b.WriteString(" (" + p.Type + ")")
	}
	for _, f := range p.Frames {
		b.WriteString(strings.TrimRight(fmt.Sprintf("\n  cell [%d] line %d %s", f.Cell.N, f.Line, f.Func), " "))
		if f.Repeated > 0 {
			fmt.Fprintf(&b, " +%d", f.Repeated)
		}
	}
	return b.String()
}
