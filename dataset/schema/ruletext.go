package schema

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"go.yaml.in/yaml/v4"
)

type (
	// Pattern expects text of which the whole matches a regular expression of
	// package regexp, as if it stood between \A and \z.
	Pattern struct{ Expr string }

	// Length expects text of Min to Max characters; a negative Max is no bound.
	Length struct{ Min, Max int }
)

// Kind implements Rule.
func (Pattern) Kind() string        { return "pattern" }
func (p Pattern) String() string    { return p.Expr }
func (p Pattern) write() *yaml.Node { return quoted(p.Expr) }

func (p Pattern) compile() (*regexp.Regexp, error) {
	if _, err := regexp.Compile(p.Expr); err != nil { // by itself: the message then shows what was written
		return nil, err
	}
	return regexp.Compile(`\A(?:` + p.Expr + `)\z`)
}

func (p Pattern) start(o *opener, types []arrow.DataType) (state, error) {
	if types[0].ID() != arrow.STRING {
		return nil, fmt.Errorf("a pattern is of text, not of %s: use range or set", typeText(types[0]))
	}
	re, err := p.compile()
	s := &patternState{re: re}
	if !o.door {
		s.memo = map[string]bool{}
	}
	return s, err
}

// mostMemo bounds the values that a pattern remembers the answer for: matching
// takes ten times as long as looking up, and most columns repeat themselves.
const mostMemo = 1 << 14

type patternState struct {
	rowState
	re   *regexp.Regexp
	memo map[string]bool // nil where many goroutines ask, or where values do not repeat
	hits int
}

func (s *patternState) batch(b *batch) {
	a, ok := b.arrays[0].(*array.String)
	if !ok {
		return
	}
	for i := range a.Len() {
		if a.IsValid(i) && !s.match(a.Value(i)) {
			b.fail(i, nil)
		}
	}
}

func (s *patternState) match(v string) bool {
	if s.memo == nil {
		return s.re.MatchString(v)
	}
	ok, known := s.memo[v]
	if known {
		s.hits++
		return ok
	}
	ok = s.re.MatchString(v)
	switch {
	case len(s.memo) < mostMemo:
		s.memo[strings.Clone(v)] = ok // the batch's own bytes may go
	case s.hits < mostMemo:
		s.memo = nil
	}
	return ok
}

// Kind implements Rule.
func (Length) Kind() string { return "length" }

func (l Length) String() string {
	return between(strconv.Itoa(l.Min), l.max()) + " characters"
}

func (l Length) max() string {
	if l.Max < 0 {
		return ""
	}
	return strconv.Itoa(l.Max)
}

func (l Length) write() *yaml.Node {
	if l.Max >= 0 {
		return list(scalar(strconv.Itoa(l.Min)), scalar(l.max()))
	}
	return bounds(strconv.Itoa(l.Min), "")
}

func (l Length) start(_ *opener, types []arrow.DataType) (state, error) {
	if types[0].ID() != arrow.STRING {
		return nil, fmt.Errorf("a length is of text, not of %s: use range", typeText(types[0]))
	}
	return &lengthState{Length: l}, nil
}

type lengthState struct {
	rowState
	Length
}

func (s *lengthState) batch(b *batch) {
	a, ok := b.arrays[0].(*array.String)
	if !ok {
		return
	}
	for i := range a.Len() {
		n := utf8.RuneCountInString(a.Value(i))
		if (n < s.Min || s.Max >= 0 && n > s.Max) && a.IsValid(i) {
			b.fail(i, func() string { return plural(int64(n), "character") })
		}
	}
}
