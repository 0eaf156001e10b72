package kernel

import (
	"context"
	"os"
	"strconv"
	"syscall"
	"time"
)

const parentPoll = 250 * time.Millisecond

// watchParent returns a channel that closes when the process that started the
// kernel has ended: its parent, and the one that Jupyter names.
func watchParent(ctx context.Context) <-chan struct{} {
	gone := make(chan struct{})
	parent := os.Getppid()
	named, err := strconv.Atoi(os.Getenv("JPY_PARENT_PID"))
	if err != nil || named <= 1 || !alive(named) {
		named = 0 // none, or one of another process namespace
	}
	go func() {
		t := time.NewTicker(parentPoll)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				if os.Getppid() != parent || named != 0 && !alive(named) {
					close(gone)
					return
				}
			}
		}
	}()
	return gone
}

func alive(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }
