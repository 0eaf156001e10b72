package display

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
)

const (
	progressEvery = 100 * time.Millisecond
	barWidth      = 24
)

// Progress is one line that says how far a step is: a bar, the count, the rate
// and the time that is left. Updates reach the sink at most once in Every; the
// last one always does. It is safe for concurrent use.
type Progress struct {
	Out   Sink
	ID    string // the display id; must be its own in the session
	Label string
	Total int64            // 0: not known; there is no bar then
	Unit  string           // of the count, such as "rows"; may be ""
	Every time.Duration    // 0 means 100 ms
	Delay time.Duration    // what is done sooner shows no line
	Now   func() time.Time // nil means the machine's clock

	mu    sync.Mutex
	start time.Time
	last  time.Time
	n     int64
	late  *time.Timer // shows the line of a step that says nothing for long
}

// Set says that n of Total are done; note is a short text at the end of the
// line and may be "".
func (p *Progress) Set(n int64, note string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := clock.Or(p.Now)()
	if p.start.IsZero() {
		p.start = now
		if p.Delay > 0 {
			p.late = time.AfterFunc(p.Delay, p.appear)
		}
	}
	p.n = n
	every := p.Every
	if every <= 0 {
		every = progressEvery
	}
	if now.Sub(p.start) < p.Delay || !p.last.IsZero() && now.Sub(p.last) < every {
		return nil
	}
	p.last = now
	return p.Out.Update(p.ID, Transient(p.bundle(now.Sub(p.start), note, false)))
}

// appear shows a line that was held back.
func (p *Progress) appear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late == nil || !p.last.IsZero() {
		return
	}
	p.last = clock.Or(p.Now)()
	_ = p.Out.Update(p.ID, Transient(p.bundle(p.last.Sub(p.start), "", false))) // a sink that is gone says so at the next Set
}

// Done shows the line for the last time; note is what came of it.
func (p *Progress) Done(note string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := clock.Or(p.Now)()
	if p.start.IsZero() {
		p.start = now
	}
	if p.late != nil {
		p.late.Stop()
		p.late = nil
	}
	if p.Delay > 0 && p.last.IsZero() {
		return nil
	}
	return p.Out.Update(p.ID, p.bundle(now.Sub(p.start), note, true))
}

func (p *Progress) bundle(spent time.Duration, note string, done bool) Bundle {
	facts := []string{p.counted()}
	if rate := float64(p.n) / spent.Seconds(); spent > 0 && p.n > 0 {
		facts = append(facts, Number(round3(rate))+"/s")
		if left := float64(p.Total-p.n) / rate; p.Total > 0 && !done {
			facts = append(facts, Duration(time.Duration(left*float64(time.Second)).Round(time.Second))+" left")
		}
	}
	if done {
		facts = append(facts, "in "+Duration(spent))
	}
	if note != "" {
		facts = append(facts, Line(note))
	}
	tail := strings.Join(facts, " · ")
	text, html := tail, Escape(tail)
	if p.Total > 0 {
		text = bar(p.n, p.Total, barWidth) + " " + tail
		html = fmt.Sprintf(`<progress max="%d" value="%d" style="vertical-align:middle">%d%%</progress> %s`,
			p.Total, min(p.n, p.Total), p.n*100/p.Total, Escape(tail))
	}
	if p.Label != "" {
		text, html = Line(p.Label)+" "+text, Escape(p.Label)+" "+html
	}
	return HTML(`<div class="`+noMath+`">`+html+`</div>`, Shorten(text, textWidth))
}

func (p *Progress) counted() string {
	s := count(int(p.n))
	if p.Total > 0 {
		s += "/" + count(int(p.Total))
	}
	if p.Unit != "" {
		s += " " + p.Unit
	}
	return s
}

// round3 keeps three digits of a rate, so that it does not flutter.
func round3(x float64) float64 {
	unit := 1.0
	for x/unit >= 1000 {
		unit *= 10
	}
	for x/unit < 100 && unit > 1e-6 {
		unit /= 10
	}
	return float64(int64(x/unit+0.5)) * unit
}

// bar draws n of total in width columns, in eighths of a column.
func bar(n, total int64, width int) string {
	eighths := int(float64(width*8) * float64(max(0, min(n, total))) / float64(total))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s + strings.Repeat("░", width-Width(s))
}
