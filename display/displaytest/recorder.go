// Package displaytest has a display.Sink for tests. It knows nothing of what is
// shown.
package displaytest

import (
	"strings"
	"sync"

	"github.com/cellar-ml/cellar/display"
)

// A Shown is one thing that a Recorder was given.
type Shown struct {
	Kind   string // publish, update, clear
	ID     string // update
	Bundle display.Bundle
}

// A Recorder is a Sink that keeps what it is given, in order. Its zero value is
// ready; it is safe for concurrent use.
type Recorder struct {
	Err error // what every call returns

	mu  sync.Mutex
	all []Shown
}

// Publish implements display.Sink.
func (r *Recorder) Publish(b display.Bundle) error { return r.add(Shown{Kind: "publish", Bundle: b}) }

// Update implements display.Sink.
func (r *Recorder) Update(id string, b display.Bundle) error {
	return r.add(Shown{Kind: "update", ID: id, Bundle: b})
}

// Clear implements display.Sink.
func (r *Recorder) Clear(bool) error { return r.add(Shown{Kind: "clear"}) }

func (r *Recorder) add(s Shown) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Err == nil {
		r.all = append(r.all, s)
	}
	return r.Err
}

// All is a copy of everything so far.
func (r *Recorder) All() []Shown {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Shown(nil), r.all...)
}

// Text is what a person sees at the end: the text forms of all that was
// published, and the last of each update where the first of it stands.
func (r *Recorder) Text() string {
	var lines []string
	places := map[string]int{}
	for _, s := range r.All() {
		text, _ := s.Bundle.Data[display.MIMEText].(string)
		place, again := places[s.ID]
		switch {
		case s.Kind == "clear":
			lines, places = nil, map[string]int{}
		case s.Kind == "update" && again:
			lines[place] = text
		default:
			if s.Kind == "update" {
				places[s.ID] = len(lines)
			}
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}
