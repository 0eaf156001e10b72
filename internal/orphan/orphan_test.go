package orphan_test

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"

	"github.com/cellar-ml/cellar/internal/orphan"
)

func TestEndReachesWhoLeftTheGroup(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	sleep := func(mark string) *exec.Cmd {
		cmd := exec.Command("sleep", "1000")
		cmd.Env = append(os.Environ(), orphan.Variable+"="+mark)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		return cmd
	}
	ours, other := sleep("orphan-test-1"), sleep("orphan-test-10")
	orphan.End("")
	orphan.End("orphan-test-1")
	if err := ours.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("the marked process: %v, want it killed", err)
	}
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the process with another mark: %v, want it alive", err)
	}
}
