package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// resolveImports looks up what the cell imports.
func (c *checker) resolveImports() {
	for _, spec := range c.u.src.imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		pkg, err := c.s.opt.Packages.Import(p)
		if err != nil || pkg == nil {
			d := c.s.diag(spec.Path.Pos(), fmt.Sprintf("package %s cannot be imported into a cell", p))
			if near := nearest(p, c.s.opt.Packages.Paths()); near != "" {
				d.Suggestion = "did you mean " + strconv.Quote(near) + "?"
			} else if strings.Contains(strings.SplitN(p, "/", 2)[0], ".") {
				d.Suggestion = c.s.opt.ImportHint
			}
			c.diags = append(c.diags, d)
			continue
		}
		c.bind(spec, pkg)
	}
}

func (c *checker) bind(spec *ast.ImportSpec, pkg *types.Package) {
	name := pkg.Name()
	if spec.Name != nil {
		name = spec.Name.Name
	}
	switch name {
	case "_":
	case ".":
		c.dot(pkg)
	default:
		c.u.imports[name] = pkg
	}
}

// dot makes the exported names of a package names of the session.
func (c *checker) dot(pkg *types.Package) { c.u.dots = append(c.u.dots, pkg) }

// dotted finds a name among what cells have imported with a dot.
func (c *checker) dotted(name string) types.Object {
	for _, list := range [][]*types.Package{c.u.dots, c.s.dots} {
		for i := len(list) - 1; i >= 0; i-- {
			if obj := list[i].Scope().Lookup(name); obj != nil && obj.Exported() {
				return obj
			}
		}
	}
	return nil
}

// stdNames maps a package name to the import paths that have it.
type stdNames struct {
	once  sync.Once
	paths map[string][]string
}

func (s *Session) pathsNamed(name string) []string {
	s.std.once.Do(func() {
		s.std.paths = map[string][]string{}
		for _, p := range s.opt.Packages.Paths() {
			base := path.Base(p)
			if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
				base = path.Base(path.Dir(p))
			}
			s.std.paths[base] = append(s.std.paths[base], p)
		}
	})
	return s.std.paths[name]
}

// favourite settles names that several packages of the standard library share.
var favourite = map[string]string{
	"rand": "math/rand/v2", "template": "text/template", "context": "context", "scanner": "text/scanner", "pprof": "runtime/pprof",
}

// autoImport finds the one package that a name and the names selected from it
// can mean; nil when there is none or more than one. Package unsafe is for who
// asks for it.
func (s *Session) autoImport(name string, sels []string) *types.Package {
	if name == "unsafe" {
		return nil
	}
	var fit []*types.Package
	for _, p := range s.pathsNamed(name) {
		if strings.Contains(p, "internal/") {
			continue
		}
		pkg, err := s.opt.Packages.Import(p)
		if err != nil || pkg.Name() != name || !hasAll(pkg, sels) {
			continue
		}
		if favourite[name] == p {
			return pkg
		}
		fit = append(fit, pkg)
	}
	if len(fit) == 1 {
		return fit[0]
	}
	if std := standard(fit); len(std) == 1 {
		return std[0]
	}
	// Nothing fits whole: the only package of that name still gives the better
	// message ("undefined: fmt.Printl").
	if paths := s.pathsNamed(name); len(fit) == 0 && len(paths) == 1 {
		pkg, _ := s.opt.Packages.Import(paths[0])
		if pkg != nil && pkg.Name() == name {
			return pkg
		}
	}
	return nil
}

func standard(pkgs []*types.Package) []*types.Package {
	var std []*types.Package
	for _, p := range pkgs {
		if !strings.Contains(strings.SplitN(p.Path(), "/", 2)[0], ".") {
			std = append(std, p)
		}
	}
	return std
}

func hasAll(pkg *types.Package, names []string) bool {
	for _, n := range names {
		if obj := pkg.Scope().Lookup(n); obj == nil || !obj.Exported() {
			return false
		}
	}
	return true
}

