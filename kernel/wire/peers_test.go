package wire_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"
)

func bind(t *testing.T) *wire.Sockets {
	t.Helper()
	_, c := kerneltest.Connection(t)
	s, err := wire.Bind(c, wire.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(0) })
	s.Serve(func(ch wire.Channel, m *wire.Message) {
		if err := s.Send(ch, m, "echo_reply", map[string]string{"of": m.Header.Type}); err != nil {
			t.Error(err)
		}
	})
	return s
}

func dial(t *testing.T, s *wire.Sockets, ch wire.Channel) net.Conn {
	t.Helper()
	nc, err := net.Dial(s.Connection().Address(ch))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}

// subscribe is a zmq4 SUB socket that has been welcomed.
func subscribe(t *testing.T, s *wire.Sockets, topic string) zmq4.Socket {
	t.Helper()
	sub := zmq4.NewSub(t.Context())
	_, address := s.Connection().Address(wire.IOPub)
	if err := sub.Dial("tcp://" + address); err != nil {
		t.Fatal(err)
	}
	if err := sub.SetOption(zmq4.OptionSubscribe, topic); err != nil {
		t.Fatal(err)
	}
	m, err := sub.Recv()
	if err != nil {
		t.Fatal(err)
	}
	if string(m.Frames[0]) != topic || !strings.Contains(string(m.Frames[3]), "iopub_welcome") || string(m.Frames[4]) != "{}" {
		t.Errorf("first message = %q, want iopub_welcome without a parent", m.Frames)
	}
	return sub
}

func TestEachSubscriberIsWelcomed(t *testing.T) {
	s := bind(t)
	all, some := subscribe(t, s, ""), subscribe(t, s, "status")
	for _, msgType := range []string{"stream", "status"} {
		if err := s.Publish(nil, msgType, map[string]any{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		sub  zmq4.Socket
		want string
	}{{all, "stream"}, {all, "status"}, {some, "status"}} {
		m, err := tc.sub.Recv()
		if err != nil || string(m.Frames[0]) != tc.want {
			t.Errorf("Recv() = %q, %v, want %s", m.Frames, err, tc.want)
		}
	}
}

// A peer that says nothing, or nonsense, must not keep others from connecting.
func TestBadPeersHoldUpNobody(t *testing.T) {
	s := bind(t)
	greeting := "\xff\x00\x00\x00\x00\x00\x00\x00\x00\x7f\x03\x00NULL" + strings.Repeat("\x00", 48)
	for _, ch := range []wire.Channel{wire.Shell, wire.IOPub, wire.Heartbeat} {
		dial(t, s, ch) // silent
		for _, say := range []string{
			"GET / HTTP/1.1\r\n\r\n" + strings.Repeat("x", 100),
			greeting + "\x06\x7f\xff\xff\xff\xff\xff\xff\xff",
			greeting + "\x04\x07\x05READY\xff",
			greeting + "\x04\x06\x05READY",
			greeting + "\x04\x27\x05READY\x0bSocket-Type\x00\x00\x00\x04WHAT\x08Identity\x00\x00\x00\x00",
		} {
			nc := dial(t, s, ch)
			if _, err := io.WriteString(nc, say); err != nil {
				t.Fatal(err)
			}
			_ = nc.SetReadDeadline(time.Now().Add(kerneltest.Patience))
			if _, err := io.Copy(io.Discard, nc); err != nil && !strings.Contains(err.Error(), "reset") {
				t.Errorf("%s, after %.20q: %v, want the connection closed", ch, say, err)
			}
		}
	}
	subscribe(t, s, "")
	hb := zmq4.NewReq(t.Context())
	_, address := s.Connection().Address(wire.Heartbeat)
	if err := hb.Dial("tcp://" + address); err != nil {
		t.Fatal(err)
	}
	if err := hb.Send(zmq4.NewMsgString("ping")); err != nil {
		t.Fatal(err)
	}
	if m, err := hb.Recv(); err != nil || m.String() != zmq4.NewMsgString("ping").String() {
		t.Errorf("heartbeat = %v, %v", m, err)
	}
}

// A subscriber that does not read holds up a flood for its time of grace once,
// and the others not at all after that.
func TestAStuckSubscriberHoldsUpNobody(t *testing.T) {
	s := bind(t)
	nc := dial(t, s, wire.IOPub)
	zc, err := zmq4.Open(nc, null.Security(), zmq4.Sub, nil, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := zc.SendMsg(zmq4.NewMsg([]byte{1})); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(nc).ReadByte(); err != nil { // the welcome; nothing is read after it
		t.Fatal(err)
	}
	sub := subscribe(t, s, "")
	const n, size = 300, 100_000
	go func() {
		for range n {
			if err := s.Stream(nil, "stream", map[string]string{"text": strings.Repeat("x", size)}); err != nil {
				t.Error(err)
			}
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), kerneltest.Patience)
	defer cancel()
	got := make(chan error, 1)
	go func() {
		for range n {
			if _, err := sub.Recv(); err != nil {
				got <- err
				return
			}
		}
		got <- nil
	}()
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-ctx.Done():
		t.Errorf("the reading subscriber waits for the stuck one")
	}
}

func TestDroppedMessagesAreCounted(t *testing.T) {
	s := bind(t)
	d := zmq4.NewDealer(t.Context())
	_, address := s.Connection().Address(wire.Shell)
	if err := d.Dial("tcp://" + address); err != nil {
		t.Fatal(err)
	}
	parts := [][]byte{[]byte(`{"msg_type":"a_request","msg_id":"1"}`), []byte("{}"), []byte("{}"), []byte("{}")}
	for _, key := range []string{"wrong", "wronger", s.Connection().Key} {
		frames := append([][]byte{[]byte("<IDS|MSG>"), wire.NewSigner(key).Sign(parts)}, parts...)
		if err := d.SendMulti(zmq4.NewMsgFrom(frames...)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Send(zmq4.NewMsgString("nonsense")); err != nil {
		t.Fatal(err)
	}
	if err := d.SendMulti(zmq4.NewMsgFrom(append([][]byte{[]byte("<IDS|MSG>"), wire.NewSigner(s.Connection().Key).Sign(parts)}, parts...)...)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // only those with the right key are answered
		m, err := d.Recv()
		if err != nil || !strings.Contains(string(m.Frames[2]), "echo_reply") {
			t.Fatalf("Recv() = %q, %v", m.Frames, err)
		}
	}
	if signature, malformed := s.Dropped(); signature != 2 || malformed != 1 {
		t.Errorf("Dropped() = %d, %d, want 2, 1", signature, malformed)
	}
}
