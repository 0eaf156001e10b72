package display_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
)

// A logSink notes what reaches it.
type logSink struct{ got []string }

func (l *logSink) Publish(b display.Bundle) error {
	l.got = append(l.got, "publish "+b.Data[display.MIMEText].(string))
	return nil
}

func (l *logSink) Update(id string, b display.Bundle) error {
	l.got = append(l.got, "update "+id+" "+b.Data[display.MIMEText].(string))
	return nil
}

func (l *logSink) Clear(wait bool) error {
	l.got = append(l.got, map[bool]string{true: "clear later", false: "clear"}[wait])
	return nil
}

func TestShow(t *testing.T) {
	before := display.Standard()
	t.Cleanup(func() { display.SetStandard(before) })
	l := &logSink{}
	display.SetStandard(l)
	for _, err := range []error{display.Show(42), display.Update("a", "x"), display.Clear(true), display.Clear(false)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"publish 42", "update a x", "clear later", "clear"}
	if diff := cmp.Diff(want, l.got); diff != "" {
		t.Errorf("Show, Update, Clear mismatch (-want +got):\n%s", diff)
	}
}
