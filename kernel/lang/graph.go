package lang

import (
	"hash/fnv"
	"slices"
	"sort"
	"strconv"
	"sync"
)

// A graph knows which cell made what a name stands for now, and out of which
// names: the program dependence graph of the cells that ran, one node for each
// execution. What a value was made from is its backward slice (Weiser, Program
// Slicing, ICSE 1981), in the dynamic form of Agrawal and Horgan (PLDI 1990):
// over what ran, in the text in which it ran.
//
// Names are those of Go, "T.M" for a method, and what a magic line tells with
// Touch. A name has a version: equal versions are equal values, as far as the
// checker knows.
type graph struct {
	mu       sync.Mutex
	seq      int
	open     []*execution          // those that run, the innermost last
	cells    map[string]*execution // the latest of each cell of the notebook
	names    map[string]*made
	suspects map[*execution]bool // those that read what is not the same now
	doubted  []*execution        // the suspects, the longest first
	aliases  map[string]nameSet  // variables that may hold the same memory
	held     map[string]*effects // of variables: what the functions in them do
	deleted  map[string]bool     // the front end's ids of cells that are gone
}

// made is where the value of a name comes from.
type made struct {
	by      *execution
	version uint64
	since   int          // when it was last made anew, and not only changed
	chain   []*execution // those that changed it since
	readers []*execution // those that read this version
}

// An execution is one run of one cell. What it reads is what it found, not what
// it made itself.
type execution struct {
	seq    int
	cell   Cell
	inputs []input
	writes []string
	out    []*execution // those that read what it made
	before *execution   // the execution of the same cell that it takes the place of
}

type input struct {
	name    string
	from    *execution
	version uint64
}

func newGraph() *graph {
	return &graph{
		cells: map[string]*execution{}, names: map[string]*made{}, suspects: map[*execution]bool{},
		aliases: map[string]nameSet{}, held: map[string]*effects{}, deleted: map[string]bool{},
	}
}

// key is what a cell of the notebook stays the same by: the front end's id, or
// the text where there is none.
func (c Cell) key() string {
	if c.ID != "" {
		return "id " + c.ID
	}
	return "text " + c.Code
}

// Begin says that a cell begins to run: what is committed until End is its
// doing. A cell may run another inside itself.
func (s *Session) Begin(c Cell) {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seq++
	delete(g.deleted, c.ID)
	g.open = append(g.open, &execution{seq: g.seq, cell: c})
}

// End says that the cell that began last has ended.
func (s *Session) End() {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := len(g.open) - 1; n >= 0 {
		g.settle(g.open[n])
		g.open = g.open[:n]
	}
}

// Touch says that the running cell read, or wrote, something that is not a
// variable: a dataset of the store, say. Equal versions are equal contents; ""
// is another one each time.
func (s *Session) Touch(name string, writes bool, version string) {
	g := s.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	x := g.current()
	if x == nil {
		return
	}
	g.enter(x)
	switch {
	case !writes:
		g.read(x, name)
	case version == "":
		g.write(x, name, g.unique(x), true)
	default:
		g.write(x, name, hash(version), true)
	}
}

// current is the innermost execution; nil when no cell runs.
func (g *graph) current() *execution {
	if n := len(g.open) - 1; n >= 0 {
		return g.open[n]
	}
	return nil
}

// enter makes x the latest execution of its cell.
func (g *graph) enter(x *execution) {
	key := x.cell.key()
	old := g.cells[key]
	if old == x || old != nil && old.seq > x.seq {
		return
	}
	g.cells[key], x.before = x, old
}

// settle ends x: what an earlier text of the cell made, and this one does not,
// is not to be relied on.
func (g *graph) settle(x *execution) {
	for _, in := range x.inputs {
		if m := g.names[in.name]; m.version != in.version && m.by != x || g.orphan(m) {
			g.doubt(x, nil)
		}
	}
	if old := x.before; old != nil {
		for _, name := range old.writes {
			if m := g.names[name]; g.orphan(m) {
				g.doubtReaders(m, nil)
			}
		}
		old.before = nil
	}
}

