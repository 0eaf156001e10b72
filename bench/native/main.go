// Command native measures the native tier beside `go build`, CPython and the
// interpreter, in one run.
//
//	go run ./bench/native [-python python3] [-rounds 7]
//
// It exits with 1 when a figure is over what is allowed.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/native"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

const loop = `func loop(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i
	}
	return s
}`

const fib = `func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}`

const program = "package main\n\nimport (\n\t\"fmt\"\n\t\"time\"\n)\n\n" + loop + "\n\n" + fib + `

func main() {
	t := time.Now()
	x := loop(100_000_000)
	a := time.Since(t)
	t = time.Now()
	y := fib(27)
	fmt.Println(a.Seconds(), time.Since(t).Seconds(), x, y)
}
`

const python = `import time
def loop(n):
    s = 0
    for i in range(n):
        s += i
    return s
def fib(n):
    return n if n < 2 else fib(n-1) + fib(n-2)
t = time.perf_counter(); x = loop(100_000_000); a = time.perf_counter() - t
t = time.perf_counter(); y = fib(27); print(a, time.perf_counter() - t, x, y)
`

var (
	rounds = flag.Int("rounds", 7, "how often each is measured; the median counts")
	py     = flag.String("python", "python3", "CPython")
	probe  = flag.String("probe", "", "") // the cache of a later session: prints the seconds that the cell took
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *probe != "" {
		s := newSession(*probe)
		s.native(fib)
		p, _ := background(*probe)
		start := time.Now()
		p.run(fib + "\nfib(27)")
		fmt.Println(s.took.Seconds(), s.fresh, time.Since(start).Seconds())
		return
	}
	if err := run(); err != nil {
		log.Fatal("bench/native: ", err)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "bench-native")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%s\n", load())
	over := builds(dir)
	over = speed(dir) || over
	fmt.Printf("%s\n", load())
	if over {
		return fmt.Errorf("a figure is over what is allowed")
	}
	return nil
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Join(strings.Fields(string(text))[:3], " ")
}

// builds measures the first build of a cell, and the same cell in a later session.
func builds(dir string) (over bool) {
	var first, cached []float64
	newSession(dir).native("func warm() int { return 1 }") // Go's own cache
	s := newSession(dir)
	for i := range *rounds {
		s.native(strings.ReplaceAll(fib, "fib", "fib"+strconv.Itoa(i)))
		first = append(first, s.took.Seconds())
	}
	s.native(fib)
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	for range *rounds {
		f := fields(exec.Command(self, "-probe", dir))
		if f[1] != "false" {
			log.Fatal("a later session compiled again")
		}
		cached = append(cached, number(f[0]))
	}
	over = row("first build of a small cell", median(first), 1, "s")
	return row("from the cache, in a new process", median(cached), 0.050, "s") || over
}

