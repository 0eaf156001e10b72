package lang

import (
	"fmt"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// writeImports writes the session's imports, the cell's, and those of packages
// that the cell names without importing them.
func (q *query) writeImports(b *strings.Builder, cs []piece) {
	imports := map[string]string{}
	for i, t := range q.toks {
		if t.tok == token.IDENT && i+1 < len(q.toks) && q.toks[i+1].tok == token.PERIOD && (i == 0 || q.toks[i-1].tok != token.PERIOD) {
			if p := q.guess(t.text); p != "" {
				imports[t.text] = p
			}
		}
	}
	for name, p := range q.view.Imports {
		imports[name] = p
	}
	for name := range q.view.Objects {
		delete(imports, name)
	}
	for _, c := range cs {
		if c.kind() != importing {
			continue
		}
		for i, t := range c.toks {
			if t.tok == token.STRING {
				p, _ := strconv.Unquote(t.text)
				name := q.packageName(p)
				if prev := c.toks[i-1]; prev.tok == token.IDENT || prev.tok == token.PERIOD {
					name = "." + prev.text
					name = strings.TrimPrefix(name, map[bool]string{true: "."}[prev.tok == token.IDENT])
				}
				imports[name] = p
			}
		}
	}
	for name, p := range imports {
		fmt.Fprintf(b, "import %s %q\n", name, p)
	}
}

// names are the packages there are, by name.
func (q *query) names() map[string][]string {
	if q.named == nil {
		q.named = map[string][]string{}
		for _, p := range q.view.Packages.Paths() {
			if !strings.Contains(p, "internal/") {
				q.named[packageBase(p)] = append(q.named[packageBase(p)], p)
			}
		}
	}
	return q.named
}

// guess is the path of a package that is named but not imported: of several,
// the first that has the names that the cell selects from it; "" for none.
func (q *query) guess(name string) string {
	paths := q.names()[name]
	if len(paths) == 0 {
		return ""
	}
	paths = preferred(name, paths)
	if len(paths) > 1 {
		for _, p := range paths {
			if pkg, err := q.view.Packages.Import(p); err == nil && q.selects(name, pkg.Scope()) {
				return p
			}
		}
	}
	return paths[0]
}

// selects reports whether a package's scope has all that the cell selects from
// the package under name; what is being typed may be a beginning.
func (q *query) selects(name string, scope *types.Scope) bool {
	for i := 0; i+2 < len(q.toks); i++ {
		if q.toks[i].text != name || q.toks[i+1].tok != token.PERIOD || q.toks[i+2].tok != token.IDENT {
			continue
		}
		sel := q.toks[i+2]
		if sel.pos <= q.at && q.at <= sel.end {
			typed := strings.ToLower(q.code[sel.pos:q.at])
			if !slices.ContainsFunc(scope.Names(), func(n string) bool {
				return token.IsExported(n) && strings.HasPrefix(strings.ToLower(n), typed)
			}) {
				return false
			}
		} else if o := scope.Lookup(sel.text); o == nil || !o.Exported() {
			return false
		}
	}
	return true
}

// preferred orders the paths of a name as automatic import prefers them.
func preferred(name string, paths []string) []string {
	paths = slices.Clone(paths)
	slices.SortStableFunc(paths, func(a, b string) int { return distant(name, a) - distant(name, b) })
	return paths
}

func distant(name, p string) int {
	d := strings.Count(p, "/")
	switch {
	case favourite[name] == p:
		return -1
	case strings.Contains(strings.SplitN(p, "/", 2)[0], "."):
		d += 100
	}
	return d
}

// importPaths are the import paths that begin with prefix, and then those with
// a later element that does.
func (q *query) importPaths(prefix string) []Match {
	var first, later []Match
	for _, p := range q.view.Packages.Paths() {
		switch {
		case strings.HasPrefix(p, prefix):
			first = append(first, Match{Text: p, Kind: "package"})
		case strings.Contains(p, "/"+prefix):
			later = append(later, Match{Text: p, Kind: "package"})
		}
	}
	list := append(first, later...)
	if len(list) <= 12 { // each is a file to unpack
		for i := range list {
			list[i].Signature = q.synopsis(list[i].Text)
		}
	}
	return list
}

// synopsis is the first sentence of a package's documentation.
func (q *query) synopsis(p string) string {
	text := q.view.Packages.Doc(p, "")
	text, _, _ = strings.Cut(text, "\n\n")
	text = strings.Join(strings.Fields(text), " ")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	return text
}

func (q *query) packageName(p string) string {
	base := path.Base(p)
	if version(base) {
		if pkg, err := q.view.Packages.Import(p); err == nil {
			return pkg.Name()
		}
	}
	return base
}

// version reports whether the last element of a path is a major version.
func version(base string) bool {
	_, err := strconv.Atoi(strings.TrimPrefix(base, "v"))
	return err == nil && strings.HasPrefix(base, "v")
}
