package display_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/displaytest"
)

func TestTerminal(t *testing.T) {
	show := func(s display.Sink) {
		for _, err := range []error{
			s.Publish(display.HTML("<b>one</b>", "one")),
			s.Update("p", display.Transient(display.Text("1/2"))),
			s.Update("q", display.Transient(display.Text("curve"))),
			s.Update("p", display.Text("2/2")),
			s.Publish(display.Text("end")),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var log, live strings.Builder
	show(&display.Terminal{Out: &log})
	show(&display.Terminal{Out: &live, Live: true})
	if diff := cmp.Diff("one\n2/2\nend\n", log.String()); diff != "" {
		t.Errorf("into a log (-want +got):\n%s", diff)
	}
	want := "one\n1/2\n" + "\x1b[1A\r\x1b[J1/2\ncurve\n" + "\x1b[2A\r\x1b[J2/2\ncurve\n" + "end\n"
	if diff := cmp.Diff(want, live.String()); diff != "" {
		t.Errorf("on a terminal (-want +got):\n%s", diff)
	}
}

func TestProgress(t *testing.T) {
	out := &displaytest.Recorder{}
	now := time.Unix(0, 0)
	p := &display.Progress{Out: out, ID: "load", Label: "load", Total: 400, Unit: "rows", Now: func() time.Time { return now }}
	for n := range int64(401) {
		if err := p.Set(n, ""); err != nil {
			t.Fatal(err)
		}
		now = now.Add(10 * time.Millisecond)
	}
	shown := out.All()
	if len(shown) != 41 {
		t.Errorf("%d updates in 4 s, want 41", len(shown))
	}
	if got, want := out.Text(), "load ████████████████████████ 400/400 rows · 100/s · 0s left"; got != want {
		t.Errorf("at the end %q, want %q", got, want)
	}
	if got, want := shown[10].Bundle.Data[display.MIMEText], "load ██████░░░░░░░░░░░░░░░░░░ 100/400 rows · 100/s · 3s left"; got != want {
		t.Errorf("after 1 s %q, want %q", got, want)
	}
	if err := p.Done("<ok>"); err != nil {
		t.Fatal(err)
	}
	last := out.All()[len(shown)].Bundle
	if display.IsTransient(last) || !strings.Contains(last.Data[display.MIMEHTML].(string), "&lt;ok&gt;") {
		t.Errorf("Done shows %v", last)
	}
}

func TestOnceKeepsErrors(t *testing.T) {
	broken := errors.New("broken pipe")
	once := &display.Once{Out: &displaytest.Recorder{Err: broken}}
	b := display.Bundle{Data: map[string]any{}, Needs: []display.Asset{{ID: "a", Bundle: func() display.Bundle { return display.Text("a") }}}}
	for range 2 {
		if err := once.Publish(b); !errors.Is(err, broken) {
			t.Errorf("Publish() = %v, want %v", err, broken)
		}
	}
}
