// Package worker is the process in which cells and magics run. It takes the
// kernel's messages from a link, runs one cell at a time, and answers questions
// about code while a cell runs. It knows neither Jupyter's frames nor what any
// magic does.
package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// Options are what a worker needs from the one who starts it.
type Options struct {
	Link     *link.Conn
	Packages lang.Packages
	Magics   Magics // nil: magics are refused
	Version  string // told to the kernel
	// ImportHint says how to get a module that is not there; "": it cannot be.
	ImportHint string
}

// A worker is one session.
type worker struct {
	opt     Options
	session *interp.Session
	sink    *sink
	out     *sender
	late    *late         // what is printed for other cells than the one that runs
	once    *display.Once // sends what pages need before what needs it
	stdin   *stdin
	cells   chan link.Execute
	magics  sync.WaitGroup // those that run; an interrupted one ends in its own time
	result  *link.Output   // of the running cell, to be sent with its end; runCells' own

	mu      sync.Mutex
	stop    context.CancelCauseFunc // of the running cell; nil: none runs
	runs    string                  // the ID of its Execute; "": none runs
	waiting chan link.Input         // the InputRequest that is open
	asked   map[string]chan link.Past
	ran     map[string]lang.Cell // by the ID of the Execute
	serial  int                  // makes their names unique
}

// maxStack is where Go ends the process. The session ends a recursion well
// before; compiled code that calls itself is beyond it.
const maxStack = 1 << 30

// errInterrupted is the cause of a cell's context when a person stopped it.
var errInterrupted = errors.New("interrupted")

// Prepare sets what every process needs in which cells run: a bound for
// recursion and the collector's pace.
func Prepare() {
	debug.SetMaxStack(maxStack)
	paceCollector()
}

// Run serves the link until the kernel asks for the end or ctx is done.
// Standard input becomes a pipe that the front end fills. When the kernel is
// gone, or the process is told to terminate, the whole process group ends, so
// that nothing a cell started is left behind.
func Run(ctx context.Context, opt Options) error {
	defer handleSignals()()
	Prepare()
	in, err := openStdin()
	if err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	w := &worker{opt: opt, out: newSender(opt.Link), stdin: in, cells: make(chan link.Execute, 1024), ran: map[string]lang.Cell{}}
	w.late = &late{out: w.out}
	w.sink = &sink{out: w.out, owner: func() string { return w.session.Owner() }}
	w.once = &display.Once{Out: w.sink}
	display.SetStandard(w.once)
	if w.session, err = w.newSession(); err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { opt.Link.Close() })
	defer stop()
	go w.runCells(ctx)
	if err := opt.Link.Send(link.Ready{PID: os.Getpid(), Version: opt.Version}); err != nil {
		return fmt.Errorf("start worker: %w", err)
	}
	warm := time.AfterFunc(warmAfter, func() { w.session.Lang().Warm(everyday) })
	defer warm.Stop()
	return w.receive()
}

// receive hands every message to what answers it.
func (w *worker) receive() error {
	for {
		m, err := w.opt.Link.Receive()
		var bad *link.BadMessage
		switch {
		case errors.As(err, &bad):
			fmt.Fprintln(os.Stderr, "worker:", bad)
			continue
		case errors.Is(err, io.EOF):
			endGroup()
			return nil
		case err != nil:
			return fmt.Errorf("worker: %w", err)
		}
		if _, end := m.(link.Shutdown); end {
			return nil
		}
		w.dispatch(m)
	}
}

func (w *worker) dispatch(m any) {
	switch m := m.(type) {
	case link.Execute:
		w.cells <- m
	case link.Interrupt:
		w.interrupt()
	case link.Ack:
		w.out.acked(m.Seq)
	case link.Input:
		w.answerInput(m)
	case link.Past:
		w.answerPast(m)
	case link.Complete:
		go w.answer(func() any { return w.complete(m) })
	case link.Inspect:
		go w.answer(func() any { return w.inspect(m) })
	case link.IsComplete:
		go w.answer(func() any { return isComplete(m) })
	case link.Restore:
		go w.answer(func() any { return w.restore(m) })
	}
}

// answer sends a reply. A question that panics gets the empty reply that the
// asker can live with: its zero value was built before the panic.
func (w *worker) answer(reply func() any) {
	if r := reply(); r != nil {
		_ = w.opt.Link.Send(r) // the kernel is gone; Receive says so too
	}
}

// interrupt stops the running cell: interpreted code at its next check, magics
// through their context, and a read of standard input.
func (w *worker) interrupt() {
	w.mu.Lock()
	stop := w.stop
	w.mu.Unlock()
	if stop == nil {
		return
	}
	stop(errInterrupted)
	w.session.Interrupt()
	w.stdin.release()
}
