package link_test

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/google/go-cmp/cmp"
)

func pair(t testing.TB) (*link.Conn, *link.Conn) {
	t.Helper()
	a, f, err := link.Pair()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := net.FileConn(f)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	b := link.New(nc)
	t.Cleanup(func() { a.Close(); b.Close() })
	return a, b
}

// messages has one of each kind, in the order of Names.
var messages = []any{
	link.Execute{ID: "1", Code: "1+1 // <&>", Count: 3, AllowStdin: true, UserExpressions: map[string]string{"a": "b"}},
	link.Interrupt{},
	link.Complete{ID: "2", Code: "fmt.Pr", Cursor: 6},
	link.Inspect{ID: "3", Code: "x", Cursor: 1, Detail: 1},
	link.IsComplete{ID: "4", Code: "if {"},
	link.Input{ID: "1", Value: "yes"},
	link.Past{ID: "6", Cells: []link.PastCell{{Session: 1, Line: 2, Input: "1+1", Output: "2"}}},
	link.Ack{Seq: 7},
	link.Restore{Cells: []link.Cell{{ID: "1", Count: 1, Code: "x := 1"}}},
	link.Shutdown{},
	link.Ready{PID: 12, Version: "go1.26"},
	link.Output{Seq: 7, ID: "1", Kind: link.Result, Bundle: display.HTML("<b>2</b>", "2")},
	link.Executed{ID: "1", Error: &link.Error{Name: "Panic", Value: "boom", Traceback: []string{"a", "b"}}},
	link.Rerun{ID: "1", Cell: link.Cell{ID: "1", Count: 2, CellID: "b", Code: "x++"}},
	link.InputRequest{ID: "1", Prompt: "name: ", Password: true},
	link.HistoryQuery{ID: "6", Access: "search", Pattern: "*x*", N: 3, Unique: true},
	link.Completed{ID: "2", Matches: []link.Match{{Text: "fmt.Print", Kind: "function"}}, End: 6},
	link.Inspected{ID: "3", Found: true, Bundle: display.Text("x int")},
	link.CompleteStatus{ID: "4", Status: "incomplete", Indent: "\t"},
	link.Restored{Names: []string{"x"}, Lost: []string{"ch"}},
}

func TestEveryMessageCrosses(t *testing.T) {
	if got, want := len(messages), len(link.Names()); got != want {
		t.Fatalf("the test knows %d messages, the link %d", got, want)
	}
	a, b := pair(t)
	for i, want := range messages {
		if err := a.Send(want); err != nil {
			t.Fatalf("Send(%s) = %v", link.Names()[i], err)
		}
		got, err := b.Receive()
		if err != nil {
			t.Fatalf("Receive() of %s = %v", link.Names()[i], err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", link.Names()[i], diff)
		}
	}
}

func TestBigMessagesFromManySenders(t *testing.T) {
	a, b := pair(t)
	const senders, each, size = 8, 20, 300_000
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for range each {
				if err := a.Send(link.Output{ID: string(rune('a' + s)), Text: strings.Repeat("x", size)}); err != nil {
					t.Errorf("Send() = %v", err)
				}
			}
		})
	}
	counts := map[string]int{}
	for range senders * each {
		m, err := b.Receive()
		if err != nil {
			t.Fatal(err)
		}
		o := m.(link.Output)
		if len(o.Text) != size {
			t.Fatalf("Receive() has %d bytes, want %d", len(o.Text), size)
		}
		counts[o.ID]++
	}
	wg.Wait()
	for id, n := range counts {
		if n != each {
			t.Errorf("sender %s: %d messages, want %d", id, n, each)
		}
	}
}

func TestBadValueLeavesTheLinkUsable(t *testing.T) {
	a, b := pair(t)
	bad := link.Output{Bundle: display.Bundle{Data: map[string]any{"application/json": math.NaN()}}}
	for _, m := range []any{bad, 42, nil} {
		if err := a.Send(m); err == nil {
			t.Errorf("Send(%v) = nil, want an error", m)
		}
	}
	if err := a.Send(link.Ack{Seq: 1}); err != nil {
		t.Fatal(err)
	}
	if m, err := b.Receive(); err != nil || m != (link.Ack{Seq: 1}) {
		t.Errorf("Receive() = %v, %v, want Ack{1}", m, err)
	}
}

func TestReceiveRefuses(t *testing.T) {
	frame := func(body string) string {
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + body
	}
	for _, tc := range []struct{ name, in, want string }{
		{"unknown type", frame(`{"type":"dance","body":{}}`), `unknown message type "dance"`},
		{"not JSON", frame(`nonsense`), "invalid character"},
		{"wrong body", frame(`{"type":"ack","body":{"Seq":"x"}}`), "receive ack"},
		{"cut", frame(`{"type":"ack","body":{}}`)[:12], "unexpected EOF"},
		{"too long", "\xff\xff\xff\xff", "over the limit"},
		{"closed", "", "EOF"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := link.New(rw{strings.NewReader(tc.in)})
			_, err := c.Receive()
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Receive() = %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestReceiveGoesOnAfterABadMessage(t *testing.T) {
	body := `{"type":"dance","body":{}}`
	in := string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + body
	good := `{ "body": {"Seq": 5}, "type": "ack" }`
	in += string(binary.BigEndian.AppendUint32(nil, uint32(len(good)))) + good
	c := link.New(rw{strings.NewReader(in)})
	var bad *link.BadMessage
	if _, err := c.Receive(); !errors.As(err, &bad) {
		t.Fatalf("Receive() = %v, want a *BadMessage", err)
	}
	if m, err := c.Receive(); err != nil || m != (link.Ack{Seq: 5}) {
		t.Errorf("Receive() = %v, %v, want Ack{5}", m, err)
	}
}

func TestCloseEndsThePeer(t *testing.T) {
	a, b := pair(t)
	a.Close()
	if _, err := b.Receive(); err != io.EOF {
		t.Errorf("Receive() = %v, want io.EOF", err)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x18" + `{"type":"ack","body":{}}`))
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		c := link.New(rw{strings.NewReader(string(in))})
		for {
			if _, err := c.Receive(); err != nil {
				var bad *link.BadMessage
				if !errors.As(err, &bad) {
					return
				}
			}
		}
	})
}

func BenchmarkRoundTrip(b *testing.B) {
	x, y := pair(b)
	go func() {
		for {
			m, err := y.Receive()
			if err != nil {
				return
			}
			_ = y.Send(link.Ack{Seq: m.(link.Output).Seq})
		}
	}()
	for i := 0; b.Loop(); i++ {
		_ = x.Send(link.Output{Seq: int64(i), Kind: link.Result, Bundle: display.Text("2")})
		if _, err := x.Receive(); err != nil {
			b.Fatal(err)
		}
	}
}

type rw struct{ io.Reader }

func (rw) Write(p []byte) (int, error) { return len(p), nil }
func (rw) Close() error                { return nil }
