package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// What a program did. Every cause of a failure is in causes, in the order in
// which they are printed.
const (
	passed        = "passed"
	notApplicable = "not applicable"

	refused    = "refused"         // by the front end, with the construct and its line
	unfit      = "not interpreted" // the interpreter's compiler refused it
	checkError = "check error"     // it was taken for wrong Go
	panicked   = "panic"
	failed     = "exit status" // its own checks failed
	different  = "wrong output"
	late       = "time limit"
	died       = "process died"
)

var causes = []string{refused, unfit, checkError, panicked, failed, different, late, died}

// A verdict is how one program ended.
type verdict struct {
	name string
	what string // passed, notApplicable or a cause
	line string // the first line that tells why
	took time.Duration
}

func (v verdict) String() string {
	if v.what == passed {
		return fmt.Sprintf("%s\t%s\t%.1f s", v.name, v.what, v.took.Seconds())
	}
	return fmt.Sprintf("%s\t%s\t%s", v.name, v.what, v.line)
}

// runAll runs programs, o.parallel at once, and returns their verdicts in the
// same order. It calls each, one call at a time, as they end.
func runAll(ctx context.Context, o options, programs []program, each func(verdict)) []verdict {
	verdicts := make([]verdict, len(programs))
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range max(1, o.parallel) {
		wg.Go(func() {
			for i := range next {
				v := run(ctx, o, programs[i])
				mu.Lock()
				verdicts[i] = v
				each(v)
				mu.Unlock()
			}
		})
	}
	for i := range programs {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return verdicts
}

// run runs one program in a process of its own, in the folder of Go's tests, as
// testdir does.
func run(ctx context.Context, o options, p program) verdict {
	v := verdict{name: p.name, what: notApplicable, line: p.reason}
	if p.reason != "" {
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	out := &bounded{limit: 1 << 20}
	cmd := exec.CommandContext(ctx, o.bin, append([]string{"run", p.name}, p.args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.root, out, out
	cmd.Env = append(os.Environ(), "PWD="+p.root)
	cmd.WaitDelay = time.Second
	start := time.Now()
	err := cmd.Run()
	v.took = time.Since(start)
	if ctx.Err() != nil {
		v.what, v.line = late, fmt.Sprintf("ran longer than %s; %s", o.limit, firstLine(out.String()))
		return v
	}
	v.what, v.line = judge(err, out.String(), p.want)
	return v
}

var (
	atLine     = regexp.MustCompile(`^\S+\.go:\d+:\d+: `)
	fatalError = regexp.MustCompile(`(?m)^(fatal error: .*|SIG[A-Z]+: .*|unexpected fault address.*)$`)
	panicLine  = regexp.MustCompile(`(?m)^panic: .*(\n.*){0,6}`)
)

// judge tells what a process that ended with err and wrote out did.
func judge(err error, out, want string) (what, line string) {
	var exit *exec.ExitError
	if err == nil {
		return compare(out, want)
	}
	if !errors.As(err, &exit) {
		return died, err.Error()
	}
	if m := fatalError.FindString(out); m != "" {
		return died, m
	}
	if exit.ExitCode() < 0 {
		return died, exit.Error() + "; " + firstLine(out)
	}
	if m := panicLine.FindString(out); m != "" && exit.ExitCode() == 2 {
		return panicked, panicPlace(m)
	}
	line = firstLine(out)
	switch {
	case exit.ExitCode() != 1 || !atLine.MatchString(line) && !strings.Contains(line, ".go: cannot run"):
		return failed, fmt.Sprintf("%d: %s", exit.ExitCode(), line)
	case strings.Contains(line, "cannot run this construct: "):
		return unfit, line
	case strings.Contains(line, "cannot run "):
		return refused, line
	}
	return checkError, line
}

// panicPlace is a panic in one line: its value and the innermost line.
func panicPlace(text string) string {
	value := firstLine(text)
	for line := range strings.Lines(text) {
		if place, ok := strings.CutPrefix(line, "\t/"); ok {
			place = strings.TrimSpace(place)
			return value + " (" + place[strings.LastIndexByte(place, '/')+1:] + ")"
		}
	}
	return value
}

func compare(out, want string) (what, line string) {
	out = strings.ReplaceAll(out, "\r\n", "\n")
	if out == want {
		return passed, ""
	}
	g, w := strings.Split(out, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := at(g, i), at(w, i)
		if a != b {
			return different, fmt.Sprintf("line %d: got %.120q, want %.120q", i+1, a, b)
		}
	}
	return different, "the ends differ"
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(s, "\n"), "\n")
	const wide = 240
	if len(line) > wide {
		line = line[:wide] + "…"
	}
	return line
}

// bounded keeps the first bytes that are written to it.
type bounded struct {
	bytes.Buffer
	limit int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.Buffer.Write(p[:min(len(p), max(0, b.limit-b.Len()))])
	return len(p), nil
}
