package main

import (
	"context"
	"strings"

	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
)

const (
	shrinkRounds = 12
	shrinkTries  = 40 // programs of a round, built together
)

// smaller drops statements and declarations from a program for as long as the
// interpreter still differs in the same manner.
func (h *hunt) smaller(ctx context.Context, text, want, got string) (string, string, string) {
	kind := manner(want, got)
	drop := 1 << 30
	for range shrinkRounds {
		var tries []string
		for _, t := range gofuzz.Smaller(text, drop) {
			if len(tries) < shrinkTries && h.check.Check(t) == nil {
				tries = append(tries, t)
			}
		}
		if len(tries) == 0 {
			return text, want, got
		}
		w, g, err := h.both(ctx, tries)
		if err != nil {
			return text, want, got
		}
		found := -1
		for i := range tries {
			if w[i] != "" && w[i] != g[i] && manner(w[i], g[i]) == kind && (found < 0 || len(tries[i]) < len(tries[found])) {
				found = i
			}
		}
		if found < 0 {
			return text, want, got
		}
		text, want, got = tries[found], w[found], g[found]
	}
	return text, want, got
}

// manner is how a program fails: an error keeps its words, a difference is one.
func manner(want, got string) string {
	s := signature(want, got)
	if strings.HasPrefix(s, "error: ") || strings.HasPrefix(s, "died: ") {
		return s
	}
	return "differs"
}
