package worker

import (
	"sync"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
)

// A sender sends outputs and waits for each to be on its way, which keeps them
// in order with what is printed. Its methods are safe for concurrent use.
type sender struct {
	link *link.Conn

	mu   sync.Mutex
	seq  int64
	open map[int64]chan struct{}
}

func newSender(c *link.Conn) *sender {
	return &sender{link: c, open: map[int64]chan struct{}{}}
}

func (s *sender) send(o link.Output) error {
	done := make(chan struct{})
	s.mu.Lock()
	s.seq++
	o.Seq = s.seq
	s.open[o.Seq] = done
	s.mu.Unlock()
	if err := s.link.Send(o); err != nil {
		s.acked(o.Seq)
		return err
	}
	<-done
	return nil
}

func (s *sender) acked(seq int64) {
	s.mu.Lock()
	done := s.open[seq]
	delete(s.open, seq)
	s.mu.Unlock()
	if done != nil {
		close(done)
	}
}

// A sink shows things under the cell that started the goroutine which shows
// them, else under the cell that runs, or ran last.
type sink struct {
	out   *sender
	owner func() string // the Execute that the calling goroutine belongs to; "": none

	mu sync.Mutex
	id string // of the Execute
}

var _ display.Sink = (*sink)(nil)

func (s *sink) cell(id string) {
	s.mu.Lock()
	s.id = id
	s.mu.Unlock()
}

func (s *sink) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

func (s *sink) send(o link.Output) error {
	if o.ID = s.owner(); o.ID == "" {
		o.ID = s.current()
	}
	return s.out.send(o)
}

func (s *sink) Publish(b display.Bundle) error {
	return s.send(link.Output{Kind: link.Display, Bundle: b})
}

func (s *sink) Update(id string, b display.Bundle) error {
	return s.send(link.Output{Kind: link.Update, Name: id, Bundle: b})
}

func (s *sink) Clear(wait bool) error {
	return s.send(link.Output{Kind: link.Clear, Wait: wait})
}
