package lang

import (
	"go/token"
	"go/types"
	"path"
)

// bare adds the names in scope, the keywords, and, once a name is begun at
// from, the packages by name.
func (q *query) bare(l *matchList, c *checked, from int) {
	if c != nil {
		c.scope(l)
	}
	own := map[string]bool{}
	if c != nil {
		own = c.own
	}
	for name, o := range q.view.Objects {
		if c == nil && l.here == nil {
			l.here = o.Pkg()
		}
		if !own[name] {
			l.object(renamed(o, name), rankSession)
		}
	}
	for name, p := range q.view.Imports {
		l.word(Match{name, "package", p}, rankPackage)
	}
	for _, p := range q.view.Dots {
		for _, name := range p.Scope().Names() {
			if o := p.Scope().Lookup(name); o.Exported() {
				l.object(o, rankPackage)
			}
		}
	}
	for _, name := range types.Universe.Names() {
		l.object(types.Universe.Lookup(name), rankUniverse)
	}
	for _, t := range q.keywords(from, l.typesOnly) {
		l.word(Match{t.String(), "keyword", ""}, rankKeyword)
	}
	if from == q.at {
		return // every package there is would hide what is near
	}
	for name, paths := range q.names() {
		if l.fits(name) {
			l.word(Match{name, "package", preferred(name, paths)[0]}, rankUnimported)
		}
	}
}

// scope adds what the scopes around the name hold, the innermost first.
func (c *checked) scope(l *matchList) {
	inner := c.pkg.Scope().Innermost(c.pos)
	if inner == nil {
		inner = c.pkg.Scope()
	}
	for s := inner; s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			if !l.fits(name) {
				continue
			}
			_, o := s.LookupParent(name, c.pos)
			if o == nil || o != s.Lookup(name) {
				continue
			}
			_, isPkg := o.(*types.PkgName)
			switch {
			case isPkg:
				l.object(o, rankPackage)
			case s == c.pkg.Scope():
				if o.Type() != types.Typ[types.Invalid] || o.Pos() == token.NoPos {
					l.object(o, rankSession)
				}
			default:
				l.object(o, rankLocal)
			}
		}
	}
}

// labels adds the labels of the cell.
func (q *query) labels(l *matchList) {
	start := true
	for i, t := range q.toks {
		if start && t.tok == token.IDENT && i+1 < len(q.toks) && q.toks[i+1].tok == token.COLON {
			l.word(Match{t.text, "label", ""}, rankLocal)
		}
		start = t.tok == token.SEMICOLON || t.tok == token.LBRACE || t.tok == token.COMMENT
	}
}

// packageBase is the last element of a path that is no version: the package's
// name, as a rule.
func packageBase(p string) string {
	if base := path.Base(p); !version(base) {
		return base
	}
	return path.Base(path.Dir(p))
}
