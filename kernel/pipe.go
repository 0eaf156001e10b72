package kernel

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	pipeRoom = 1 << 20          // bytes that the worker may be ahead of us
	gather   = time.Millisecond // rest after a small read, so that lines come in bunches
	smallest = 16 << 10         // a read below this is small
)

// A pipe is the read end of the worker's file descriptor 1 or 2.
type pipe struct {
	name string
	r    *os.File
	raw  syscall.RawConn
	out  *streams
	buf  []byte        // guarded by out.mu
	held *crash        // of stderr: keeps a crash text out of the stream; guarded by out.mu
	done chan struct{} // closed at the end of the pipe
}

// newPipe returns the pipe and the end to give to the worker.
func newPipe(name string, out *streams) (*pipe, *os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	widen(w)
	raw, err := r.SyscallConn()
	if err != nil {
		r.Close()
		w.Close()
		return nil, nil, err
	}
	return &pipe{name: name, r: r, raw: raw, out: out, buf: make([]byte, 64<<10), done: make(chan struct{})}, w, nil
}

// read moves bytes into the streams until the last writer has closed.
func (p *pipe) read() {
	defer close(p.done)
	for {
		var n int
		var err error
		wait := p.raw.Read(func(fd uintptr) bool {
			p.out.mu.Lock()
			defer p.out.mu.Unlock()
			n, err = p.take(int(fd), len(p.buf))
			return err != unix.EAGAIN
		})
		if wait != nil || err != nil && err != unix.EINTR || err == nil && n == 0 {
			return
		}
		if n < smallest {
			time.Sleep(gather)
		}
	}
}

// take reads once, at most max bytes; out.mu is held.
func (p *pipe) take(fd, max int) (int, error) {
	n, err := unix.Read(fd, p.buf[:min(max, len(p.buf))])
	if n <= 0 {
		return 0, err
	}
	b := p.buf[:n]
	if p.held != nil {
		b = p.held.filter(b)
	}
	p.out.add(p.name, b)
	return n, nil
}

// drain reads what is in the pipe at this moment; out.mu is held. What other
// goroutines of the worker go on writing does not keep it.
func (p *pipe) drain() {
	_ = p.raw.Control(func(fd uintptr) {
		left, err := unix.IoctlGetInt(int(fd), unreadBytes)
		for err == nil && left > 0 {
			var n int
			n, err = p.take(int(fd), left)
			if n == 0 {
				return
			}
			left -= n
		}
	})
}
