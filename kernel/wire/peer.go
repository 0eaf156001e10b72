package wire

import (
	"bufio"
	"net"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	softQueue = 1 << 20   // from here on, streams wait for a peer that moves
	hardQueue = 256 << 20 // here a peer that does not read is let go
	piece     = 64 << 10  // bytes after which progress is seen
	patience  = time.Second
)

// A peer is one connected front-end socket. send never blocks: what the
// operating system does not take at once waits in a queue.
type peer struct {
	nc net.Conn
	r  *bufio.Reader
	id string

	raw syscall.RawConn // nil: no direct writes

	mu      sync.Mutex
	cond    *sync.Cond // queue, written or closed changed
	queue   [][]byte
	queued  int   // bytes in queue and in the writer's hand
	written int64 // bytes that the operating system took
	stuck   bool  // it took nothing for the time of our patience
	closed  bool
}

func newPeer(nc net.Conn, r *bufio.Reader, id string) *peer {
	p := &peer{nc: nc, r: r, id: id}
	p.cond = sync.NewCond(&p.mu)
	if sc, ok := nc.(syscall.Conn); ok {
		p.raw, _ = sc.SyscallConn()
	}
	go p.write()
	return p
}

// send writes b, or queues it; b must not change any more.
func (p *peer) send(b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	if p.queued == 0 && p.raw != nil {
		b = b[p.try(b):]
	}
	if len(b) == 0 {
		return
	}
	if p.queued+len(b) > hardQueue {
		p.close()
		return
	}
	p.queue = append(p.queue, b)
	p.queued += len(b)
	p.cond.Broadcast()
}

// try writes without waiting, which spares the way over another goroutine.
func (p *peer) try(b []byte) (n int) {
	err := p.raw.Write(func(fd uintptr) bool {
		n, _ = unix.Write(int(fd), b)
		return true
	})
	if err != nil || n < 0 {
		return 0 // the writer meets the error
	}
	p.written += int64(n)
	return n
}

// write empties the queue until the peer closes.
func (p *peer) write() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for len(p.queue) == 0 && !p.closed {
			p.cond.Wait()
		}
		if p.closed {
			return
		}
		b := p.queue[0]
		if len(b) > piece {
			p.queue[0], b = b[piece:], b[:piece]
		} else {
			p.queue = p.queue[1:]
		}
		p.mu.Unlock()
		n, err := p.nc.Write(b)
		p.mu.Lock()
		p.written += int64(n)
		p.queued -= len(b)
		p.stuck = false
		if err != nil {
			p.close()
		}
		p.cond.Broadcast()
	}
}

// waitBelow returns when at most limit bytes are queued, or when the peer has
// taken nothing for a second: a stuck peer holds up nobody.
func (p *peer) waitBelow(limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.queued > limit && !p.closed && !p.stuck {
		before := p.written
		t := time.AfterFunc(patience, func() {
			p.mu.Lock()
			p.stuck = p.stuck || p.written == before
			p.mu.Unlock()
			p.cond.Broadcast()
		})
		p.cond.Wait()
		t.Stop()
	}
}

// flush waits until everything is written, at most as long as linger.
func (p *peer) flush(linger time.Duration) {
	late := false
	t := time.AfterFunc(linger, func() {
		p.mu.Lock()
		late = true
		p.mu.Unlock()
		p.cond.Broadcast()
	})
	defer t.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.queued > 0 && !p.closed && !late {
		p.cond.Wait()
	}
}

func (p *peer) shut() {
	p.mu.Lock()
	p.close()
	p.mu.Unlock()
}

// close is called with mu held.
func (p *peer) close() {
	if p.closed {
		return
	}
	p.closed = true
	p.queue = nil
	p.nc.Close()
	p.cond.Broadcast()
}
