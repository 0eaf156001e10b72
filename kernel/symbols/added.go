package symbols

import (
	"go/types"

	"github.com/cellar-ml/cellar/kernel/symbols/table"
)

// Add makes packages importable that were compiled and loaded after this binary
// was built. Their types are in data, an archive as the generated sets have, or
// given: types of this universe, that is made from what Import returns. A path
// that is there already is replaced for imports to come.
func (p *Packages) Add(data string, tables []table.Package, given ...*types.Package) {
	s := &set{data: data}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.atMu.Lock()
	defer p.atMu.Unlock()
	for _, t := range tables {
		if _, ok := p.at[t.Path]; ok {
			delete(p.imports, t.Path)
			delete(p.full, t.Path)
		}
		p.at[t.Path] = entry{s, t}
		delete(p.docs, t.Path)
	}
	for _, pkg := range given {
		p.imports[pkg.Path()], p.full[pkg.Path()] = pkg, true
	}
}

// Has says whether a package can be imported.
func (p *Packages) Has(path string) bool {
	_, ok := p.entry(path)
	return ok
}
