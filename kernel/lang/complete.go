package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode/utf8"
)

// A View is what completion and inspection see of a session: a snapshot that
// may be read while a cell runs.
type View struct {
	Packages Packages
	// Objects are the session's declarations by name, the newest of each. They
	// belong to one package path.
	Objects map[string]types.Object
	// Imports maps the names under which cells imported packages to paths.
	Imports map[string]string
	// Dots are the packages whose names cells may use without the package's.
	Dots []*types.Package
	// Source is the text that declared a name ("Wine") or a method
	// ("Wine.Drink"), and its doc comment; nil or "" where unknown.
	Source func(name string) (text, doc string)
	// Preview is a short form of a variable's value; nil or "" where unknown.
	Preview func(name string) string
}

// A Match is one completion.
type Match struct {
	Text      string
	Kind      string // function, type, variable, const, package, field, method, keyword, label
	Signature string // as in a declaration, without the kind
}

// Complete lists what may stand at cursor, and the span that a match replaces.
// All three positions count code points. The code may be unfinished; where
// nothing can be said there are no matches.
func Complete(v View, code string, cursor int) (matches []Match, start, end int) {
	at := byteOffset(code, cursor)
	q := newQuery(v, code, at)
	if from, to, ok := q.importString(); ok {
		return q.importPaths(code[from:at]), points(code, from), points(code, to)
	}
	from, ok := q.prefixStart()
	if !ok {
		return nil, cursor, cursor
	}
	l := &matchList{view: v, prefix: q.code[from:at], lower: strings.ToLower(q.code[from:at])}
	q.candidates(l, from)
	return l.ranked(), points(code, from), points(code, at)
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

// A matchList keeps what begins with prefix, in any case.
type matchList struct {
	view          View
	prefix, lower string
	here          *types.Package
	want          types.Type // what the place takes; nil: anything
	typesOnly     bool       // the place takes a type
	found         []candidate
}

// A candidate is a Match with how near it is: lower is nearer.
type candidate struct {
	Match
	rank int
}

// The nearness of what can stand for a bare name. Within one, what begins in
// the case that was typed comes first; the last three give way to all that
// does.
const (
	rankField = iota
	rankLocal
	rankSession
	rankPackage
	rankUniverse
	rankKeyword
	rankUnimported
)

// otherCase is what a name that begins in another case loses.
const otherCase = 1000

func (l *matchList) fits(name string) bool {
	return name != "_" && name != placeholder && len(name) >= len(l.prefix) && strings.HasPrefix(strings.ToLower(name), l.lower)
}

// word adds what has no object.
func (l *matchList) word(m Match, rank int) {
	if l.fits(m.Text) {
		l.add(m, rank, false)
	}
}

// object adds a name in scope.
func (l *matchList) object(o types.Object, rank int) {
	if !l.fits(o.Name()) || l.typesOnly && !mayBeType(o) {
		return
	}
	l.add(describe(o, l.here, l.view.Packages), rank, l.gives(o))
}

func (l *matchList) add(m Match, rank int, wanted bool) {
	rank *= 4
	if !wanted {
		rank += 2
	}
	switch {
	case strings.HasPrefix(m.Text, l.prefix):
	case rank >= 4*rankPackage:
		rank += otherCase
	default:
		rank++
	}
	l.found = append(l.found, candidate{m, rank})
}

func mayBeType(o types.Object) bool {
	switch o.(type) {
	case *types.TypeName, *types.PkgName:
		return true
	}
	return false
}

// gives reports whether o, or what it returns, is what the place takes.
func (l *matchList) gives(o types.Object) bool {
	if l.want == nil || o.Type() == nil {
		return false
	}
	t := o.Type()
	switch o := o.(type) {
	case *types.Var, *types.Const:
	case *types.Func:
		if r := o.Signature().Results(); r.Len() > 0 && o.Signature().TypeParams().Len() == 0 && !types.AssignableTo(t, l.want) {
			t = r.At(0).Type()
		}
	default:
		return false
	}
	return t != types.Typ[types.Invalid] && types.AssignableTo(t, l.want)
}

// ranked is the list, the nearest first and then by name.
func (l *matchList) ranked() []Match {
	slices.SortStableFunc(l.found, func(a, b candidate) int {
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.Text, b.Text)
	})
	matches := make([]Match, 0, len(l.found))
	seen := map[string]bool{}
	for _, c := range l.found {
		if !seen[c.Text] {
			seen[c.Text] = true
			matches = append(matches, c.Match)
		}
	}
	return matches
}

// candidates adds all that may stand for the name that begins at from.
func (q *query) candidates(l *matchList, from int) {
	before := q.before(from)
	switch before.tok {
	case token.GOTO, token.BREAK, token.CONTINUE:
		q.labels(l)
		return
	}
	c := q.check(from, q.at)
	if c != nil {
		l.here = c.pkg
		if sel, ok := c.parent(1).(*ast.SelectorExpr); ok && sel.Sel == c.name() {
			q.members(l, c, sel)
			return
		}
	}
	if before.tok == token.PERIOD {
		return // of something unknown
	}
	if c != nil {
		l.typesOnly, l.want = c.takesType(), c.expected()
		if c.keys(l) {
			return // only keys may stand here
		}
	}
	q.bare(l, c, from)
}
