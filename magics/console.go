package magics

import (
	"sync"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
)

// A Console is the Sink of a command. Results go to one terminal and progress
// to another, so that --json and pipes hold results alone. On a terminal that
// can redraw, progress is drawn in place; elsewhere passing states are a plain
// line now and then. It is safe for concurrent use.
type Console struct {
	Results  display.Terminal
	Progress display.Terminal
	Now      func() time.Time // nil: the machine's clock

	mu      sync.Mutex
	last    time.Time
	pending display.Bundle // progress that was held back
}

// Publish implements display.Sink.
func (c *Console) Publish(b display.Bundle) error {
	if err := c.Settle(); err != nil {
		return err
	}
	return c.Results.Publish(b)
}

// Update implements display.Sink.
func (c *Console) Update(id string, b display.Bundle) error {
	if c.Progress.Live {
		return c.Progress.Update(id, b)
	}
	const pause = 2 * time.Second
	c.mu.Lock()
	defer c.mu.Unlock()
	now := clock.Or(c.Now)()
	if display.IsTransient(b) && now.Sub(c.last) < pause {
		c.pending = b
		return nil
	}
	c.last, c.pending = now, display.Bundle{}
	return c.Progress.Publish(b)
}

// Clear implements display.Sink: what was printed stays.
func (c *Console) Clear(bool) error { return nil }

// Settle prints the last progress that was held back, and lets what stands on
// the terminal stand.
func (c *Console) Settle() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.pending
	c.pending = display.Bundle{}
	return c.Progress.Publish(held)
}
