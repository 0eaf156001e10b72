package magics

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// A tap is a pipe whose bytes go on to a writer, and are kept.
type tap struct {
	in   *os.File // for the command
	done chan struct{}

	mu   sync.Mutex
	kept bytes.Buffer
}

// keptBytes is how much a tap keeps; the rest only goes on.
const keptBytes = 16 << 20

// tee opens a tap. A file in place of a writer lets the command's own end be
// the end, not that of what it left in the background.
func tee(to io.Writer) (*tap, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("open a pipe: %w", err)
	}
	t := &tap{in: in, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer out.Close()
		// A failed write ends the copy; the command then gets SIGPIPE.
		_, _ = io.Copy(io.MultiWriter(to, t), out)
	}()
	return t, nil
}

// Write keeps p.
func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if left := keptBytes - t.kept.Len(); left > 0 {
		t.kept.Write(p[:min(len(p), left)])
	}
	return len(p), nil
}

// end closes the tap and returns what came. What a process in the background
// writes later goes on to the writer and is not kept.
func (t *tap) end() string {
	const patience = 100 * time.Millisecond
	t.in.Close()
	select {
	case <-t.done:
	case <-time.After(patience):
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept.String()
}
