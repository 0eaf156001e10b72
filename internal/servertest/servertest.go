// Package servertest runs servers that are not ours for the time of a test.
package servertest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Missing skips a test that lacks what, or fails it where CELLAR_REQUIRE has name.
func Missing(t *testing.T, name, what string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), name) {
		t.Fatalf("no %s, which CELLAR_REQUIRE asks for", what)
	}
	t.Skipf("no %s", what)
}

// FreeAddress is an address on this machine at which nobody listens now.
func FreeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Start runs a server until the test ends, and returns once ready gives no error.
func Start(t *testing.T, cmd *exec.Cmd, ready func() error) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended
		_ = cmd.Wait()
	})
	for i := 0; ; i++ {
		if err = ready(); err == nil {
			return
		}
		if i == 200 {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("%s does not start: %v\n%s", cmd.Path, err, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
