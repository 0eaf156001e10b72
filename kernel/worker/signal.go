package worker

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/cellar-ml/cellar/internal/orphan"
)

// handleSignals keeps an interrupt, which reaches the whole process group of a
// terminal, from ending the session, and makes the end of the worker the end of
// what its cells started. The interrupt is caught and not ignored because the
// programs that a cell starts would inherit that.
func handleSignals() (stop func()) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-interrupts:
			case <-ends:
				endGroup()
				signal.Reset(syscall.SIGTERM) // not the leader: end alone
				_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(interrupts)
		signal.Stop(ends)
		close(done)
	}
}

// endGroup kills what the cells started, and the process group, the worker
// included, when the worker leads it, as it does under a kernel.
func endGroup() {
	orphan.End(os.Getenv(orphan.Variable))
	if syscall.Getpgrp() == os.Getpid() {
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}
