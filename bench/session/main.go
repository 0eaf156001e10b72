// Command session runs 10,000 typical cells in one session, in this process,
// and prints what each keeps and how long the first and the last thousand took.
//
// usage: go run ./bench/session [-cells 10000] [-memprofile FILE]
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// typical are cells as a session has them, over and over; %d is the round.
var typical = []struct{ name, code string }{
	{"expression", "x*2 + %d"},
	{"assignment", "x = %d"},
	{"new variable", "v%d := x + 1"},
	{"again the same variable", "w := []int{x, %d}"},
	{"function redefined", "func f(n int) int { return n + %d }"},
	{"call", "f(x) + %d"},
	{"struct type", "type T struct{ A, B%d int }\nt := T{A: 1}"},
	{"method", "type M struct{ N int }\nfunc (m M) Add(n int) int { return m.N + n + %d }\nM{1}.Add(2)"},
	{"print", "fmt.Fprintln(io.Discard, \"line\", %d)"},
	{"loop", "s := 0\nfor i := range 10 { s += i * %d }\ns"},
}

func main() {
	cells := flag.Int("cells", 10_000, "how many")
	profile := flag.String("memprofile", "", "where the heap's profile goes")
	cpu := flag.String("cpuprofile", "", "where the processor's profile goes")
	only := flag.String("only", "", "one kind of cell by its name")
	flag.Parse()
	s, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		log.Fatal(err)
	}
	run := func(n int, code string) time.Duration {
		at := time.Now()
		if _, err := s.RunCell(lang.Cell{N: n, Code: code}, nil); err != nil {
			log.Fatalf("cell [%d] %s: %v", n, code, err)
		}
		return time.Since(at)
	}
	defer profileCPU(*cpu)()
	run(1, "x := 1\nfunc f(n int) int { return n }")
	n := 1
	list := typical
	if *only != "" {
		list = slices.DeleteFunc(slices.Clone(list), func(c struct{ name, code string }) bool { return c.name != *only })
	}
	warm := len(list) * 50
	var times []time.Duration
	var before uint64
	for i := range *cells {
		if i == warm {
			before = heap()
		}
		n++
		c := list[i%len(list)]
		times = append(times, run(n, fmt.Sprintf(c.code, i)))
	}
	after := heap()
	fmt.Printf("%d cells: %.1f kB a cell; heap %.1f MB\n", *cells, float64(int64(after-before))/float64(*cells-warm)/1000, float64(after)/1e6)
	k := max(1, min(1000, *cells/3))
	first, last := median(times[warm:warm+k]), median(times[len(times)-k:])
	fmt.Printf("median latency: first %d %v, last %d %v (%+.0f %%)\n", k, first, k, last, 100*(float64(last)/float64(first)-1))
	profileHeap(*profile)
	runtime.KeepAlive(s)
}

// profileCPU begins a profile of the processor, if file is not "", and returns
// what ends it.
func profileCPU(file string) func() {
	if file == "" {
		return func() {}
	}
	f, err := os.Create(file)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		log.Fatal(err)
	}
	return pprof.StopCPUProfile
}

func profileHeap(file string) {
	if file == "" {
		return
	}
	f, err := os.Create(file)
	if err == nil {
		err = pprof.WriteHeapProfile(f)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func median(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}
