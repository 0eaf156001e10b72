//go:build !linux

package kernel

import (
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

const unreadBytes = 0x4004667f // FIONREAD of the BSDs

func (s *supervisor) spawner() {
	for sp := range s.spawns {
		sp.err <- sp.cmd.Start()
	}
}

func (s *supervisor) spawn(cmd *exec.Cmd) error {
	sp := spawn{cmd, make(chan error, 1)}
	s.spawns <- sp
	return <-sp.err
}

// setProcess gives the worker a process group of its own. It notices the end
// of the kernel by the end of the link.
func setProcess(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}

func widen(*os.File)                       {}
func signalName(sig syscall.Signal) string { return unix.SignalName(sig) }
