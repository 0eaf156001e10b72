package worker

import (
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/interp"
)

// bundle is a result in its richest form; false when there is nothing to show.
// An error that is nil says only that all went well, so it is left out; one that
// is not nil is what there is to show.
func bundle(r interp.Result) (display.Bundle, bool) {
	if !r.Shown {
		return display.Bundle{}, false
	}
	if r.Bundle != nil {
		return *r.Bundle, true
	}
	if r.Type == "error" {
		return display.Of(r.Value), r.Value != nil
	}
	values, several := r.Value.([]any)
	if several && strings.HasPrefix(r.Type, "(") && strings.HasSuffix(r.Type, ", error)") && len(values) > 1 {
		last := len(values) - 1
		switch {
		case values[last] != nil:
			return display.Of(values[last]), true
		case last == 1:
			return display.Of(values[0]), true
		}
	}
	b := display.Of(r.Value)
	// The value's own text was made in the cell, where it can be interrupted.
	if _, text := b.Data[display.MIMEText]; r.Text != "" && text && (several || len(b.Data) == 1) {
		b = display.Text(r.Text)
	}
	return b, true
}
