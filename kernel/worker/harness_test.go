package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/worker"
)

// TestMain is the worker itself when a test starts this binary as one.
func TestMain(m *testing.M) {
	if os.Getenv("CELLAR_TEST_WORKER") == "" {
		os.Exit(m.Run())
	}
	conn, err := link.Child()
	if err == nil {
		err = worker.Run(context.Background(), worker.Options{Link: conn, Packages: symbols.New(), Magics: magics{}, Version: "test"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// magics is a small set with one magic for each thing a magic can do.
type magics struct{}

func (magics) Run(ctx context.Context, call worker.MagicCall) (any, error) {
	switch name, rest, _ := strings.Cut(call.Line, " "); name {
	case "%answer":
		return 42, nil
	case "%nothing":
		return nil, nil
	case "%show":
		return nil, call.Out.Publish(display.Text(rest))
	case "%progress":
		for i := range 3 {
			if err := call.Out.Update("p", display.Text(fmt.Sprint(i))); err != nil {
				return nil, err
			}
		}
		return nil, nil
	case "%wait":
		<-ctx.Done()
		return nil, ctx.Err()
	case "%closing": // takes its time to end
		<-ctx.Done()
		time.Sleep(150 * time.Millisecond)
		return nil, call.Out.Publish(display.Text("closed"))
	case "%panic":
		panic("broken magic")
	case "%ask":
		return call.Input(rest, true)
	case "%cells":
		var list []int
		for _, st := range call.Session.Lang().Slice(rest) {
			list = append(list, st.Cell.N)
		}
		return nil, call.Out.Publish(display.Text(fmt.Sprint(list)))
	case "%rerun":
		for _, s := range call.Session.Lang().Stale(0) {
			if err := call.Rerun(ctx, s.Cell); err != nil {
				return nil, err
			}
		}
		return nil, nil
	case "%%body":
		return nil, call.Out.Publish(display.Text(call.Body))
	case "!echo":
		fmt.Println(rest)
		return nil, nil
	}
	return nil, hint.New(errors.New("unknown magic "+call.Line), "try %answer")
}

func (magics) ResultType(line string) reflect.Type {
	switch name, _, _ := strings.Cut(line, " "); name {
	case "%answer":
		return reflect.TypeFor[int]()
	case "%ask":
		return reflect.TypeFor[string]()
	}
	return nil
}

func (magics) Complete(ask worker.MagicAsk) ([]link.Match, int, int) {
	return []link.Match{{Text: "%answer", Kind: "magic"}}, 0, ask.Cursor
}

func (magics) Inspect(ask worker.MagicAsk) (display.Bundle, bool) {
	return display.Text("help of " + ask.Line), !strings.HasPrefix(ask.Line, "!")
}

func (magics) GoAt(line string) int {
	if name, _, ok := strings.Cut(strings.TrimLeft(line, "%"), " "); ok && name == "go" {
		return strings.IndexByte(line, ' ') + 1
	}
	return -1
}

func (magics) Summary(v any) (display.Bundle, bool) {
	s, ok := v.(fmt.Stringer)
	if !ok {
		return display.Bundle{}, false
	}
	return display.Text("summary of " + s.String()), true
}

// A client is the kernel's side of one worker.
type client struct {
	t    *testing.T
	conn *link.Conn
	cmd  *exec.Cmd
	got  chan any // what is not an Output
	n    int

	mu     sync.Mutex
	stream bytes.Buffer // both pipes, in the order of arrival
	shown  []link.Output
	silent bool
}

// start starts a worker and waits until it takes cells.
func start(t *testing.T) *client {
	t.Helper()
	conn, file, err := link.Pair()
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, conn: conn, got: make(chan any, 100)}
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), "CELLAR_TEST_WORKER=1")
	c.cmd.ExtraFiles = []*os.File{file}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c.cmd.Stdout, c.cmd.Stderr = w, w
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	w.Close()
	go c.read(r)
	go c.receive()
	t.Cleanup(func() {
		conn.Close()
		if err := c.cmd.Wait(); err != nil && !c.silent {
			t.Errorf("worker ended: %v", err)
		}
	})
	if _, ok := c.next().(link.Ready); !ok {
		t.Fatal("the worker's first message is not Ready")
	}
	return c
}

func (c *client) read(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		c.mu.Lock()
		c.stream.Write(buf[:n])
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (c *client) receive() {
	for {
		m, err := c.conn.Receive()
		if err != nil {
			close(c.got)
			return
		}
		if o, ok := m.(link.Output); ok {
			c.mu.Lock()
			c.shown = append(c.shown, o)
			c.mu.Unlock()
			_ = c.conn.Send(link.Ack{Seq: o.Seq})
			continue
		}
		c.got <- m
	}
}

func (c *client) next() any {
	c.t.Helper()
	select {
	case m, ok := <-c.got:
		if !ok {
			c.t.Fatal("the worker closed the link")
		}
		return m
	case <-time.After(20 * time.Second):
		c.t.Fatal("no answer from the worker")
	}
	return nil
}

func (c *client) send(m any) {
	c.t.Helper()
	if err := c.conn.Send(m); err != nil {
		c.t.Fatal(err)
	}
}

// begin sends a cell.
func (c *client) begin(code string, change ...func(*link.Execute)) {
	c.n++
	x := link.Execute{ID: fmt.Sprint("x", c.n), Count: c.n, Code: code, StoreHistory: true}
	for _, f := range change {
		f(&x)
	}
	c.mu.Lock()
	c.shown = nil
	c.stream.Reset()
	c.mu.Unlock()
	c.send(x)
}

// end waits for the answer to the cell.
func (c *client) end() link.Executed {
	c.t.Helper()
	x, ok := c.next().(link.Executed)
	if !ok || x.ID != fmt.Sprint("x", c.n) {
		c.t.Fatalf("got %+v, want the end of x%d", x, c.n)
	}
	return x
}

func (c *client) run(code string, change ...func(*link.Execute)) link.Executed {
	c.t.Helper()
	c.begin(code, change...)
	return c.end()
}

// printed is what the cell wrote, once the pipes are quiet.
func (c *client) printed() string {
	last := ""
	for range 50 {
		time.Sleep(5 * time.Millisecond)
		c.mu.Lock()
		now := c.stream.String()
		c.mu.Unlock()
		if now == last && now != "" {
			break
		}
		last = now
	}
	return last
}

// outputs are the texts of what the cell showed.
func (c *client) outputs() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, o := range c.shown {
		text, _ := o.Bundle.Data[display.MIMEText].(string)
		out = append(out, strings.TrimSpace(fmt.Sprint(o.Kind, " ", o.Name, text+o.Text)))
	}
	return out
}

func stdinAllowed(x *link.Execute) { x.AllowStdin = true }
