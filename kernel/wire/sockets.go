package wire

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"golang.org/x/sys/unix"
)

// Sockets are the five bound sockets of a kernel. Its methods are safe for
// concurrent use, and none of them waits for a front end but Stream.
type Sockets struct {
	conn    Connection
	signer  *Signer
	log     *slog.Logger
	now     func() time.Time
	session string
	serial  atomic.Int64

	badSignature, malformed atomic.Int64

	listeners map[Channel]net.Listener
	pub       publisher
	routers   map[Channel]*router

	mu     sync.Mutex
	peers  map[*peer]bool // nil once closed
	closed bool
}

// A router is a socket on which requests come and replies go.
type router struct {
	mu    sync.Mutex // one message at a time is handled
	tmu   sync.Mutex
	peers map[string]*peer
}

// Options are what Bind may be told. The zero value is right.
type Options struct {
	Log *slog.Logger     // nil: no log
	Now func() time.Time // nil: the machine's clock
}

// Bind listens on the five ports of c. An error names the socket and the port.
func Bind(c Connection, o Options) (*Sockets, error) {
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return nil, fmt.Errorf("bind sockets: %w", err)
	}
	s := &Sockets{
		conn: c, signer: NewSigner(c.Key), log: o.Log, now: clock.Or(o.Now),
		session:   hex.EncodeToString(id),
		listeners: map[Channel]net.Listener{}, peers: map[*peer]bool{},
		routers: map[Channel]*router{},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, ch := range channels {
		network, address := c.Address(ch.name)
		l, err := net.Listen(network, address)
		if err != nil {
			s.Close(0)
			return nil, bindError(ch.name, ch.field, address, err)
		}
		s.listeners[ch.name] = l
	}
	return s, nil
}

// Session is the kernel's own session, which its messages name.
func (s *Sockets) Session() string { return s.session }

func bindError(name Channel, field, address string, err error) error {
	if errors.Is(err, unix.EADDRINUSE) {
		return hint.New(fmt.Errorf("bind the %s socket (%s): %s is already taken by another program", name, field, address),
			"start the kernel again: Jupyter chooses other ports")
	}
	return hint.New(fmt.Errorf("bind the %s socket (%s) to %s: %w", name, field, address, err),
		"check ip and ports in the connection file")
}

// Serve starts to take messages. handle is called for every message whose
// signature is right, for each socket by one goroutine at a time, in order;
// while it runs, no further message of that socket is handled.
func (s *Sockets) Serve(handle func(Channel, *Message)) {
	for _, name := range []Channel{Shell, Control, Stdin} {
		r := &router{peers: map[string]*peer{}}
		s.routers[name] = r
	}
	for _, name := range []Channel{Shell, Control, Stdin} {
		go s.accept(s.listeners[name], name, func(p *peer) { s.serveRouter(p, name, handle) })
	}
	go s.accept(s.listeners[IOPub], IOPub, s.servePub)
	go s.accept(s.listeners[Heartbeat], Heartbeat, func(p *peer) {
		s.read(p, Heartbeat, nil, func(frames [][]byte) { p.send(appendMessage(nil, frames)) })
	})
}

func (s *Sockets) serveRouter(p *peer, name Channel, handle func(Channel, *Message)) {
	r := s.routers[name]
	if p.id == "" {
		p.id = "\x00" + strconv.FormatInt(s.serial.Add(1), 16)
	}
	r.tmu.Lock()
	r.peers[p.id] = p // a front end that connects again takes its place
	r.tmu.Unlock()
	defer func() {
		r.tmu.Lock()
		if r.peers[p.id] == p {
			delete(r.peers, p.id)
		}
		r.tmu.Unlock()
	}()
	s.read(p, name, nil, func(frames [][]byte) {
		m, err := Decode(frames, s.signer)
		if err != nil {
			s.refuse(name, err)
			return
		}
		m.Identity = p.id
		r.mu.Lock()
		defer r.mu.Unlock()
		handle(name, m)
	})
}

// refuse counts what is dropped. Nothing is answered: whoever cannot sign
// learns nothing.
func (s *Sockets) refuse(name Channel, err error) {
	if errors.Is(err, ErrSignature) {
		n := s.badSignature.Add(1)
		s.log.Warn("message dropped", "socket", name, "err", err, "so_far", n)
		return
	}
	s.log.Warn("message dropped", "socket", name, "err", err, "so_far", s.malformed.Add(1))
}

