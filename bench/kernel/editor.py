"""What an editor asks of the kernel, beside ipykernel, in one run, by Jupyter's own client.

usage: python bench/kernel/editor.py [--kernel cellar] [--peer python3] [--n 60] [--json FILE]

Prints one line for each figure: ours, the peer's, the ratio, and the most that is allowed. Every question is asked of the
two in turn, so that a busy machine is busy for both. Exits with 1 when a figure is over.
"""

import argparse
import json
import os
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

TIMEOUT = 60

# The same session and the same questions in both languages.
GO = {
    "prepare": [
        'import ("fmt"; "strings"; "net/http")\ntype Wine struct { Name string; Year int }\n'
        "func (w *Wine) Drink(n int) error { return nil }\nred := &Wine{Name: \"a\"}\nreds := []*Wine{red}",
        "func taste(w *Wine, n int) (string, error) { return w.Name, nil }",
    ],
    "first": "bufio.NewSc",
    "ask": {
        "names in scope": "x := ta",
        "fields and methods": "red.",
        "package members": "strings.T",
        "in a statement half typed": "for _, w := range reds {\n\tfmt.Println(w.",
        "package not imported": "bufio.New",
    },
    "inspect": {"own function": "taste(red, 1)", "library function": "strings.Repeat(", "library method": "red.Drink("},
    "inspect_at": {"own function": 3},
    "complete": "func f(x int) int {\n\tif x > 0 {\n\t\treturn 1\n\t}\n",
    "busy": 'import "time"\nfmt.Println("on")\nfor i, t := 0, time.Now(); time.Since(t) < 4*time.Second; i++ {\n}',
}
PYTHON = {
    "prepare": [
        "import string, http.client, os\nclass Wine:\n  def __init__(s, name): s.name = name\n  def drink(self, n): return None\n"
        "red = Wine('a')\nreds = [red]",
        "def taste(w, n): return w.name",
    ],
    "first": "string.asc",
    "ask": {
        "names in scope": "x = ta",
        "fields and methods": "red.",
        "package members": "os.path.",
        "in a statement half typed": "for w in reds:\n  print(w.",
        "package not imported": "import collec",
    },
    "inspect": {"own function": "taste(red, 1)", "library function": "os.path.join(", "library method": "red.drink("},
    "inspect_at": {"own function": 3},
    "complete": "def f(x):\n  if x > 0:\n    return 1\n",
    "busy": 'import time\nprint("on", flush=True)\nt = time.time()\nwhile time.time() - t < 4: pass',
}

GENERIC = """import ("cmp"; "fmt"; "slices"; "strings")
type pair_N_[K comparable, V any] struct {
	Key   K
	Value V
}
func groupBy_N_[K comparable, V any](list []V, key func(V) K) map[K][]V {
	groups := map[K][]V{}
	for _, v := range list {
		k := key(v)
		groups[k] = append(groups[k], v)
	}
	return groups
}
func sorted_N_[K cmp.Ordered, V any](m map[K]V) []pair_N_[K, V] {
	var pairs []pair_N_[K, V]
	for k, v := range m {
		pairs = append(pairs, pair_N_[K, V]{k, v})
	}
	slices.SortFunc(pairs, func(a, b pair_N_[K, V]) int { return cmp.Compare(a.Key, b.Key) })
	return pairs
}
func reduce_N_[T, A any](list []T, start A, step func(A, T) A) A {
	acc := start
	for _, v := range list {
		acc = step(acc, v)
	}
	return acc
}
type wine_N_ struct {
	Name  string
	Year  int
	Score float64
}
func (w wine_N_) String() string {
	return fmt.Sprintf("%s (%d): %.1f", w.Name, w.Year, w.Score)
}
cellar_N_ := []wine_N_{
	{"Barolo", 2015, 94.5},
	{"Chianti", 2018, 89},
	{"Rioja", 2015, 91.25},
	{"Douro", 2018, 90},
}
byYear_N_ := groupBy_N_(cellar_N_, func(w wine_N_) int { return w.Year })
var b_N_ strings.Builder
for _, p := range sorted_N_(byYear_N_) {
	total := reduce_N_(p.Value, 0.0, func(sum float64, w wine_N_) float64 {
		return sum + w.Score
	})
	names := reduce_N_(p.Value, []string(nil), func(names []string, w wine_N_) []string {
		return append(names, w.Name)
	})
	fmt.Fprintf(&b_N_, "%d: %.2f %s\\n", p.Key, total/float64(len(p.Value)), strings.Join(names, ", "))
}
oldest_N_ := reduce_N_(cellar_N_, cellar_N_[0], func(old, w wine_N_) wine_N_ {
	if w.Year < old.Year {
		return w
	}
	return old
})
fmt.Fprintln(&b_N_, oldest_N_)
for i := range 3 {
	fmt.Fprintln(&b_N_, i, min(i, 1), max(i, 1))
}
fmt.Print(b_N_.String())
"""
GOMLX = """import (
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/gomlx/gomlx/pkg/ml/train"
)
"""


