// Package clock is the one place where the house reads the wall clock. Options
// carry a Now field; its zero value means System. It knows no domain words.
package clock

import "time"

// System is the machine's clock.
func System() time.Time { return time.Now() }

// Or returns now, or System when now is nil.
func Or(now func() time.Time) func() time.Time {
	if now == nil {
		return System
	}
	return now
}
