// Package nearest finds the words that a mistyped one may have meant. It knows
// no domain words.
package nearest

import (
	"slices"
	"strings"
)

// Of returns up to max of the candidates that are close to word, the closest
// first and in the candidates' order between equals. Case does not count. A
// candidate is close when a third of its letters or fewer differ, or when one
// is the beginning of the other.
func Of(word string, candidates []string, max int) []string {
	type scored struct {
		word string
		cost int
	}
	var close []scored
	w := strings.ToLower(word)
	for _, c := range candidates {
		l := strings.ToLower(c)
		cost := distance([]rune(w), []rune(l))
		limit := (len([]rune(l)) + 2) / 3
		prefix := len(w) > 1 && len(l) > 1 && (strings.HasPrefix(l, w) || strings.HasPrefix(w, l))
		if cost <= limit || prefix {
			close = append(close, scored{c, cost})
		}
	}
	slices.SortStableFunc(close, func(a, b scored) int { return a.cost - b.cost })
	var words []string
	for _, s := range close[:min(max, len(close))] {
		words = append(words, s.word)
	}
	return words
}

// distance is the optimal string alignment distance: insertions, deletions,
// replacements and swaps of neighbours cost one each.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
