package main

import (
	"context"
	"os"
	"strings"

	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
)

const (
	shrinkRounds = 8
	shrinkTries  = 40 // programs of a round, built together
)

// smaller drops statements and declarations from a program for as long as the
// interpreter still differs in the same manner.
func (h *hunt) smaller(ctx context.Context, text, want, got string) (string, string, string) {
	kind := manner(want, got)
	for range shrinkRounds {
		var tries []string
		var pieces []gofuzz.Piece
		for _, p := range gofuzz.Pieces(text) {
			if t := gofuzz.Without(text, p); len(tries) < shrinkTries && h.check.Check(t) == nil {
				tries, pieces = append(tries, t), append(pieces, p)
			}
		}
		good := h.still(ctx, kind, tries)
		if len(good) == 0 {
			break
		}
		// What can go alone can often go together.
		var together []string
		var dropped []gofuzz.Piece
		for _, i := range good {
			dropped = append(dropped, pieces[i])
			if t := gofuzz.Without(text, dropped...); h.check.Check(t) == nil {
				together = append(together, t)
			} else {
				dropped = dropped[:len(dropped)-1]
			}
		}
		if best := h.still(ctx, kind, together); len(best) > 0 {
			text = together[best[len(best)-1]]
		} else {
			text = tries[good[0]]
		}
	}
	w, g, err := h.both(ctx, []string{text})
	if err != nil {
		return text, want, got
	}
	return text, w[0], g[0]
}

// still are the indexes of the programs that fail in the manner given.
func (h *hunt) still(ctx context.Context, kind string, programs []string) (good []int) {
	if len(programs) == 0 {
		return nil
	}
	if strings.Contains(kind, "cannot run") {
		return h.refused(kind, programs)
	}
	w, g, err := h.both(ctx, programs)
	if err != nil {
		return nil
	}
	for i := range programs {
		if w[i] != "" && w[i] != g[i] && manner(w[i], g[i]) == kind {
			good = append(good, i)
		}
	}
	return good
}

// refused is still for what does not depend on what the program prints.
func (h *hunt) refused(kind string, programs []string) (good []int) {
	dir, err := os.MkdirTemp("", "gofuzz")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(dir)
	got, _ := interpreted(dir, programs)
	for i := range got {
		if manner("", got[i]) == kind {
			good = append(good, i)
		}
	}
	return good
}

// manner is how a program fails: an error keeps its words, a difference is one.
func manner(want, got string) string {
	s := signature(want, got)
	if strings.HasPrefix(s, "error: ") || strings.HasPrefix(s, "died: ") {
		return s
	}
	return "differs"
}
