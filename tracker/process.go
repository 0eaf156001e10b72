package tracker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Self identifies the running process. Where there is no /proc, only the PID
// is known.
func Self() Process {
	p := Process{PID: os.Getpid(), Boot: bootID()}
	p.Start, _ = startTicks(p.PID)
	return p
}

// Alive reports whether p still runs on this machine. It doubts in p's favour:
// what it cannot find out counts as alive, so that no open run is closed under
// a living process.
func Alive(p Process) bool {
	if p.PID <= 0 {
		return true
	}
	if boot := bootID(); p.Boot != "" && boot != "" && p.Boot != boot {
		return false
	}
	if err := syscall.Kill(p.PID, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	start, zombie := startTicks(p.PID)
	if zombie {
		return false
	}
	return start == 0 || p.Start == 0 || start == p.Start
}

// Reap marks open runs of this host Killed whose process alive says is gone,
// and returns them. A run of another host, or without a process, is left.
func Reap(ctx context.Context, s Store, alive func(Process) bool) ([]Run, error) {
	open, err := s.Runs(ctx, Query{Status: Running, View: AllRuns})
	if err != nil {
		return nil, err
	}
	var dead []Run
	for _, r := range open {
		p := r.Source.Process
		if r.Source.Host != hostname() || p.PID == 0 || alive(p) {
			continue
		}
		r.Status, r.Reason = Killed, fmt.Sprintf("process %d ended without closing the run", p.PID)
		from, err := s.Origins(ctx, r.ID)
		if last := from.Last(); err == nil && last.Count > 0 {
			r.Reason += fmt.Sprintf("; its last record is of cell [%d]", last.Count)
		}
		err = s.FinishRun(ctx, r.ID, r.Status, r.Reason)
		if errors.Is(err, ErrFinished) || errors.Is(err, ErrNotFound) {
			continue // another process was first
		}
		if err != nil {
			return dead, err
		}
		dead = append(dead, r)
	}
	return dead, nil
}

// startTicks is when the process began, in clock ticks since boot, 0 where
// that cannot be read; zombie is true for one that has ended but was not
// waited for.
func startTicks(pid int) (start int64, zombie bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The second field is the program's name in parentheses and may hold
	// anything; the state is the first field after it, the start the twentieth.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	if len(fields) < 20 {
		return 0, false
	}
	start, _ = strconv.ParseInt(fields[19], 10, 64)
	return start, fields[0] == "Z" || fields[0] == "X"
}

func bootID() string {
	b, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(b))
}

func hostname() string {
	name, _ := os.Hostname()
	return name
}
