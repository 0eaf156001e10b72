package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

const (
	handshakeTime = 10 * time.Second
	greetingSize  = 64
	maxReady      = 8 << 10 // bytes of a READY command
)

// accept opens every connection of l in a goroutine of its own, so that a
// silent or broken peer holds up nobody, and hands it to serve.
func (s *Sockets) accept(l net.Listener, name Channel, serve func(*peer)) {
	for {
		nc, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.log.Warn("accept", "socket", name, "err", err)
			time.Sleep(50 * time.Millisecond) // out of file descriptors, most likely
			continue
		}
		go func() {
			p, err := handshake(nc, name)
			if err != nil {
				s.log.Warn("handshake", "socket", name, "peer", nc.RemoteAddr(), "err", err)
				nc.Close()
				return
			}
			if !s.track(p) {
				return
			}
			defer s.untrack(p)
			serve(p)
		}()
	}
}

var socketTypes = map[Channel]zmq4.SocketType{
	Shell: zmq4.Router, Control: zmq4.Router, Stdin: zmq4.Router,
	IOPub: zmq4.XPub, Heartbeat: zmq4.Rep,
}

// handshake greets a new connection. zmq4 panics on some malformed greetings;
// that is an error of the peer here.
func handshake(nc net.Conn, name Channel) (p *peer, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("handshake: %v: %w", r, ErrMalformed)
		}
	}()
	_ = nc.SetDeadline(clock.System().Add(handshakeTime))
	g := &greeter{Conn: nc, r: bufio.NewReaderSize(nc, 16<<10)}
	zc, err := zmq4.Open(g, null.Security(), socketTypes[name], nil, true, nil)
	if err != nil {
		return nil, err
	}
	_ = nc.SetDeadline(time.Time{})
	return newPeer(nc, g.r, zc.Peer.Meta["Identity"]), nil
}

// A greeter is a connection during its handshake. It lets no frame pass that
// is longer than a READY command may be: zmq4 would take memory for it.
type greeter struct {
	net.Conn
	r  *bufio.Reader
	at int
}

func (g *greeter) Read(b []byte) (int, error) {
	if g.at == greetingSize {
		if err := g.check(); err != nil {
			return 0, err
		}
	}
	if g.at < greetingSize && len(b) > greetingSize-g.at {
		b = b[:greetingSize-g.at]
	}
	n, err := g.r.Read(b)
	g.at += n
	return n, err
}

func (g *greeter) check() error {
	head, err := g.r.Peek(2)
	if err != nil {
		return err
	}
	if head[0]&flagCommand == 0 || head[0]&flagMore != 0 {
		return fmt.Errorf("the first frame is no command: %w", ErrMalformed)
	}
	if head[0]&flagLong == 0 {
		return nil
	}
	head, err = g.r.Peek(9)
	if err != nil {
		return err
	}
	if n := binary.BigEndian.Uint64(head[1:]); n > maxReady {
		return fmt.Errorf("a first command of %d bytes: %w", n, ErrMalformed)
	}
	return nil
}

// read hands every message of p to handle until the peer closes. Commands are
// answered or given to command.
func (s *Sockets) read(p *peer, name Channel, command func(name string, body []byte), handle func([][]byte)) {
	for {
		frames, isCommand, err := readMessage(p.r)
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				s.log.Warn("read", "socket", name, "err", err)
			}
			return
		}
		if !isCommand {
			handle(frames)
			continue
		}
		word, body, ok := splitCommand(frames[len(frames)-1])
		switch {
		case !ok:
			s.log.Warn("read", "socket", name, "err", "malformed command")
		case word == "PING" && len(body) >= 2:
			pong := append([]byte("\x04PONG"), body[2:]...)
			p.send(appendFrame(nil, flagCommand, pong))
		case command != nil:
			command(word, body)
		}
	}
}

func splitCommand(b []byte) (name string, body []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return "", nil, false
	}
	n := 1 + int(b[0])
	return string(b[1:n]), b[n:], true
}
