package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/kernel/link"
)

const (
	restoreTime = 5 * time.Second       // an error waits so long for what came back
	farewell    = 40 * time.Millisecond // a worker may end by itself
)

var (
	errInterrupted = errors.New("interrupted")
	errNoWorker    = errors.New("no worker runs")
)

// A supervisor keeps one worker alive, and the record from which a new one
// gets the session's declarations.
type supervisor struct {
	k      *kernel
	spawns chan spawn

	mu      sync.Mutex
	cur     *worker // nil: none
	cells   []link.Cell
	serial  int
	stopped bool
	wg      sync.WaitGroup
}

type spawn struct {
	cmd *exec.Cmd
	err chan error
}

func newSupervisor(k *kernel) *supervisor {
	s := &supervisor{k: k, spawns: make(chan spawn)}
	go s.spawner()
	return s
}

// warm starts the first worker before a cell asks for it.
func (s *supervisor) warm() {
	if _, err := s.worker(); err != nil && !errors.Is(err, errNoWorker) {
		s.k.log.Error("first worker", "err", err) // the first cell tries again, and tells
	}
}

// worker is the current worker; it starts one when there is none.
func (s *supervisor) worker() (*worker, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur != nil {
		return s.cur, nil
	}
	return s.start(false)
}

// start starts a worker; s.mu is held.
func (s *supervisor) start(bare bool) (*worker, error) {
	if s.stopped {
		return nil, errNoWorker
	}
	s.serial++
	mark := fmt.Sprintf("%d-%d-%d", os.Getpid(), s.k.o.Now().UnixNano(), s.serial)
	w, err := startWorker(s.k, mark, s.spawn)
	if err != nil {
		return nil, err
	}
	w.bare = bare
	s.cur = w
	cells := append([]link.Cell(nil), s.cells...)
	s.wg.Go(func() { s.prepare(w, cells) })
	s.wg.Go(func() { s.watch(w) })
	return w, nil
}

// prepare brings the declarations back and opens the worker to cells.
func (s *supervisor) prepare(w *worker, cells []link.Cell) {
	select {
	case <-w.ready:
	case <-w.dead:
		return
	}
	if len(cells) > 0 && !w.bare {
		if err := w.conn.Send(link.Restore{Cells: cells}); err != nil {
			s.k.log.Error("restore", "err", err)
		}
		select {
		case w.back = <-w.restored:
		case <-w.dead:
			return
		}
	}
	close(w.usable)
}

// watch waits for the end of w and has a new worker ready.
func (s *supervisor) watch(w *worker) {
	w.bury()
	died := s.k.exec.runsOn(w)
	s.mu.Lock()
	if s.cur == w {
		s.cur = nil
	}
	stopped := s.stopped
	if !stopped && isClosed(w.ready) {
		if died != nil {
			for _, c := range s.k.exec.forRecord(died) {
				c.Died, c.Failed = c.Failed, false
				s.cells = append(s.cells, c)
			}
		}
		restoring := !isClosed(w.usable)
		if restoring {
			s.cells = nil // what they declare ends a worker: begin anew
		}
		if _, err := s.start(restoring); err != nil {
			s.k.log.Error("next worker", "err", err)
		}
	}
	s.mu.Unlock()
	idle := died == nil
	close(w.dead)
	s.k.forget()
	if !stopped {
		s.k.log.Warn("worker ended", "pid", w.cmd.Process.Pid, "how", w.death.what)
		if idle && isClosed(w.usable) {
			s.k.streams.notice("The session's process ended between two cells: " + strings.Join(s.obituary(context.Background(), w).Traceback, "\n") + "\n")
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// usable is a worker that takes cells; it waits for one that is starting.
func (s *supervisor) usable(ctx context.Context, cancel <-chan struct{}) (*worker, error) {
	for attempt := 0; ; attempt++ {
		w, err := s.worker()
		if err != nil {
			return nil, err
		}
		select {
		case <-w.usable:
			if !isClosed(w.dead) {
				return w, nil
			}
		case <-w.dead:
			if attempt == 2 {
				return nil, &deathError{w.death}
			}
		case <-cancel:
			return nil, errInterrupted
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// usableNow is the current worker when it takes cells at this moment, or nil.
func (s *supervisor) usableNow() *worker {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cur == nil || !isClosed(s.cur.usable) || isClosed(s.cur.dead) {
		return nil
	}
	return s.cur
}

type deathError struct{ death }

func (d *deathError) Error() string { return d.what }

// startError is the error of a cell for which no worker could be had.
func startError(err error) *link.Error {
	if errors.Is(err, errInterrupted) {
		return interruptError()
	}
	var crash []string
	var d *deathError
	if errors.As(err, &d) {
		crash = d.crash
	}
	return workerDied("no process to run the cell in: "+err.Error(), crash)
}

func workerDied(what string, crash []string) *link.Error {
	const name = "WorkerDied"
	head := "\x1b[31m" + name + "\x1b[0m: " + what
	return &link.Error{Name: name, Value: what, Traceback: append([]string{head}, crash...)}
}

// obituary is the error of the cell that a worker took with it. It waits a
// while for the next worker, to say what came back.
func (s *supervisor) obituary(ctx context.Context, w *worker) *link.Error {
	e := workerDied(w.death.what, w.death.crash)
	ctx, cancel := context.WithTimeout(ctx, restoreTime)
	defer cancel()
	next, err := s.usable(ctx, nil)
	if err != nil {
		e.Traceback = append(e.Traceback, "A new process is not ready yet: "+err.Error())
		return e
	}
	s.mu.Lock()
	kept := 0
	for _, c := range s.cells {
		if !c.Died {
			kept++
		}
	}
	s.mu.Unlock()
	line := "A new process is ready."
	switch {
	case next.bare:
		line += " The session's declarations could not be brought back: restoring them ended a process too. Run their cells again."
	case len(next.back.Names) > 0:
		line += " Brought back: " + list(next.back.Names) + "."
	case kept > 0:
		line += " Declarations of " + strconv.Itoa(kept) + " cells were brought back."
	}
	if len(next.back.Lost) > 0 {
		line += " Lost: " + list(next.back.Lost) + " (run the cells that set them again)."
	}
	e.Traceback = append(e.Traceback, line)
	return e
}

// list names the first of many.
func list(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// remember keeps a cell that ran well, for Restore.
func (s *supervisor) remember(c link.Cell) {
	s.mu.Lock()
	s.cells = append(s.cells, c)
	s.mu.Unlock()
}

// send sends to the current worker.
func (s *supervisor) send(m any) error {
	s.mu.Lock()
	w := s.cur
	s.mu.Unlock()
	if w == nil {
		return errNoWorker
	}
	return w.conn.Send(m)
}

// close ends the worker and everything that its cells started.
func (s *supervisor) close() {
	s.mu.Lock()
	s.stopped = true
	w := s.cur
	s.mu.Unlock()
	if w != nil {
		_ = w.conn.Send(link.Shutdown{}) // it may be dead
		select {
		case <-w.dead:
		case <-time.After(farewell):
			w.signal(syscall.SIGKILL)
		}
	}
	s.wg.Wait()
	close(s.spawns)
}
