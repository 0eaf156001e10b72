package display_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/display"
)

// A line with a Delay is not there for what is done sooner, and is for a step that
// takes longer, though it says nothing meanwhile.
func TestProgressDelay(t *testing.T) {
	var out strings.Builder
	for _, c := range []struct {
		label       string
		delay, took time.Duration
		want        bool
	}{{"short", time.Minute, 0, false}, {"silent", 20 * time.Millisecond, 200 * time.Millisecond, true}} {
		out.Reset()
		p := &display.Progress{Out: &display.Terminal{Out: &out}, ID: c.label, Label: c.label, Delay: c.delay}
		if err := p.Set(0, ""); err != nil || out.Len() > 0 {
			t.Errorf("%s: Set = %v, %q, want nothing yet", c.label, err, out.String())
		}
		time.Sleep(c.took)
		if err := p.Done(""); err != nil || strings.Contains(out.String(), c.label) != c.want {
			t.Errorf("%s: Done = %v, %q, want a line: %t", c.label, err, out.String(), c.want)
		}
	}
}