// speed measures the two programs; the four take turns.
func speed(dir string) (over bool) {
	file := filepath.Join(dir, "p", "main.go")
	check(os.Mkdir(filepath.Dir(file), 0o777))
	check(os.WriteFile(file, []byte(program), 0o666))
	check(os.WriteFile(filepath.Join(dir, "p", "go.mod"), []byte("module p\n\ngo 1.26\n"), 0o666))
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "prog"), ".")
	build.Dir = filepath.Dir(file)
	build.Stderr = os.Stderr
	check(build.Run())
	compiled, interpreted := newSession(dir), newSession(dir)
	compiled.native(loop + "\n" + fib)
	interpreted.run(loop + "\n" + fib)
	promoted, promotedTimes, inOneCell := promoting(dir), []float64(nil), []float64(nil)
	self, err := os.Executable()
	check(err)
	t := map[string][2][]float64{}
	add := func(who string, a, b float64) { t[who] = [2][]float64{append(t[who][0], a), append(t[who][1], b)} }
	for range *rounds {
		f := fields(exec.Command(filepath.Join(dir, "prog")))
		add("go build", number(f[0]), number(f[1]))
		add("%%native", compiled.time("loop(100_000_000)"), compiled.time("fib(27)"))
		f = fields(exec.Command(*py, "-c", python))
		add("CPython", number(f[0]), number(f[1]))
		add("interpreted", interpreted.time("loop(100_000_000)"), interpreted.time("fib(27)"))
		promotedTimes = append(promotedTimes, promoted.time("fib(27)"))
		inOneCell = append(inOneCell, number(fields(exec.Command(self, "-probe", dir))[2]))
	}
	for i, what := range []string{"100 million additions", "fib(27)"} {
		base := median(t["go build"][i])
		for _, who := range []string{"go build", "CPython", "interpreted"} {
			fmt.Printf("%-34s %9.2f ms  %7.1f of go build\n", what+", "+who, 1000*median(t[who][i]), median(t[who][i])/base)
		}
		over = row(what+", %%native / go build", median(t["%%native"][i])/base, 1.2, "") || over
	}
	fmt.Printf("%-34s %9.2f ms  %7.1f of go build\n", "fib(27), compiled in background", 1000*median(promotedTimes), median(promotedTimes)/median(t["go build"][1]))
	over = row("  the same / CPython", median(promotedTimes)/median(t["CPython"][1]), 3, "") || over
	fmt.Printf("%-34s %9.2f ms\n", "declared and called in one cell", 1000*median(inOneCell))
	return row("  the same / CPython", median(inOneCell)/median(t["CPython"][1]), 3, "") || over
}

// background is a session that compiles recursive functions by itself.
func background(cache string) (*session, chan error) {
	packages := symbols.New()
	b := native.New(native.Options{Packages: packages, Cache: cache})
	check(b.Prepare(context.Background()))
	done := make(chan error, 1)
	s, err := interp.New(interp.Options{Packages: packages, Compile: func(n *lang.Native) error {
		err := b.Background(context.Background(), n)
		done <- err
		return err
	}})
	check(err)
	return &session{Session: s, builder: b}, done
}

// promoting is a session in which fib was declared by a Go cell, and compiled
// since then.
func promoting(cache string) *session {
	s, done := background(cache)
	s.run(fib)
	check(<-done)
	time.Sleep(200 * time.Millisecond) // it takes over right after
	return s
}

func row(what string, got, most float64, unit string) (over bool) {
	note := ""
	if got > most {
		note = "  OVER"
	}
	fmt.Printf("%-34s %9.3f %s  (at most %g)%s\n", what, got, unit, most, note)
	return got > most
}

func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	return s[len(s)/2]
}

func fields(cmd *exec.Cmd) []string {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	check(err)
	return strings.Fields(string(out))
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	check(err)
	return x
}

func check(err error) {
	if err != nil {
		log.Fatal("bench/native: ", err)
	}
}

// A session is one of the kernel's, without the kernel.
type session struct {
	*interp.Session
	builder *native.Builder
	n       int
	fresh   bool
	took    time.Duration
}

func newSession(cache string) *session {
	packages := symbols.New()
	s, err := interp.New(interp.Options{Packages: packages})
	check(err)
	return &session{Session: s, builder: native.New(native.Options{Packages: packages, Cache: cache})}
}

func (s *session) native(code string) {
	s.n++
	start := time.Now()
	_, _, err := s.Native(lang.Cell{N: s.n, Code: "\n" + code}, func(n *lang.Native) (err error) {
		s.fresh, err = s.builder.Load(context.Background(), n)
		return err
	})
	check(err)
	s.took = time.Since(start)
}

func (s *session) run(code string) interp.Result {
	s.n++
	r, err := s.Run(lang.Cell{N: s.n, Code: code}, nil)
	check(err)
	return r
}

// time is how long an expression takes, by the session's own clock.
func (s *session) time(expr string) float64 {
	r := s.run("func() float64 { t := time.Now(); _ = " + expr + "; return time.Since(t).Seconds() }()")
	return r.Value.(float64)
}
