// Package kerneltest is a Jupyter front end for tests of the kernel: a client
// over real ZeroMQ sockets, and a small worker process that speaks the link.
// It knows nothing of Go in cells.
package kerneltest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/go-zeromq/zmq4"
)

// Patience is how long a test waits for what must come.
const Patience = 20 * time.Second

// A Message is one message from the kernel.
type Message struct {
	Channel wire.Channel
	Type    string
	Parent  string // msg_id of the request it belongs to
	Content map[string]any
	Meta    map[string]any
	At      time.Time // when it came
}

// Text is the string at a key of the content, or "".
func (m Message) Text(key string) string {
	s, _ := m.Content[key].(string)
	return s
}

// Plain is the text/plain form of a result or display.
func (m Message) Plain() string {
	data, _ := m.Content["data"].(map[string]any)
	s, _ := data["text/plain"].(string)
	return s
}

// A Client is a front end. It keeps everything it hears.
type Client struct {
	t       testing.TB
	Conn    wire.Connection
	Session string
	signer  *wire.Signer
	socks   map[wire.Channel]zmq4.Socket

	mu    sync.Mutex
	cond  *sync.Cond
	heard []Message
	sent  int
}

// Connection is a connection file for free ports, written to the test's
// folder. It returns the file and its content.
func Connection(t testing.TB) (string, wire.Connection) {
	t.Helper()
	c := wire.Connection{Transport: "tcp", IP: "127.0.0.1", Key: "a key of the test", SignatureScheme: "hmac-sha256"}
	for _, p := range []*int{&c.Shell, &c.Control, &c.Stdin, &c.IOPub, &c.Heartbeat} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // all five at once, so that they differ
		*p = l.Addr().(*net.TCPAddr).Port
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "connection.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file, c
}

// Start runs a kernel in this process and connects to it. Both end with the
// test. Zero options are filled in for a test; Worker is needed.
func Start(t testing.TB, o kernel.Options) *Client {
	t.Helper()
	file, conn := Connection(t)
	o.ConnectionFile = file
	if o.HistoryDir == "" {
		o.HistoryDir = t.TempDir()
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- kernel.Run(ctx, o) }()
	c := Dial(t, conn)
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("kernel.Run() = %v", err)
			}
		case <-time.After(Patience):
			t.Errorf("kernel.Run() did not return")
		}
	})
	return c
}

// Dial connects to the kernel at conn, subscribes, and waits until it answers.
func Dial(t testing.TB, conn wire.Connection) *Client {
	t.Helper()
	c := &Client{
		t: t, Conn: conn, signer: wire.NewSigner(conn.Key), socks: map[wire.Channel]zmq4.Socket{},
		Session: fmt.Sprintf("client-%d", time.Now().UnixNano()),
	}
	c.cond = sync.NewCond(&c.mu)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	retry := []zmq4.Option{zmq4.WithID(zmq4.SocketIdentity(c.Session)), zmq4.WithDialerRetry(5 * time.Millisecond), zmq4.WithDialerMaxRetries(-1)}
	for _, ch := range []wire.Channel{wire.IOPub, wire.Shell, wire.Control, wire.Stdin} {
		sock := zmq4.NewDealer(ctx, retry...)
		if ch == wire.IOPub {
			sock = zmq4.NewSub(ctx, retry...)
		}
		network, address := conn.Address(ch)
		if err := sock.Dial(network + "://" + address); err != nil {
			t.Fatalf("dial %s: %v", ch, err)
		}
		if ch == wire.IOPub {
			if err := sock.SetOption(zmq4.OptionSubscribe, ""); err != nil {
				t.Fatal(err)
			}
		}
		c.socks[ch] = sock
		go c.listen(ch, sock)
	}
	c.Wait("iopub_welcome", func(m Message) bool { return m.Type == "iopub_welcome" })
	id := c.Send(wire.Shell, "kernel_info_request", map[string]any{})
	c.Idle(id)
	return c
}

