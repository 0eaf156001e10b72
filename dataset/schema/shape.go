package schema

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// mostParts bounds a shape: what has more is free text.
const mostParts = 12

// A shape is the form that all values of a column have: runs of digits, of
// capital and small letters, and other characters as they are.
type shape struct {
	parts  []part
	values int
	free   bool // there is no form
}

type part struct {
	class    string // \d, [A-Z], [a-z]; "" for text
	text     string
	low, top int // characters of a class
}

func (s *shape) add(v string) {
	if s.free {
		return
	}
	parts := shapeOf(v)
	if s.values++; s.values == 1 {
		s.parts = parts
	}
	s.free = len(parts) == 0 || len(parts) > mostParts || len(parts) != len(s.parts)
	for i := 0; !s.free && i < len(parts); i++ {
		have, p := &s.parts[i], parts[i]
		if s.free = have.class != p.class || have.text != p.text; !s.free {
			have.low, have.top = min(have.low, p.low), max(have.top, p.top)
		}
	}
}

func shapeOf(v string) []part {
	var parts []part
	for _, r := range v {
		class := classOf(r)
		n := len(parts)
		switch {
		case n > mostParts:
			return parts
		case n > 0 && parts[n-1].class == class && class != "":
			parts[n-1].low++
			parts[n-1].top++
		case n > 0 && class == "" && parts[n-1].class == "":
			parts[n-1].text += string(r)
		case class == "":
			parts = append(parts, part{text: string(r)})
		default:
			parts = append(parts, part{class: class, low: 1, top: 1})
		}
	}
	return parts
}

func classOf(r rune) string {
	switch {
	case r >= '0' && r <= '9':
		return `\d`
	case r >= 'A' && r <= 'Z':
		return "[A-Z]"
	case r >= 'a' && r <= 'z':
		return "[a-z]"
	case unicode.IsLetter(r):
		return `\pL`
	}
	return ""
}

// expr is the regular expression of the form, or "" where there is none worth
// expecting: words alone are free text.
func (s *shape) expr() string {
	if s.free || s.values == 0 {
		return ""
	}
	var b strings.Builder
	told := false
	for _, p := range s.parts {
		if p.class == "" {
			b.WriteString(regexp.QuoteMeta(p.text))
			continue
		}
		told = told || p.class == `\d` || p.low == p.top
		switch {
		case p.low == p.top && p.low == 1:
			b.WriteString(p.class)
		case p.low == p.top:
			fmt.Fprintf(&b, "%s{%d}", p.class, p.low)
		default:
			b.WriteString(p.class + "+")
		}
	}
	if !told && len(s.parts) < 3 {
		return ""
	}
	return b.String()
}