class Kernel:
    def __init__(self, name, cells):
        self.name, self.cells = name, cells
        self.km = KernelManager(kernel_name=name)
        self.km.start_kernel()
        self.kc = self.km.client()
        self.kc.start_channels()
        self.kc.wait_for_ready(timeout=TIMEOUT)

    def prepare(self):
        for code in self.cells["prepare"]:
            self.run(code)

    def reply(self, mid):
        while True:
            m = self.kc.get_shell_msg(timeout=TIMEOUT)
            if m["parent_header"].get("msg_id") == mid:
                return m["content"]

    def run(self, code):
        """Seconds from sending a cell to its idle; the cell must succeed."""
        t = time.perf_counter()
        mid = self.kc.execute(code)
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["parent_header"].get("msg_id") != mid:
                continue
            if m["msg_type"] == "status" and m["content"]["execution_state"] == "idle":
                break
        t = time.perf_counter() - t
        c = self.reply(mid)
        if c["status"] != "ok":
            raise SystemExit(f"{self.name}: {c.get('evalue')}\n{code}")
        return t

    def timed(self, send):
        t = time.perf_counter()
        c = self.reply(send())
        return (time.perf_counter() - t) * 1e3, c

    def completion(self, code):
        ms, c = self.timed(lambda: self.kc.complete(code, len(code)))
        if not c["matches"]:
            raise SystemExit(f"{self.name}: nothing completes {code!r}")
        return ms

    def inspection(self, code, at=None):
        ms, c = self.timed(lambda: self.kc.inspect(code, len(code) if at is None else at, 1))
        if not c["found"]:
            raise SystemExit(f"{self.name}: nothing is known of {code!r}")
        return ms

    def whole(self, code):
        return self.timed(lambda: self.kc.is_complete(code))[0]

    def while_busy(self, n):
        """The slowest of n completions asked while a cell runs, in milliseconds; the cell's length when it waits for it."""
        mid = self.kc.execute(self.cells["busy"])
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["msg_type"] == "stream" and m["parent_header"].get("msg_id") == mid:
                break
        code = self.cells["ask"]["names in scope"]
        times = []
        for _ in range(n):
            t = time.perf_counter()
            cid = self.kc.complete(code, len(code))
            while self.kc.get_shell_msg(timeout=TIMEOUT)["parent_header"].get("msg_id") != cid:
                pass  # the cell's own reply, where the kernel makes completion wait for it
            times.append((time.perf_counter() - t) * 1e3)
            if times[-1] > 1000:
                break
            time.sleep(0.02)
        while True:
            m = self.kc.get_iopub_msg(timeout=TIMEOUT)
            if m["msg_type"] == "status" and m["parent_header"].get("msg_id") == mid and m["content"]["execution_state"] == "idle":
                return statistics.median(times), max(times)

    def close(self):
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)


def first_completion(name, cells):
    """Milliseconds of the first completion of a new session, by a package that no cell has named yet."""
    k = Kernel(name, cells)
    k.run(cells["prepare"][0])
    ms = k.completion(cells["first"])
    k.close()
    return ms


def turns(pair, n, measure):
    a, b = [], []
    for _ in range(n):
        a.append(measure(pair[0]))
        b.append(measure(pair[1]))
    return a, b


def cells(name, prepare, code, n):
    """Milliseconds of n runs of a cell, each with names of its own, and of the first in a new session."""
    k = Kernel(name, GO)
    k.run(prepare)
    ms = [k.run(code.replace("_N_", str(i))) * 1e3 for i in range(n)]
    k.close()
    return ms


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--kernel", default="cellar")
    p.add_argument("--peer", default="python3")
    p.add_argument("--n", type=int, default=60)
    p.add_argument("--json", help="write the figures to this file too")
    o = p.parse_args()
    figures, over = [], 0

    def show(what, a, b, most):
        nonlocal over
        bad = a > most
        over += bad
        beside = f"{o.peer} {b:8.2f} ms  ratio {a / b:6.3f}" if b else " " * (len(o.peer) + 27)
        print(f"{what:44} {o.kernel} {a:8.2f} ms  {beside}  (at most {most:g} ms){'  OVER' if bad else ''}")
        figures.append({"what": what, "ours": a, "peer": b, "unit": "ms", "most": most, "over": bool(bad)})

    med = statistics.median
    print(f"load {os.getloadavg()[0]:.2f}")
    a, b = turns(((o.kernel, GO), (o.peer, PYTHON)), 3, lambda k: first_completion(*k))
    show("completion, first of a session, p50", med(a), med(b), 50)
    pair = Kernel(o.kernel, GO), Kernel(o.peer, PYTHON)
    for k in pair:
        k.prepare()
    every = [], []
    for what in GO["ask"]:
        a, b = turns(pair, o.n, lambda k: k.completion(k.cells["ask"][what]))
        every[0].extend(a)
        every[1].extend(b)
        show(f"completion, {what}, p50", med(a), med(b), 5)
    show("completion, all of these, p50", med(every[0]), med(every[1]), 5)
    for what in GO["inspect"]:
        a, b = turns(pair, o.n, lambda k: k.inspection(k.cells["inspect"][what], k.cells["inspect_at"].get(what)))
        show(f"inspection, {what}, p50", med(a), med(b), 5)
    a, b = turns(pair, o.n, lambda k: k.whole(k.cells["complete"]))
    show("is_complete, p50", med(a), med(b), 5)
    busy = [k.while_busy(o.n) for k in pair]
    show("completion while a cell runs, p50", busy[0][0], busy[1][0], 20)
    show("completion while a cell runs, slowest", busy[0][1], busy[1][1], 20)
    for k in pair:
        k.close()
    ms = cells(o.kernel, "1+1", GENERIC, 21)
    show("60 lines, 3 generic functions, p50", med(ms), 0, 15)
    print(f"{'':44} {o.kernel} {ms[0]:8.2f} ms  the first of the session")
    firsts = [cells(o.kernel, "1+1", GOMLX, 2) for _ in range(5)]
    show("imports of GoMLX, first of a session, p50", med(f[0] for f in firsts), 0, 30)
    if o.json:
        with open(o.json, "w") as f:
            json.dump(figures, f, indent=1)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