func (c *Client) listen(ch wire.Channel, sock zmq4.Socket) {
	for {
		raw, err := sock.Recv()
		if err != nil {
			return
		}
		m, err := wire.Decode(raw.Frames, c.signer)
		if err != nil {
			c.t.Errorf("%s: %v", ch, err)
			continue
		}
		msg := Message{Channel: ch, Type: m.Header.Type, At: time.Now()}
		var parent wire.Header
		if err := json.Unmarshal(m.Parent, &parent); err != nil {
			c.t.Errorf("%s: parent header: %v", m.Header.Type, err)
		}
		msg.Parent = parent.ID
		if err := json.Unmarshal(m.Metadata, &msg.Meta); err != nil {
			c.t.Errorf("%s: metadata: %v", m.Header.Type, err)
		}
		if err := json.Unmarshal(m.Content, &msg.Content); err != nil {
			c.t.Errorf("%s: content: %v", m.Header.Type, err)
		}
		c.mu.Lock()
		c.heard = append(c.heard, msg)
		c.mu.Unlock()
		c.cond.Broadcast()
	}
}

// Send sends a request and returns its msg_id.
func (c *Client) Send(ch wire.Channel, msgType string, content any) string {
	c.t.Helper()
	return c.send(c.signer, ch, msgType, "{}", content)
}

// SendSigned is Send with a key of the caller's.
func (c *Client) SendSigned(s *wire.Signer, ch wire.Channel, msgType string, content any) string {
	c.t.Helper()
	return c.send(s, ch, msgType, "{}", content)
}

func (c *Client) send(s *wire.Signer, ch wire.Channel, msgType, metadata string, content any) string {
	c.t.Helper()
	c.mu.Lock()
	c.sent++
	id := fmt.Sprintf("%s-%d", c.Session, c.sent)
	c.mu.Unlock()
	header, _ := json.Marshal(wire.Header{ // strings always encode
		ID: id, Session: c.Session, Username: "test", Type: msgType, Version: wire.ProtocolVersion,
		Date: time.Now().UTC().Format(time.RFC3339Nano),
	})
	body, err := json.Marshal(content)
	if err != nil {
		c.t.Fatal(err)
	}
	parts := [][]byte{header, []byte("{}"), []byte(metadata), body}
	frames := append([][]byte{[]byte("<IDS|MSG>"), s.Sign(parts)}, parts...)
	if err := c.socks[ch].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatalf("send %s: %v", msgType, err)
	}
	return id
}

// Raw sends frames as they are.
func (c *Client) Raw(ch wire.Channel, frames ...[]byte) {
	c.t.Helper()
	if err := c.socks[ch].SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
		c.t.Fatalf("send raw frames: %v", err)
	}
}

// Wait returns the first message that ok accepts, of all that came and come.
func (c *Client) Wait(what string, ok func(Message) bool) Message {
	c.t.Helper()
	late := false
	timer := time.AfterFunc(Patience, func() {
		c.mu.Lock()
		late = true
		c.mu.Unlock()
		c.cond.Broadcast()
	})
	defer timer.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for at := 0; ; at++ {
		for at == len(c.heard) && !late {
			c.cond.Wait()
		}
		if at == len(c.heard) {
			c.t.Fatalf("no %s came; heard %s", what, tail(c.heard))
		}
		if ok(c.heard[at]) {
			return c.heard[at]
		}
	}
}

func tail(heard []Message) string {
	var s string
	for _, m := range heard[max(0, len(heard)-20):] {
		s += fmt.Sprintf("\n  %s %s %.200v", m.Channel, m.Type, m.Content)
	}
	return s
}

// Heard returns the messages that belong to the request id, in the order in
// which they came; "" is every message.
func (c *Client) Heard(id string) []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Message
	for _, m := range c.heard {
		if id == "" || m.Parent == id {
			out = append(out, m)
		}
	}
	return out
}

// Idle waits until the request id is done.
func (c *Client) Idle(id string) {
	c.t.Helper()
	c.Wait("idle", func(m Message) bool {
		return m.Parent == id && m.Type == "status" && m.Text("execution_state") == "idle"
	})
}

// Reply waits for the answer to the request id on a socket.
func (c *Client) Reply(ch wire.Channel, id string) Message {
	c.t.Helper()
	return c.Wait("reply", func(m Message) bool { return m.Parent == id && m.Channel == ch })
}

// Ask sends a request on shell, and returns its answer.
func (c *Client) Ask(msgType string, content any) Message {
	c.t.Helper()
	return c.Reply(wire.Shell, c.Send(wire.Shell, msgType, content))
}
