package search

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error says what is wrong with a filter and where.
type Error struct {
	Filter string
	At     int // the byte that it is about; len(Filter) for the end
	What   string
	Advice string // what could have been meant; may be ""
}

// shown is how many characters of a filter an error shows.
const shown = 72

// Error is a line that says what and at which column, counted in characters
// from 1, then the filter with a caret under that column.
func (e *Error) Error() string {
	before, after := []rune(oneLine(e.Filter[:e.At])), []rune(oneLine(e.Filter[e.At:]))
	column := len(before) + 1
	if n := len(before) - shown*2/3; n > 0 && len(before)+len(after) > shown {
		before = append([]rune("…"), before[n+1:]...)
	}
	if n := shown - len(before); len(after) > n {
		after = append(after[:max(n-1, 0):max(n-1, 0)], '…')
	}
	return fmt.Sprintf("filter, column %d: %s\n  %s%s\n  %s^", column, e.What, string(before), string(after), strings.Repeat(" ", len(before)))
}

// Hint is what the person can do.
func (e *Error) Hint() string { return e.Advice }

// oneLine keeps the characters and their number, but none that would move the
// caret from under its column.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
}
