package worker

import (
	"sync"
	"time"

	"github.com/cellar-ml/cellar/kernel/link"
)

const (
	lateWait = 10 * time.Millisecond // for more of the same
	lateFull = 64 << 10              // bytes that are not kept waiting
)

// late sends what goroutines print whose cell is not the one that runs. Its
// methods are safe for concurrent use and keep the order of what they are given.
type late struct {
	out *sender

	mu    sync.Mutex
	cell  string // of the text: the ID of its Execute
	name  string // of its stream
	text  []byte
	armed bool
}

// write takes text of a cell's stream.
func (l *late) write(cell, name string, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if cell != l.cell || name != l.name || len(l.text) >= lateFull {
		l.flush()
	}
	l.cell, l.name = cell, name
	l.text = append(l.text, text...)
	if !l.armed {
		l.armed = true
		time.AfterFunc(lateWait, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.armed = false
			l.flush()
		})
	}
}

// flush sends what is gathered; l.mu is held.
func (l *late) flush() {
	if len(l.text) == 0 {
		return
	}
	_ = l.out.send(link.Output{ID: l.cell, Kind: link.Stream, Name: l.name, Text: string(l.text)}) // the kernel is gone; Receive says so too
	l.text = l.text[:0]
}
