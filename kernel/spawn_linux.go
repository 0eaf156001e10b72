package kernel

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

const unreadBytes = unix.TIOCINQ // FIONREAD

// spawner starts the workers in one thread that lives as long as the kernel:
// the system ends a worker when the thread that started it ends.
func (s *supervisor) spawner() {
	runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
	for sp := range s.spawns {
		sp.err <- sp.cmd.Start()
	}
}

func (s *supervisor) spawn(cmd *exec.Cmd) error {
	sp := spawn{cmd, make(chan error, 1)}
	s.spawns <- sp
	return <-sp.err
}

// setProcess gives the worker a process group of its own, and a signal at the
// end of the kernel. The signal can be handled, so that a worker may take its
// children along.
func setProcess(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
}

func widen(f *os.File) {
	raw, err := f.SyscallConn()
	if err == nil {
		_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeRoom) }) // less room is slower, not wrong
	}
}

func signalName(sig syscall.Signal) string { return unix.SignalName(sig) }