// Dropped counts the messages that were not handled: those with a wrong
// signature, and those that could not be read.
func (s *Sockets) Dropped() (badSignature, malformed int64) {
	return s.badSignature.Load(), s.malformed.Load()
}

// Connection is where the sockets are bound.
func (s *Sockets) Connection() Connection { return s.conn }

// Send sends a message on a socket to whoever sent request, as its answer.
// A front end that has gone is no error.
func (s *Sockets) Send(ch Channel, request *Message, msgType string, content any) error {
	return s.SendWith(ch, request, msgType, nil, content)
}

// SendWith is Send with metadata, a JSON object; nil is an empty one.
func (s *Sockets) SendWith(ch Channel, request *Message, msgType string, metadata json.RawMessage, content any) error {
	b, err := s.message(request.routing, msgType, request.RawHeader, metadata, content)
	if err != nil {
		return err
	}
	r := s.routers[ch]
	r.tmu.Lock()
	p := r.peers[request.Identity]
	r.tmu.Unlock()
	if p == nil {
		s.log.Warn("no such front end", "socket", ch, "type", msgType)
		return nil
	}
	p.send(b)
	return nil
}

// Publish sends a message to all subscribers. parent is the raw header of the
// request it belongs to; nil for none.
func (s *Sockets) Publish(parent json.RawMessage, msgType string, content any) error {
	return s.PublishAll(parent, Item{msgType, content})
}

// An Item is a message to publish.
type Item struct {
	Type    string
	Content any
}

// PublishAll is Publish for several messages, which leave together. An error
// means that none has left.
func (s *Sockets) PublishAll(parent json.RawMessage, items ...Item) error {
	messages := make([]topical, len(items))
	for i, m := range items {
		b, err := s.message([][]byte{[]byte(m.Type)}, m.Type, parent, nil, m.Content)
		if err != nil {
			return err
		}
		messages[i] = topical{m.Type, b}
	}
	s.pub.send(messages)
	return nil
}

// Stream is Publish after the subscribers that still read have caught up: a
// flood waits at its source instead of filling memory.
func (s *Sockets) Stream(parent json.RawMessage, msgType string, content any) error {
	s.pub.wait()
	return s.Publish(parent, msgType, content)
}

// message is a whole message as it goes over the wire.
func (s *Sockets) message(routing [][]byte, msgType string, parent, metadata json.RawMessage, content any) ([]byte, error) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(content); err != nil {
		return nil, fmt.Errorf("encode %s: %w", msgType, err)
	}
	data := bytes.TrimSuffix(body.Bytes(), []byte("\n"))
	frames := encode(routing, s.signer, s.header(msgType), parent, metadata, data)
	return appendMessage(nil, frames), nil
}

func (s *Sockets) header(msgType string) []byte {
	b := make([]byte, 0, 256)
	b = append(b, `{"msg_id":"`...)
	b = append(b, s.session...)
	b = append(b, '_')
	b = strconv.AppendInt(b, s.serial.Add(1), 10)
	b = append(b, `","session":"`...)
	b = append(b, s.session...)
	b = append(b, `","username":"kernel","date":"`...)
	b = s.now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	b = append(b, `","msg_type":"`...)
	b = append(b, msgType...)
	return append(b, `","version":"`+ProtocolVersion+`"}`...)
}

func (s *Sockets) track(p *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		p.shut()
		return false
	}
	s.peers[p] = true
	return true
}

func (s *Sockets) untrack(p *peer) {
	s.mu.Lock()
	delete(s.peers, p)
	s.mu.Unlock()
	p.shut()
}

// Close stops listening, gives what is queued at most linger to leave, and
// closes every connection.
func (s *Sockets) Close(linger time.Duration) {
	for _, l := range s.listeners {
		l.Close()
	}
	s.mu.Lock()
	s.closed = true
	peers := make([]*peer, 0, len(s.peers))
	for p := range s.peers {
		peers = append(peers, p)
	}
	s.mu.Unlock()
	var wg sync.WaitGroup
	for _, p := range peers {
		wg.Go(func() {
			p.flush(linger)
			p.shut()
		})
	}
	wg.Wait()
}
