package link

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/cellar-ml/cellar/internal/body"
)

// ChildFD is the file descriptor at which a worker finds its end.
const ChildFD = 3

// maxMessage bounds one message; a larger length means a broken stream.
const maxMessage = 1 << 30

// A Conn is one end of a link. Send may be called by many goroutines at the
// same time; Receive by one at a time.
type Conn struct {
	rwc io.ReadWriteCloser
	r   *bufio.Reader

	mu  sync.Mutex // one message at a time on the wire
	buf bytes.Buffer
}

// New is the link over rwc.
func New(rwc io.ReadWriteCloser) *Conn {
	return &Conn{rwc: rwc, r: bufio.NewReaderSize(rwc, 64<<10)}
}

// Pair makes both ends of a link: the kernel's, and the file to hand to the
// child as its file descriptor 3 (the first of exec.Cmd.ExtraFiles). The
// caller closes its copy of the file once the child has started.
func Pair() (*Conn, *os.File, error) {
	syscall.ForkLock.RLock() // no child may start between the two steps
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, fmt.Errorf("open link: socket pair: %w", err)
	}
	parent := os.NewFile(uintptr(fds[0]), "link")
	child := os.NewFile(uintptr(fds[1]), "link to the worker")
	c, err := fromFile(parent)
	if err != nil {
		child.Close()
		return nil, nil, err
	}
	return c, child, nil
}

// Child is the worker's end of the link that Pair made. It refuses a process
// that was not started by a kernel.
func Child() (*Conn, error) {
	if _, err := unix.FcntlInt(ChildFD, unix.F_GETFD, 0); err != nil {
		return nil, fmt.Errorf("open link: file descriptor %d: %w: a worker is started by cellar kernel", ChildFD, err)
	}
	unix.CloseOnExec(ChildFD) // the programs that a cell starts must not hold the link open
	return fromFile(os.NewFile(ChildFD, "link"))
}

// fromFile closes f, of which the connection has its own copy.
func fromFile(f *os.File) (*Conn, error) {
	defer f.Close()
	nc, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("open link: %w", err)
	}
	return New(nc), nil
}

// Send writes messages, values or pointers to them, together. An error that
// comes from a message itself leaves the link usable, and nothing is sent; any
// other means that the peer is gone.
func (c *Conn) Send(messages ...any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() {
		if c.buf.Cap() > 1<<20 {
			c.buf = bytes.Buffer{}
		}
	}()
	c.buf.Reset()
	for _, m := range messages {
		if err := c.put(m); err != nil {
			return err
		}
	}
	if _, err := c.rwc.Write(c.buf.Bytes()); err != nil {
		return fmt.Errorf("send %T: %w", messages[0], err)
	}
	return nil
}

// put appends a message to the buffer.
func (c *Conn) put(m any) error {
	start := c.buf.Len()
	c.buf.Write([]byte{0, 0, 0, 0})
	if err := encode(&c.buf, m); err != nil {
		return err
	}
	n := c.buf.Len() - start - 4
	if n > maxMessage {
		return fmt.Errorf("send %T: %d bytes are over the limit of %d", m, n, maxMessage)
	}
	binary.BigEndian.PutUint32(c.buf.Bytes()[start:], uint32(n))
	return nil
}

// Receive reads the next message, by value. It returns io.EOF when the peer
// closed between two messages. A message that it cannot read is a *BadMessage,
// after which Receive may be called again; any other error ends the link.
func (c *Conn) Receive() (any, error) {
	var head [4]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, unix.ECONNRESET) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("receive: length of a message: %w", err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxMessage {
		return nil, fmt.Errorf("receive: a message of %d bytes is over the limit of %d", n, maxMessage)
	}
	data, err := body.Read(c.r, int(n))
	if err != nil {
		return nil, fmt.Errorf("receive: message of %d bytes: %w", n, err)
	}
	m, err := decode(data)
	if err != nil {
		return nil, &BadMessage{err}
	}
	return m, nil
}

// Close closes this end; the peer's Receive returns io.EOF.
func (c *Conn) Close() error { return c.rwc.Close() }

// A BadMessage is a whole message that could not be understood.
type BadMessage struct{ err error }

func (b *BadMessage) Error() string { return b.err.Error() }

// Unwrap returns the cause.
func (b *BadMessage) Unwrap() error { return b.err }
