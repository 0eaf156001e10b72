package kernel

import (
	"time"

	"github.com/cellar-ml/cellar/kernel/link"
)

const (
	// lateness is how long after an error a request may still arrive that was
	// sent before the front end can have known of it.
	lateness = 100 * time.Millisecond
	// stubborn is how long a cell may go on after an interrupt before the
	// person is told that a second one ends the worker.
	stubborn = 5 * time.Second
	// secondInterrupt is how long after the first an interrupt is meant as a
	// second one, and not as the same click.
	secondInterrupt = time.Second
)

func interruptError() *link.Error {
	return &link.Error{Name: "Interrupt", Value: "interrupted before it began", Traceback: []string{"Interrupt: interrupted before it began"}}
}

// interrupt stops the running cell. A second one, for a cell that goes on all
// the same, ends the worker.
func (x *executor) interrupt() {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.running
	if c == nil {
		return
	}
	now := x.k.o.Now()
	first := c.interrupted.IsZero()
	if first {
		c.interrupted = now
	}
	switch {
	case !first && c.worker != nil && now.Sub(c.interrupted) >= secondInterrupt:
		c.worker.kill("the cell went on after an interrupt, and was interrupted again")
		return
	case c.handed:
		go c.worker.interrupt()
	case first:
		close(c.cancel)
	}
	if first {
		time.AfterFunc(stubborn, func() { x.nag(c) })
	}
}

// nag tells what a second interrupt does.
func (x *executor) nag(c *cell) {
	if x.current(c.id) == c {
		x.k.streams.notice("The cell has not stopped yet. Interrupt again to end its process: the session's declarations come back, values of variables do not.\n")
	}
}

// drop empties the queue, because a cell failed. It comes before the front end
// hears of the error: what is sent after that is not to be aborted.
func (x *executor) drop() []*cell {
	x.mu.Lock()
	defer x.mu.Unlock()
	queue := x.queue
	x.queue = nil
	x.failed = x.k.o.Now()
	return queue
}

// late tells whether c was sent before the error that emptied the queue, and
// came too late to be in it.
func (x *executor) late(c *cell) bool {
	x.mu.Lock()
	failed := x.failed
	x.mu.Unlock()
	if failed.IsZero() || c.arrived.Sub(failed) > lateness {
		return false
	}
	sent, err := time.Parse(time.RFC3339Nano, c.request.Header.Date)
	return err == nil && sent.Before(failed)
}

// abort answers a cell that is not run. It has no number: a front end would show it.
func (x *executor) abort(c *cell) {
	x.k.busy(c.request)
	x.k.finish(c.request, object{"status": "aborted"})
}
