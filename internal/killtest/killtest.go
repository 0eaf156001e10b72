// Package killtest runs a test's own binary again as a child process that is
// killed. It knows no domain words: what the child does is its TestMain's business.
package killtest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Main is a TestMain's: where the variable name is set this is a child, which does
// work with its value and ends; elsewhere the tests run.
func Main(m *testing.M, name string, work func(value string) error) {
	value, child := os.LookupEnv(name)
	if !child {
		os.Exit(m.Run())
	}
	if err := work(value); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Start runs this binary again with more variables; out is its standard output.
func Start(t *testing.T, env ...string) (cmd *exec.Cmd, out io.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err = cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

// Kill starts a child, which writes a line when it begins, and sends it SIGKILL so
// long after that. It reports whether the child had ended by then; an end with an
// error fails the test.
func Kill(t *testing.T, after time.Duration, env ...string) (ended bool) {
	t.Helper()
	cmd, out := Start(t, env...)
	lines := bufio.NewScanner(out)
	lines.Scan()
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	for lines.Scan() {
	}
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() >= 0 {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return err == nil
}