// suggest finds what an undefined name was perhaps meant to be.
func (c *checker) suggest(e types.Error) string {
	name, found := strings.CutPrefix(e.Msg, "undefined: ")
	if !found {
		return c.suggestMember(e.Msg)
	}
	if pkgName, sel, ok := strings.Cut(name, "."); ok {
		if p := c.packageNamed(pkgName); p != nil {
			return didYouMean(pkgName+".", nearest(sel, exported(p)))
		}
		return ""
	}
	if paths := c.s.pathsNamed(name); len(paths) > 0 {
		sort.Strings(paths)
		return "import " + strconv.Quote(paths[0]) + "?"
	}
	names := append([]string{}, types.Universe.Names()...)
	for n := range c.s.names {
		names = append(names, n)
	}
	for n := range c.s.imports {
		names = append(names, n)
	}
	names = append(names, commonPackages...)
	names = append(names, c.u.pkg.Scope().Names()...)
	for _, id := range topIdents(c.u.src) {
		names = append(names, id.Name)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == name })
	own, d := within(name, names, reach(name))
	if d > 0 && !ast.IsExported(own) {
		d++ // the capital is wrong as well
	}
	if member := c.suggestUnqualified(name, d); member != "" {
		own = member
	}
	return didYouMean("", own)
}

// suggestUnqualified is the exported name of an everyday package that is nearer
// to a capital name than distance d, with its package; "" when none is. Only
// what is spelled nearly so counts: a type still to be written is near to much.
func (c *checker) suggestUnqualified(name string, d int) string {
	if !ast.IsExported(name) {
		return ""
	}
	best, d := "", min(d, len(name)/4+1)
	for _, p := range commonPackages {
		pkg := c.s.autoImport(p, nil)
		if pkg == nil {
			continue
		}
		if member, at := within(name, exported(pkg), d-1); member != "" {
			best, d = p+"."+member, at
		}
	}
	return best
}

// commonPackages are package names that a slip of the finger may have meant,
// the most common first.
var commonPackages = []string{"fmt", "bytes", "errors", "math", "os", "rand", "slices", "sort", "strconv", "strings", "time"}

// suggestMember reads "x.f undefined (type T has no field or method f)".
func (c *checker) suggestMember(msg string) string {
	const has = "but does have "
	if _, rest, ok := strings.Cut(msg, has); ok {
		rest = strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(rest, ")"), "field "), "method ")
		return didYouMean("", rest)
	}
	return ""
}

func (c *checker) packageNamed(name string) *types.Package {
	if p := c.u.imports[name]; p != nil {
		return p
	}
	return c.s.imports[name]
}

func exported(p *types.Package) []string {
	var names []string
	for _, n := range p.Scope().Names() {
		if p.Scope().Lookup(n).Exported() {
			names = append(names, n)
		}
	}
	return names
}

func didYouMean(prefix, name string) string {
	if name == "" {
		return ""
	}
	return "did you mean " + prefix + name + "?"
}

// nearest is the closest candidate within a third of the name's length by edit
// distance; "" when none is.
func nearest(name string, candidates []string) string {
	best, _ := within(name, candidates, reach(name))
	return best
}

func reach(name string) int { return max(1, len(name)/3) }

// within is the closest candidate at most limit edits away, and its distance;
// "" and one more than limit when none is.
func within(name string, candidates []string, limit int) (string, int) {
	best, bestD := "", limit+1
	for _, c := range candidates {
		if c == "_" {
			continue
		}
		d := distance(strings.ToLower(name), strings.ToLower(c))
		if d < bestD || d == bestD && best != "" && closer(c, best, name) {
			best, bestD = c, d
		}
	}
	return best, bestD
}

// closer settles a tie: what begins with the name is what was cut short.
func closer(a, b, name string) bool {
	pa, pb := strings.HasPrefix(a, name), strings.HasPrefix(b, name)
	if pa != pb {
		return pa
	}
	return a < b
}

func distance(a, b string) int {
	if d := len(a) - len(b); d > 4 || d < -4 {
		return 99
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// magicFunc is the function that stands for a magic line while types are checked.
func (s *Session) magicFunc(pkg *types.Package, i int, m Segment) *types.Func {
	var results *types.Tuple
	if s.opt.MagicType != nil && m.Bind != "" {
		if rt := s.opt.MagicType(m); rt != nil {
			if t, err := s.TypeOf(rt); err == nil {
				results = types.NewTuple(types.NewVar(0, pkg, "", t))
			}
		}
	}
	return types.NewFunc(0, pkg, magicName(i), types.NewSignatureType(nil, nil, nil, nil, results, false))
}
