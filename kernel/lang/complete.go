package lang

import (
	"go/types"
	"slices"
	"strings"
	"unicode/utf8"
)

// A View is what completion and inspection see of a session: a snapshot that
// may be read while a cell runs.
type View struct {
	Packages Packages
	// Objects are the session's declarations by the names that the cells gave
	// them, the newest of each name. They belong to one package path; the
	// objects' own names may tell generations apart.
	Objects map[string]types.Object
	// Imports maps the names under which cells imported packages to paths.
	Imports map[string]string
	// Source is the text that declared a name; nil or "" where unknown.
	Source func(name string) string
	// Preview is a short form of a variable's value; nil or "" where unknown.
	Preview func(name string) string
}

// A Match is one completion.
type Match struct {
	Text      string
	Kind      string // function, type, variable, const, package, field, method, keyword
	Signature string // as in a declaration, without the kind
}

// Complete lists what may stand at cursor, and the span that a match replaces.
// All three positions count code points. The code may be unfinished; where
// nothing can be said there are no matches.
func Complete(v View, code string, cursor int) (matches []Match, start, end int) {
	at := byteOffset(code, cursor)
	q := newQuery(v, code, at)
	if from, to, ok := q.importString(); ok {
		return q.paths(code[from:at]), points(code, from), points(code, to)
	}
	from, ok := q.prefixStart()
	if !ok {
		return nil, cursor, cursor
	}
	found := q.candidates(from)
	return ranked(found, code[from:at]), points(code, from), points(code, at)
}

// byteOffset is where code point n of s begins; past the end it is the end.
func byteOffset(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

func points(s string, offset int) int { return utf8.RuneCountInString(s[:offset]) }

// ranked keeps what begins with prefix: first in the same case, then in any;
// within each, what is nearest in scope first, and then by name.
func ranked(found []candidate, prefix string) []Match {
	lower := strings.ToLower(prefix)
	kept := found[:0]
	for _, c := range found {
		if !strings.HasPrefix(strings.ToLower(c.Text), lower) || c.Text == "_" {
			continue
		}
		if !strings.HasPrefix(c.Text, prefix) {
			c.rank += 100
		}
		kept = append(kept, c)
	}
	slices.SortStableFunc(kept, func(a, b candidate) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	matches := make([]Match, 0, len(kept))
	seen := map[string]bool{}
	for _, c := range kept {
		if !seen[c.Text] {
			seen[c.Text] = true
			matches = append(matches, c.Match)
		}
	}
	return matches
}

// A candidate is a Match with how near it is: lower is nearer.
type candidate struct {
	Match
	rank int
}

// The nearness of what can stand for a bare name.
const (
	rankField = iota
	rankLocal
	rankSession
	rankPackage
	rankUniverse
	rankKeyword
	rankUnimported
)

// paths are the import paths that begin with prefix.
func (q *query) paths(prefix string) []Match {
	var ms []Match
	for _, p := range q.view.Packages.Paths() {
		if strings.HasPrefix(p, prefix) {
			ms = append(ms, Match{Text: p, Kind: "package"})
		}
	}
	return ms
}
