package interp

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// try repeats a lock that may fail until it is had or the cell is stopped.
func (s *Session) try(lock func() bool, block func()) {
	if lock() {
		return
	}
	stop := s.stopChannel()
	if stop == nil {
		block()
		return
	}
	for wait := 20 * time.Microsecond; !lock(); wait = min(2*wait, 2*time.Millisecond) {
		select {
		case <-stop:
			s.interrupted()
		case <-time.After(wait):
		}
	}
}

func (s *Session) lock(m *sync.Mutex)     { s.try(m.TryLock, m.Lock) }
func (s *Session) lockRW(m *sync.RWMutex) { s.try(m.TryLock, m.Lock) }
func (s *Session) rlock(m *sync.RWMutex)  { s.try(m.TryRLock, m.RLock) }

// wait waits for a group; the goroutine that waits in the cell's place ends
// when the group does.
func (s *Session) wait(g *sync.WaitGroup) { s.await(g.Wait) }

func (s *Session) condWait(c *sync.Cond) {
	if s.stopChannel() == nil {
		c.Wait()
		return
	}
	woken := make(chan struct{})
	go func() { c.Wait(); close(woken) }()
	select {
	case <-woken:
	case <-s.stopChannel():
		c.Broadcast()
		s.interrupted()
	}
}

func (s *Session) waitGo(g *sync.WaitGroup, f func()) {
	g.Add(1)
	cell := s.owner()
	go func() {
		defer g.Done()
		s.guard(cell, f)
	}()
}

// await runs f aside and returns when it has ended or the cell is stopped.
func (s *Session) await(f func()) {
	stop := s.stopChannel()
	if stop == nil {
		f()
		return
	}
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		f()
	}()
	select {
	case x := <-done:
		if x != nil {
			panic(x)
		}
	case <-stop:
		s.interrupted()
	}
}

// request gives a request the running cell's context.
func (s *Session) request(r *http.Request) *http.Request {
	run := s.mine()
	if run == nil {
		return r
	}
	ctx, cancel := context.WithCancel(r.Context())
	context.AfterFunc(run.ctx, cancel)
	return r.WithContext(ctx)
}

func (s *Session) clientDo(c *http.Client, r *http.Request) (*http.Response, error) {
	resp, err := c.Do(s.request(r))
	if err != nil {
		s.interrupted()
	}
	return resp, err
}

func (s *Session) clientRequest(c *http.Client, method, u, contentType string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequest(method, u, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return s.clientDo(c, r)
}

const formType = "application/x-www-form-urlencoded"

func (s *Session) clientGet(c *http.Client, u string) (*http.Response, error) {
	return s.clientRequest(c, "GET", u, "", nil)
}

func (s *Session) clientHead(c *http.Client, u string) (*http.Response, error) {
	return s.clientRequest(c, "HEAD", u, "", nil)
}

func (s *Session) clientPost(c *http.Client, u, contentType string, body io.Reader) (*http.Response, error) {
	return s.clientRequest(c, "POST", u, contentType, body)
}

func (s *Session) clientPostForm(c *http.Client, u string, v url.Values) (*http.Response, error) {
	return s.clientRequest(c, "POST", u, formType, strings.NewReader(v.Encode()))
}

func (s *Session) httpGet(u string) (*http.Response, error) {
	return s.clientGet(http.DefaultClient, u)
}

func (s *Session) httpHead(u string) (*http.Response, error) {
	return s.clientHead(http.DefaultClient, u)
}

func (s *Session) httpPost(u, contentType string, body io.Reader) (*http.Response, error) {
	return s.clientPost(http.DefaultClient, u, contentType, body)
}

func (s *Session) httpPostForm(u string, v url.Values) (*http.Response, error) {
	return s.clientPostForm(http.DefaultClient, u, v)
}

// command waits for a command, and kills it when the cell is stopped.
func (s *Session) command(c *exec.Cmd, f func() error) error {
	var err error
	stop := s.stopChannel()
	if stop == nil {
		return f()
	}
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err = <-done:
	case <-stop:
		if c.Process != nil {
			_ = c.Process.Kill()
		}
		s.interrupted()
	}
	return err
}

func (s *Session) cmdRun(c *exec.Cmd) error  { return s.command(c, c.Run) }
func (s *Session) cmdWait(c *exec.Cmd) error { return s.command(c, c.Wait) }

func (s *Session) cmdOutput(c *exec.Cmd) (out []byte, err error) {
	err = s.command(c, func() (err error) { out, err = c.Output(); return })
	return out, err
}

func (s *Session) cmdCombined(c *exec.Cmd) (out []byte, err error) {
	err = s.command(c, func() (err error) { out, err = c.CombinedOutput(); return })
	return out, err
}
