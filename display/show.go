package display

import (
	"os"
	"sync/atomic"
)

// standard is where Show and its kin show things; nil: on standard output.
var standard atomic.Pointer[Sink]

// SetStandard makes s the sink of Show, Update and Clear. A notebook's worker
// calls it once, at its start.
func SetStandard(s Sink) { standard.Store(&s) }

// Standard is the sink of Show, Update and Clear: the cell in a notebook, and
// standard output in a program.
func Standard() Sink {
	if s := standard.Load(); s != nil {
		return *s
	}
	standard.CompareAndSwap(nil, new(Sink(&Terminal{Out: os.Stdout})))
	return *standard.Load()
}

// Show shows v in its richest form, in the middle of a cell too.
func Show(v any) error { return Standard().Publish(Of(v)) }

// Update shows v under id: the first call with an id shows it, later calls
// replace what is shown there, also from a later cell.
func Update(id string, v any) error { return Standard().Update(id, Of(v)) }

// Clear removes what the cell has shown so far; with wait, only when it shows
// the next thing.
func Clear(wait bool) error { return Standard().Clear(wait) }
