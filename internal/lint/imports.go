package lint

import (
	"slices"
	"strconv"
	"strings"
)

// A part is a folder with all below it that is not a part of its own, and the
// other parts that it may import. Tests may import more: see imports.
type part struct {
	dir string
	may []string
	why string
}

var (
	leaves  = []string{"internal"}
	shown   = plus(leaves, "display")
	tracked = plus(shown, "tracker")
	tables  = plus(tracked, "display/chart", "dataset")
	trained = plus(tables, "engine")
	judged  = plus(trained, "evaluate", "explain", "monitor", "serve")
	steps   = plus(judged, "pipeline", "tracker/compare", "tracker/store", "tracker/storetest")
)

// parts is the table of DESIGN.md, "the house": imports point one way.
var parts = []part{
	{"internal", nil, "a leaf helper has no domain words: move what it needs to the part that knows them"},
	{"display", leaves, "everything can show itself, so display knows nothing of what it shows"},
	{"display/chart", shown, "a chart takes numbers and names; whoever has them imports chart, not the reverse"},
	{"tracker", shown, "the tracker's words import no database and no engine: a backend imports them"},
	{"tracker/compare", plus(tracked, "display/chart"), "compare draws runs that it reads through tracker.Store; magics and pages show them"},
	{"tracker/store", tracked, "a backend keeps the tracker's words and knows no step that makes them"},
	{"tracker/web", plus(tables, "tracker/compare"), "the pages read a tracker.Store; cmd opens the one that they show"},
	{"tracker/storetest", tracked, "the contract tests know the Store interface and no backend"},
	{"dataset", plus(tracked, "display/chart"), "a table is read and registered without an engine or an open store: take a tracker.Store"},
	{"engine", tables, "the engine trains from tables and records through tracker.Store; store, magics and kernel are above it"},
	{"evaluate", trained, "metrics stand beside explain and monitor: share through engine or dataset"},
	{"explain", trained, "explanations stand beside evaluate and monitor: share through engine or dataset"},
	{"monitor", trained, "monitoring stands beside evaluate and explain: share through engine or dataset"},
	{"serve", trained, "serving loads an artifact by engine; it runs no magic"},
	{"pipeline", plus(judged, "tracker/store"), "a pipeline runs library functions, never magics"},
	{"magics", steps, "magics are tested without sockets: the kernel reaches them through a hook that cmd wires"},
	{"kernel", plus(shown, "kernel/wire", "kernel/link"), "the kernel is tested without a tracker: it knows bytes, links and bundles; the worker runs the cells"},
	{"kernel/wire", leaves, "wire turns bytes into messages and knows nothing of cells"},
	{"kernel/link", shown, "link carries messages between the two processes and runs nothing"},
	{"kernel/lang", leaves, "lang reads Go text and values' types; what runs it is interp"},
	{"kernel/interp", plus(shown, "kernel/lang"), "interp runs what lang lowered; sockets and magics are the worker's"},
	{"kernel/worker", plus(shown, "kernel/link", "kernel/lang", "kernel/interp"), "the worker takes magics and packages through its options: cmd wires them"},
	{"kernel/kerneltest", plus(shown, "kernel", "kernel/wire", "kernel/link"), "the test client speaks the wire, as Jupyter does"},
	{"kernel/symbols", plus(steps, "kernel/lang"), "the tables name what cells may import: never the kernel or the magics themselves"},
	{"kernel/native", plus(steps, "kernel/lang", "kernel/symbols"), "native compiles what lang has checked and adds it to the tables; the worker and the magics reach it through cmd"},
	{"cmd", nil, ""},
	{"bench", nil, ""},
	{"notebooks", nil, ""},
}

// free parts are at the top: they may import all.
var free = []string{"cmd", "bench", "notebooks"}

// plus never shares memory between the lists, as append would.
func plus(list []string, more ...string) []string { return slices.Concat(list, more) }

// partOf is the part with the longest folder that dir is in.
func partOf(dir string) (part, bool) {
	var best part
	for _, p := range parts {
		if under(dir, p.dir) && len(p.dir) > len(best.dir) {
			best = p
		}
	}
	return best, best.dir != ""
}

// imports holds that imports point down. Tests may import what is above them,
// save that kernel and magics never meet.
func imports(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		from, known := partOf(f.Dir)
		if !known {
			return []Finding{t.at(f, f.Package, "folder %s is in no part: add a line to parts in internal/lint/imports.go and to DESIGN.md", f.Dir)}
		}
		for _, spec := range f.Imports {
			ip, err := strconv.Unquote(spec.Path.Value)
			dir, ours := strings.CutPrefix(ip, Module+"/")
			if err != nil || !ours || slices.Contains(free, from.dir) {
				continue
			}
			to, known := partOf(dir)
			if !known || to.dir == from.dir || slices.Contains(from.may, to.dir) {
				continue
			}
			if f.Test && !worlds(from.dir, to.dir) {
				continue
			}
			out = append(out, t.at(f, spec.Pos(), "%s imports %s: %s", from.dir, to.dir, from.why))
		}
		return out
	})
}

// worlds reports whether an import would join the kernel and the magics.
func worlds(from, to string) bool {
	kernel := func(dir string) bool { return under(dir, "kernel") && !under(dir, "kernel/symbols") }
	return kernel(from) && under(to, "magics") || under(from, "magics") && kernel(to)
}

// An owner is the only folder, or folders, that may import a package of others.
type owner struct {
	module string
	dirs   []string
	why    string
}

var ownerTable = []owner{
	{"github.com/go-echarts/go-echarts", []string{"display/chart"}, "charts come from display/chart, so that all have HTML, SVG and text"},
	{"github.com/dop251/goja", []string{"display/chart"}, "the script engine draws charts and nothing else"},
	{"github.com/go-zeromq/zmq4", []string{"kernel/wire"}, "sockets end in kernel/wire: use its messages"},
	{"github.com/mattn/go-sqlite3", []string{"tracker/store/sqlite", "dataset/source"}, "SQL stays in the backend: use tracker.Store; a person's database is read by dataset/source"},
	{"github.com/duckdb/duckdb-go/v2", []string{"dataset/source"}, "DuckDB is behind dataset/source"},
	{"github.com/traefik/yaegi", []string{"kernel/interp", "kernel/symbols"}, "the interpreter is behind kernel/interp"},
}

// owners holds that a library is imported in one place. Tests are free.
func owners(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		var out []Finding
		for _, spec := range f.Imports {
			ip, err := strconv.Unquote(spec.Path.Value)
			if err != nil || f.testing() {
				continue
			}
			for _, o := range ownerTable {
				if under(ip, o.module) && !slices.ContainsFunc(o.dirs, func(d string) bool { return under(f.Dir, d) }) {
					out = append(out, t.at(f, spec.Pos(), "imports %s: %s", ip, o.why))
				}
			}
		}
		return out
	})
}
