package kernel

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	firstFlush = 10 * time.Millisecond // after the first byte of a quiet time
	nextFlush  = 25 * time.Millisecond // while more comes
	fullFlush  = 64 << 10              // bytes that are not kept waiting
	maxRuns    = 8                     // changes between stdout and stderr in one flush
)

// streams gathers what the worker prints into stream messages: few enough not
// to flood a front end, soon enough to look live, in order, nothing lost.
type streams struct {
	publish func(parent json.RawMessage, name, text string)

	mu      sync.Mutex
	parent  json.RawMessage
	silent  bool
	runs    []run
	size    int
	cut     map[string]string // the begun rune at the end of each stream
	timer   *time.Timer
	armed   bool
	flowing bool // the last timer found something to flush
}

// A run is text of one stream.
type run struct {
	name string
	text []byte
}

func newStreams(publish func(parent json.RawMessage, name, text string)) *streams {
	s := &streams{publish: publish, cut: map[string]string{}}
	s.timer = time.AfterFunc(time.Hour, s.tick)
	s.timer.Stop()
	return s
}

// begin sets the request that output belongs to from now on. What came before
// goes to the one before. A silent request shows nothing. Nothing that the
// worker prints or shows is published before start returns.
func (s *streams) begin(parent json.RawMessage, silent bool, start func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush(true)
	s.parent, s.silent = parent, silent
	s.flowing = false
	start()
}

// add takes printed bytes; s.mu is held.
func (s *streams) add(name string, b []byte) {
	if len(b) == 0 {
		return
	}
	if n := len(s.runs); n > 0 && s.runs[n-1].name == name {
		s.runs[n-1].text = append(s.runs[n-1].text, b...)
	} else {
		s.runs = append(s.runs, run{name, append([]byte(nil), b...)})
	}
	s.size += len(b)
	if s.size >= fullFlush {
		s.flush(false)
		return
	}
	if !s.armed {
		s.armed = true
		if s.flowing {
			s.timer.Reset(nextFlush)
		} else {
			s.timer.Reset(firstFlush)
		}
	}
}

func (s *streams) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.armed {
		return
	}
	s.flowing = len(s.runs) > 0
	s.flush(false)
	if s.flowing { // look again, to know when the flow ends
		s.armed = true
		s.timer.Reset(nextFlush)
	}
}

// flush publishes what is gathered; s.mu is held. Unless all is asked for, a
// rune that has only begun is kept for the next flush.
func (s *streams) flush(all bool) {
	s.armed = false
	runs := s.runs
	s.runs, s.size = nil, 0
	if len(runs) > maxRuns {
		runs = merge(runs)
	}
	for _, r := range runs {
		text := s.cut[r.name] + string(r.text)
		delete(s.cut, r.name)
		if !all {
			n := wholeRunes(text)
			if n < len(text) {
				s.cut[r.name], text = text[n:], text[:n]
			}
		}
		s.send(r.name, text)
	}
	if !all {
		return
	}
	for _, name := range []string{"stdout", "stderr"} {
		s.send(name, s.cut[name])
		delete(s.cut, name)
	}
}

func (s *streams) send(name, text string) {
	if text != "" && !s.silent {
		s.publish(s.parent, name, strings.ToValidUTF8(text, "\uFFFD"))
	}
}

// notice shows a line of the kernel's own in the latest cell.
func (s *streams) notice(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush(true)
	s.send("stderr", text)
}

// merge brings the text of each stream together, in the order in which the
// streams began.
func merge(runs []run) []run {
	var out []run
	at := map[string]int{}
	for _, r := range runs {
		i, ok := at[r.name]
		if !ok {
			i = len(out)
			at[r.name] = i
			out = append(out, run{name: r.name})
		}
		out[i].text = append(out[i].text, r.text...)
	}
	return out
}

// wholeRunes is how much of text does not end in the middle of a rune.
func wholeRunes(text string) int {
	for i := 1; i <= utf8.UTFMax && i <= len(text); i++ {
		b := text[len(text)-i]
		if utf8.RuneStart(b) {
			if !utf8.FullRuneInString(text[len(text)-i:]) {
				return len(text) - i
			}
			break
		}
	}
	return len(text)
}
