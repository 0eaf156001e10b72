package kernel

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// How the Go runtime and C libraries begin their last words, at a line's start.
var crashMarks = [][]byte{
	[]byte("fatal error: "),
	[]byte("panic: "),
	[]byte("runtime: goroutine stack exceeds"),
	[]byte("runtime: out of memory"),
	[]byte("unexpected fault address"),
	[]byte("SIGSEGV: "), []byte("SIGBUS: "), []byte("SIGILL: "), []byte("SIGFPE: "), []byte("SIGABRT: "),
	[]byte("terminate called "),
	[]byte("double free or corruption"),
	[]byte("F0000 "), []byte("*** Check failure"),
}

const (
	crashText = 256 << 10              // bytes kept of a crash
	crashWait = 250 * time.Millisecond // a process that lives on has only printed such a line
	crashLong = 5 * time.Second        // the same, once it looks like a dump of goroutines
)

// A crash holds back what looks like the end of the worker until it is known
// whether it was: then it becomes the cell's error, and else output like any.
// Its methods are called with streams.mu held.
type crash struct {
	text    []byte
	holding bool
	midLine bool // the last byte that passed was not a newline
	timer   *time.Timer
	release func() // gives text back to the stream; takes the lock itself
}

// filter returns what may pass of b.
func (c *crash) filter(b []byte) []byte {
	if c.holding {
		if room := crashText - len(c.text); room > 0 {
			c.text = append(c.text, b[:min(room, len(b))]...)
		}
		if c.dump() {
			c.timer.Reset(crashLong)
		}
		return nil
	}
	at := c.find(b)
	if at < 0 {
		c.midLine = b[len(b)-1] != '\n'
		return b
	}
	c.holding = true
	c.text = append(c.text[:0], b[at:]...)
	wait := crashWait
	if c.dump() {
		wait = crashLong
	}
	c.timer = time.AfterFunc(wait, c.release)
	return b[:at]
}

func (c *crash) dump() bool {
	return bytes.Contains(c.text, []byte("\ngoroutine ")) || bytes.Contains(c.text, []byte("\nruntime stack:"))
}

// find is where a crash begins in b, or -1.
func (c *crash) find(b []byte) int {
	for at := 0; at < len(b); {
		if at > 0 || !c.midLine {
			for _, m := range crashMarks {
				if bytes.HasPrefix(b[at:], m) {
					return at
				}
			}
		}
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return -1
}

// drop ends the holding and returns what was held.
func (c *crash) drop() []byte {
	if !c.holding {
		return nil
	}
	c.holding = false
	c.timer.Stop()
	text := c.text
	c.text = nil
	c.midLine = len(text) > 0 && text[len(text)-1] != '\n'
	return text
}

const crashFrames = 7 // lines of the first goroutine that are shown

// trimCrash keeps what a person needs of a crash text: what happened, and the
// top of the stack of the goroutine to which it happened.
func trimCrash(text string) (what string, shown []string) {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	frames, inStack, skipping := 0, false, false
	for _, l := range all {
		switch {
		case strings.HasPrefix(l, "runtime stack:"), strings.HasPrefix(l, "runtime: sp="):
			skipping = l[len("runtime")] == ' '
			continue
		case strings.HasPrefix(l, "goroutine "):
			if inStack {
				return what, cutNote(shown, len(all))
			}
			inStack, skipping = true, false
		case skipping:
			continue
		case what == "" && (strings.HasPrefix(l, "fatal error: ") || strings.HasPrefix(l, "panic: ")):
			what = l
		}
		if inStack {
			if frames++; frames > crashFrames {
				return what, cutNote(shown, len(all))
			}
		}
		if len(shown) > 40 {
			return what, cutNote(shown, len(all))
		}
		shown = append(shown, l)
	}
	return what, shown
}

func cutNote(shown []string, all int) []string {
	for len(shown) > 0 && shown[len(shown)-1] == "" {
		shown = shown[:len(shown)-1]
	}
	return append(shown, fmt.Sprintf("… %d more lines", all-len(shown)))
}