// orphan says whether the cell that made m has been run again with another text
// that does not make it.
func (g *graph) orphan(m *made) bool {
	now := g.cells[m.by.cell.key()]
	return now != m.by && now != nil && now.cell.Code != m.by.cell.Code
}

func (x *execution) input(name string) (input, bool) {
	for _, in := range x.inputs {
		if in.name == name {
			return in, true
		}
	}
	return input{}, false
}

// read notes that x needs a name.
func (g *graph) read(x *execution, name string) {
	m, ok := g.names[name]
	if !ok || m.by == x {
		return
	}
	if _, have := x.input(name); have {
		return
	}
	x.inputs = append(x.inputs, input{name, m.by, m.version})
	m.by.out = append(m.by.out, x)
	m.readers = append(m.readers, x)
}

// write notes that x gave a name a value; anew says that nothing of the old one
// is left.
func (g *graph) write(x *execution, name string, version uint64, anew bool) {
	if !slices.Contains(x.writes, name) {
		x.writes = append(x.writes, name)
	}
	old, had := g.names[name]
	if !had {
		g.names[name] = &made{by: x, version: version, since: x.seq, chain: []*execution{x}}
		return
	}
	_, reads := x.input(name)
	if old.by != x || old.chain[len(old.chain)-1] != x {
		old.chain = append(old.chain, x)
	}
	old.by = x
	if old.version == version {
		return
	}
	old.version = version
	g.doubtReaders(old, x)
	if anew && !reads && old.since != x.seq {
		for _, c := range old.chain {
			g.doubt(c, x)
		}
		old.since, old.chain = x.seq, []*execution{x}
	}
}

// doubtReaders doubts the cells that read what m was.
func (g *graph) doubtReaders(m *made, by *execution) {
	for _, r := range m.readers {
		g.doubt(r, by)
	}
	m.readers = nil
}

func (g *graph) doubt(r, by *execution) {
	if r != by && g.cells[r.cell.key()] == r && !g.suspects[r] {
		g.suspects[r] = true
		g.doubted = append(g.doubted, r)
	}
}

// unique is a version that nothing else has.
func (g *graph) unique(x *execution) uint64 {
	g.seq++
	return hash("execution", strconv.Itoa(x.seq), strconv.Itoa(g.seq))
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // it cannot fail
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// derived is the version of what a text makes of names.
func (g *graph) derived(text string, reads nameSet) uint64 {
	parts := []string{text}
	for name := range reads {
		if m, ok := g.names[name]; ok {
			parts = append(parts, name+" "+strconv.FormatUint(m.version, 36))
		}
	}
	sort.Strings(parts[1:])
	return hash(parts...)
}

// alias notes that a may hold the same memory as b, and as what b is an alias
// of: the value of the pair says whether a holds the address of b itself.
func (g *graph) alias(a, b string, address bool) {
	pair := func(c string, address bool) {
		for _, n := range []string{a, c} {
			if g.aliases[n] == nil {
				g.aliases[n] = nameSet{}
			}
		}
		if a != c {
			g.aliases[a][c] = g.aliases[a][c] || address
			if _, ok := g.aliases[c][a]; !ok {
				g.aliases[c][a] = false
			}
		}
	}
	for c, holds := range g.aliases[b] {
		pair(c, holds && !address)
	}
	pair(b, address)
}

// unalias forgets what a variable that is set anew was an alias of; who holds its
// address still does.
func (g *graph) unalias(a string) {
	for b := range g.aliases[a] {
		if !g.aliases[b][a] {
			delete(g.aliases[b], a)
			delete(g.aliases[a], b)
		}
	}
}

// together is a variable and all that may hold the same memory.
func (g *graph) together(name string) nameSet {
	all := nameSet{}
	var add func(string)
	add = func(n string) {
		if !all[n] {
			all[n] = true
			for m := range g.aliases[n] {
				add(m)
			}
		}
	}
	add(name)
	return all
}
