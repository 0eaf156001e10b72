package display

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Width is the number of terminal columns that s takes: East Asian wide runes
// and emoji count two, combining marks none.
func Width(s string) int {
	if isASCII(s) {
		return len(s)
	}
	return uniseg.StringWidth(s)
}

// Shorten cuts s to at most width columns; what was cut ends in an ellipsis. A
// width below 1 gives "".
func Shorten(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used+g.Width() > width-1 {
			break
		}
		used += g.Width()
		b.WriteString(g.Str())
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// ShortenMiddle is Shorten with the ellipsis in the middle, for names whose
// ends differ, such as paths.
func ShortenMiddle(s string, width int) string {
	if Width(s) <= width || width < 3 {
		return Shorten(s, width)
	}
	var parts []string
	var widths []int
	for g := uniseg.NewGraphemes(s); g.Next(); {
		parts, widths = append(parts, g.Str()), append(widths, g.Width())
	}
	head, tail, used := 0, len(parts), 1
	for turn := 0; head < tail; turn++ {
		next := head
		if turn%2 == 1 {
			next = tail - 1
		}
		if used += widths[next]; used > width {
			break
		}
		if next == head {
			head++
		} else {
			tail--
		}
	}
	return strings.Join(parts[:head], "") + "…" + strings.Join(parts[tail:], "")
}

// Pad fills s with spaces to width columns; right puts them before s. A longer
// s is returned as it is.
func Pad(s string, width int, right bool) string {
	n := width - Width(s)
	if n <= 0 {
		return s
	}
	if right {
		return strings.Repeat(" ", n) + s
	}
	return s + strings.Repeat(" ", n)
}

// Line makes s safe for one line of a terminal: line ends become ↵, tabs a
// space, and other control characters are written out, so that a value cannot
// move the cursor or change colours.
func Line(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	s = strings.ReplaceAll(strings.TrimRight(s, "\r\n"), "\r\n", "\n")
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r':
			b.WriteRune('↵')
		case r == '\t':
			b.WriteByte(' ')
		case unsafeRune(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unsafeRune holds for control characters and for the marks that turn the
// direction of writing, which can make a line read as another.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
