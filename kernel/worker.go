package kernel

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/internal/orphan"
	"github.com/cellar-ml/cellar/kernel/link"
)

// A worker is one process that runs cells.
type worker struct {
	k    *kernel
	cmd  *exec.Cmd
	mark string // in its environment, and so in that of all it starts
	conn *link.Conn
	out  [2]*pipe // stdout, stderr

	bare     bool // start it without restoring declarations
	ready    chan struct{}
	restored chan link.Restored
	usable   chan struct{} // ready, and declarations restored
	back     link.Restored // valid once usable is closed
	linkEnd  chan struct{}
	dead     chan struct{}
	death    death // valid once dead is closed

	mu     sync.Mutex
	reason string // why we killed it
}

// death is how a worker ended.
type death struct {
	what  string   // one line
	crash []string // the head of its crash text
}

// startWorker starts the process; spawn does it in the thread whose end ends
// the worker too.
func startWorker(k *kernel, mark string, spawn func(*exec.Cmd) error) (*worker, error) {
	w := &worker{
		k: k, cmd: k.o.Worker(), mark: mark,
		ready: make(chan struct{}), restored: make(chan link.Restored, 1), usable: make(chan struct{}),
		linkEnd: make(chan struct{}), dead: make(chan struct{}),
	}
	files, err := w.open()
	if err != nil {
		return nil, err
	}
	w.cmd.Env = append(w.cmd.Environ(), orphan.Variable+"="+mark)
	setProcess(w.cmd)
	err = spawn(w.cmd)
	for _, f := range files {
		f.Close()
	}
	if err != nil {
		w.conn.Close()
		for _, p := range w.out {
			p.r.Close()
		}
		return nil, fmt.Errorf("start worker %s: %w", w.cmd.Path, err)
	}
	for _, p := range w.out {
		go p.read()
	}
	go w.listen()
	return w, nil
}

// open makes link and pipes, and returns the ends that go to the child.
func (w *worker) open() (child []*os.File, err error) {
	conn, far, err := link.Pair()
	if err != nil {
		return nil, err
	}
	w.conn, child = conn, append(child, far)
	for i, name := range []string{"stdout", "stderr"} {
		p, end, err := newPipe(name, w.k.streams)
		if err != nil {
			conn.Close()
			for _, f := range child {
				f.Close()
			}
			return nil, fmt.Errorf("start worker: %s: %w", name, err)
		}
		w.out[i], child = p, append(child, end)
	}
	w.out[1].held = &crash{release: func() { w.release() }}
	w.cmd.ExtraFiles = child[:1]
	w.cmd.Stdout, w.cmd.Stderr = child[1], child[2]
	return child, nil
}

// listen handles what the worker says, in order, until the link ends.
func (w *worker) listen() {
	defer close(w.linkEnd)
	for {
		m, err := w.conn.Receive()
		var bad *link.BadMessage
		switch {
		case errors.As(err, &bad):
			w.k.log.Error("worker", "err", err)
			continue
		case err != nil:
			if !errors.Is(err, io.EOF) {
				w.k.log.Warn("worker", "err", err)
			}
			return
		}
		w.handle(m)
	}
}

func (w *worker) handle(m any) {
	k := w.k
	switch m := m.(type) {
	case link.Output:
		w.drain()
		k.output(m)
		if m.Seq != 0 {
			w.acknowledge(m)
		}
	case link.Executed:
		w.drain()
		k.exec.executed(m)
	case link.Rerun:
		k.exec.reruns(m)
	case link.InputRequest:
		w.drain()
		k.askInput(m)
	case link.HistoryQuery:
		if err := w.conn.Send(k.past(m)); err != nil {
			k.log.Warn("answer a question about history", "err", err)
		}
	case link.Completed:
		k.answer(m.ID, completeReply(m))
	case link.Inspected:
		k.answer(m.ID, inspectReply(m))
	case link.CompleteStatus:
		k.answer(m.ID, isCompleteReply(m))
	case link.Ready:
		select {
		case <-w.ready:
		default:
			close(w.ready)
		}
	case link.Restored:
		select {
		case w.restored <- m:
		default:
		}
	default:
		k.log.Error("message that a worker does not send", "type", fmt.Sprintf("%T", m))
	}
}

func (w *worker) acknowledge(o link.Output) {
	if err := w.conn.Send(link.Ack{Seq: o.Seq}); err != nil {
		w.k.log.Warn("acknowledge output", "err", err)
	}
}

// drain publishes everything that was written to the pipes before now.
func (w *worker) drain() {
	s := w.k.streams
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range w.out {
		p.drain()
	}
	s.add("stderr", w.out[1].held.drop()) // it lives: that was no crash
	s.flush(true)
}

// release is the end of patience with a crash text that was none.
func (w *worker) release() {
	s := w.k.streams
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-w.dead:
	default:
		s.add("stderr", w.out[1].held.drop())
	}
}

// kill ends the process; why is told in the cell that it ran.
func (w *worker) kill(why string) {
	w.mu.Lock()
	if w.reason == "" {
		w.reason = why
	}
	w.mu.Unlock()
	w.signal(syscall.SIGKILL)
}

// interrupt asks the worker to stop its cell.
func (w *worker) interrupt() {
	if err := w.conn.Send(link.Interrupt{}); err != nil {
		w.k.log.Warn("interrupt", "err", err)
	}
}

// signal reaches the whole process group.
func (w *worker) signal(sig syscall.Signal) {
	_ = syscall.Kill(-w.cmd.Process.Pid, sig) // it may have ended already
}

// bury waits for the process to end, ends what it left behind, and takes in
// its last words.
func (w *worker) bury() {
	err := w.cmd.Wait()
	w.signal(syscall.SIGKILL) // what is left of its group
	orphan.End(w.mark)
	for _, c := range []<-chan struct{}{w.linkEnd, w.out[0].done, w.out[1].done} {
		select {
		case <-c:
		case <-time.After(200 * time.Millisecond): // somebody unknown holds it open
		}
	}
	w.conn.Close()
	s := w.k.streams
	s.mu.Lock()
	text := w.out[1].held.drop()
	s.flush(true)
	s.mu.Unlock()
	for _, p := range w.out {
		p.r.Close()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.death = deathOf(w.cmd.ProcessState, err, w.reason, string(text))
}

func deathOf(state *os.ProcessState, err error, reason, text string) death {
	what, shown := trimCrash(text)
	if text == "" {
		shown = nil
	}
	how := fmt.Sprint(err)
	if state != nil {
		if ws, ok := state.Sys().(syscall.WaitStatus); ok {
			switch {
			case ws.Signaled() && ws.Signal() == syscall.SIGKILL && reason == "":
				how = "killed by SIGKILL: by hand, or by the system for want of memory"
			case ws.Signaled():
				how = "ended by signal " + signalName(ws.Signal())
			default:
				how = fmt.Sprintf("ended with exit status %d", ws.ExitStatus())
			}
		}
	}
	switch {
	case reason != "":
		return death{"the process of the cell was ended: " + reason, shown}
	case what != "":
		return death{what + " (the process of the cell " + how + ")", shown}
	}
	return death{"the process of the cell was " + how, shown}
}
