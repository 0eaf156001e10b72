// Command loops times what the lowered form of a cell costs: a loop of additions
// and fib(27), as a cell and by CPython.
//
// usage: go run ./bench/loops [-n 100000000] [-rounds 5] [-python python3]
package main

import (
	"flag"
	"fmt"
	"log"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

const (
	fib  = "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }\n"
	loop = "for i := 0; i < %d; i++ { s += i }"
)

// pythons are the same for CPython, as a cell of a notebook and in a function.
const pythons = `
import sys, time
n = int(sys.argv[1])
t = time.perf_counter()
s = 0
for i in range(n): s += i
print(time.perf_counter() - t)
def f(n):
    s = 0
    for i in range(n): s += i
    return s
t = time.perf_counter(); f(n); print(time.perf_counter() - t)
def fib(n): return n if n < 2 else fib(n-1) + fib(n-2)
t = time.perf_counter(); fib(27); print(time.perf_counter() - t)
`

var rows = []string{"CPython loop, as a cell", "CPython loop, in a function", "CPython fib(27)", "cell loop", "cell loop, in a function", "cell fib(27)"}

func main() {
	n := flag.Int("n", 100_000_000, "additions")
	rounds := flag.Int("rounds", 5, "of each; the median counts")
	python := flag.String("python", "python3", "")
	flag.Parse()
	times := map[string][]float64{}
	for range *rounds {
		out, err := exec.Command(*python, "-c", pythons, strconv.Itoa(*n)).Output()
		if err != nil {
			log.Fatal("python: ", err)
		}
		for i, f := range strings.Fields(string(out)) {
			sec, _ := strconv.ParseFloat(f, 64)
			times[rows[i]] = append(times[rows[i]], sec)
		}
		sum := fmt.Sprintf(loop, *n)
		times["cell loop"] = append(times["cell loop"], cell("", "s := 0\n"+sum))
		times["cell loop, in a function"] = append(times["cell loop, in a function"], cell("func f(n int) int { s := 0; for i := range n { s += i }; return s }", fmt.Sprintf("f(%d)", *n)))
		times["cell fib(27)"] = append(times["cell fib(27)"], cell(fib, "fib(27)"))
	}
	for _, r := range rows {
		slices.Sort(times[r])
		fmt.Printf("%-28s %.3f s\n", r, times[r][len(times[r])/2])
	}
}

// cell is how long the second of two cells takes.
func cell(first, second string) float64 {
	s, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := s.Run(lang.Cell{N: 1, Code: first}, nil); err != nil {
		log.Fatal(err)
	}
	t := time.Now()
	if _, err := s.Run(lang.Cell{N: 2, Code: second}, nil); err != nil {
		log.Fatal(err)
	}
	return time.Since(t).Seconds()
}
