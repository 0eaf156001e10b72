package kernel

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strconv"
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

// killMarked ends the process group of a dead worker, and every process whose
// environment carries its mark: also one that left the group.
func killMarked(group int, mark string) {
	_ = syscall.Kill(-group, syscall.SIGKILL) // most often nobody is left
	for range 3 {
		pids := marked(mark)
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func marked(mark string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	want := append([]byte(mark), 0)
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		env, err := os.ReadFile("/proc/" + e.Name() + "/environ")
		if err != nil || !bytes.Contains(env, want) || isZombie(e.Name()) {
			continue
		}
		pids = append(pids, pid)
	}
	return pids
}

func isZombie(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return true
	}
	_, rest, _ := bytes.Cut(stat, []byte(") "))
	return len(rest) > 0 && rest[0] == 'Z'
}

func signalName(sig syscall.Signal) string { return unix.SignalName(sig) }
