package magics

import (
	"time"

	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
)

// A bar shows how far a source has been read: a line for each phase, with the
// rate and the time that is left. What is done at once shows none.
type bar struct {
	env   *Env
	label string
	phase string
	line  *display.Progress
	scale int64
}

func newBar(env *Env, label string) *bar { return &bar{env: env, label: label} }

// show takes the progress of one goroutine at a time.
func (b *bar) show(p sources.Progress) {
	if b.line == nil || b.phase != p.Phase {
		b.end(nil)
		b.phase, b.scale = p.Phase, 1
		unit := p.Unit
		if unit == "bytes" && (p.Total == 0 || p.Total > 10e6) {
			b.scale, unit = 1e6, "MB"
		}
		b.line = &display.Progress{
			Out: b.env.Out, ID: "source-" + b.label + "-" + p.Phase + "-" + clock.Or(b.env.Now)().Format("150405.000000000"),
			Label: p.Phase + " " + b.label, Total: p.Total / b.scale, Unit: unit, Now: b.env.Now, Delay: time.Second / 2,
		}
	}
	// A sink that is gone ends the step elsewhere; progress is not worth an error.
	_ = b.line.Set(p.Done/b.scale, "")
}

// end leaves the line where a phase took long enough to have one.
func (b *bar) end(err error) {
	if b.line == nil {
		return
	}
	note := ""
	if err != nil {
		note = "stopped"
	}
	_ = b.line.Done(note) // as in show
	b.line = nil
}
