package display

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// A Terminal is a Sink that prints text forms. On a terminal (Live) an update
// is drawn over what it replaces; elsewhere passing states are left out, so a
// log holds each thing once, finished. It is safe for concurrent use.
type Terminal struct {
	Out   io.Writer
	Live  bool // Out is a terminal that understands cursor movements
	Width int  // columns; 0 means 80

	mu    sync.Mutex
	block []shownLines // what stands at the bottom and can be drawn over
}

type shownLines struct{ id, text string }

// Publish implements Sink.
func (t *Terminal) Publish(b Bundle) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.block = nil
	return t.print(plainText(b))
}

// Update implements Sink.
func (t *Terminal) Update(id string, b Bundle) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.Live {
		if IsTransient(b) {
			return nil
		}
		return t.print(plainText(b))
	}
	lines := 0
	for _, s := range t.block {
		lines += t.height(s.text)
	}
	found := false
	for i := range t.block {
		if t.block[i].id == id {
			t.block[i].text, found = plainText(b), true
		}
	}
	if !found {
		t.block = append(t.block, shownLines{id, plainText(b)})
	}
	var out strings.Builder
	if lines > 0 {
		fmt.Fprintf(&out, "\x1b[%dA\r\x1b[J", lines)
	}
	for i, s := range t.block {
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(s.text)
	}
	return t.print(out.String())
}

// Clear implements Sink. A terminal keeps what was printed.
func (t *Terminal) Clear(bool) error { return nil }

func (t *Terminal) print(s string) error {
	if s == "" {
		return nil
	}
	_, err := io.WriteString(t.Out, s+"\n")
	return err
}

// height is how many lines s takes, with long ones broken by the terminal.
func (t *Terminal) height(s string) int {
	width := t.Width
	if width <= 0 {
		width = textWidth
	}
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		n += max(1, (Width(line)+width-1)/width)
	}
	return n
}
