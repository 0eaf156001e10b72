package magics

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"math"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
)

var timeMagic = Magic{
	Name:     "time",
	Usage:    "CODE",
	Short:    "Run Go code and say how long it took",
	Long:     "Wall time is by the clock, CPU time is that of the whole worker, all threads together. What the code declares stays, and its value is shown.",
	Examples: []string{"time sum(1_000_000)", "%%time\nx := sum(1_000_000)\nx / 2"},
	Raw:      true,
	Go:       true,
	Door:     Notebook,
	Body:     MayBody,
	Result:   reflect.TypeFor[time.Duration](),
	Bind:     func(*pflag.FlagSet) Func { return runTime },
}

func runTime(ctx context.Context, env *Env, c *Call) (Result, error) {
	code, err := goCode(env, c, "time")
	if err != nil {
		return Result{}, err
	}
	now := clock.Or(env.Now)
	cpu, start := processTime(), now()
	err = env.Session.RunGo(ctx, code, false)
	wall, used := now().Sub(start), processTime()-cpu
	shown := display.Text(fmt.Sprintf("wall %s, CPU %s", display.Duration(wall), display.Duration(used)))
	if err != nil {
		return Result{}, err
	}
	return Result{Value: wall, Show: show(shown)}, nil
}

// goCode is the Go text of a line or of a whole cell.
func goCode(env *Env, c *Call, name string) (string, error) {
	if env.Session == nil {
		return "", fmt.Errorf("%s: %w", name, ErrNoSession)
	}
	code := c.Rest
	if c.Cell {
		code += "\n" + c.Body
	}
	if strings.TrimSpace(code) == "" {
		return "", usagef("write it after %"+name+", or under %%"+name, "%s: no code", name)
	}
	return code, nil
}

func processTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0 // cannot fail for SELF
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// A Timing is what %timeit measured, per run of the code.
type Timing struct {
	Best, Mean, SD time.Duration
	Loops, Repeats int
}

func (t Timing) String() string {
	return fmt.Sprintf("%s ± %s per loop (mean ± sd of %d runs, %d loops each; best %s)",
		display.Duration(t.Mean), display.Duration(t.SD), t.Repeats, t.Loops, display.Duration(t.Best))
}

var timeit = Magic{
	Name:  "timeit",
	Usage: "CODE",
	Short: "Run Go code many times and say how long one run takes",
	Long: "The number of loops grows until one measurement takes 0.2 s; the cost of the empty loop is taken off. Results are thrown away. " +
		"t := %timeit binds the mean.",
	Examples: []string{
		"timeit sum(1000)",
		"timeit -n 10 -r 3 slow()",
		"t := %timeit sum(1000)",
	},
	Raw:    true,
	Go:     true,
	Door:   Notebook,
	Body:   MayBody,
	Result: reflect.TypeFor[time.Duration](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o timeitOptions
		fs.IntVarP(&o.Loops, "loops", "n", 0, "`n` loops in a measurement, instead of as many as take 0.2 s")
		fs.IntVarP(&o.Repeats, "repeats", "r", 7, "`n` measurements")
		return o.run
	},
}

type timeitOptions struct{ Loops, Repeats int }

func (o *timeitOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	code, err := goCode(env, c, "timeit")
	if err != nil {
		return Result{}, err
	}
	if o.Repeats < 1 || o.Loops < 0 {
		return Result{}, usagef("give -r 1 or more and -n 0 or more", "timeit: %d repeats of %d loops", o.Repeats, o.Loops)
	}
	m := meter{env, loopBody(code), clock.Or(env.Now)}
	loops := o.Loops
	if loops == 0 {
		if loops, err = m.adapt(ctx); err != nil {
			return Result{}, err
		}
	}
	empty, err := meter{env, "", m.now}.measure(ctx, loops)
	if err != nil {
		return Result{}, err
	}
	var each []float64
	for range o.Repeats {
		d, err := m.measure(ctx, loops)
		if err != nil {
			return Result{}, err
		}
		each = append(each, math.Max(0, float64(d-empty))/float64(loops))
	}
	t := timing(each, loops)
	return Result{Value: t.Mean, Show: show(display.Text(t.String()))}, nil
}

// A meter times loops over a piece of Go.
type meter struct {
	env  *Env
	body string
	now  func() time.Time
}

func (m meter) measure(ctx context.Context, loops int) (time.Duration, error) {
	const loop = "for cellarLoop := 0; cellarLoop < %d; cellarLoop++ {\n%s\n}"
	start := m.now()
	err := m.env.Session.RunGo(ctx, fmt.Sprintf(loop, loops, m.body), true)
	return m.now().Sub(start), err
}

// adapt finds how many loops take long enough to be measured well: 1, 2, 5, 10, 20, ...
func (m meter) adapt(ctx context.Context) (int, error) {
	const enough = 200 * time.Millisecond
	for decade := 1; ; decade *= 10 {
		for _, k := range []int{1, 2, 5} {
			d, err := m.measure(ctx, k*decade)
			if err != nil || d >= enough || k*decade >= 1e9 {
				return k * decade, err
			}
		}
	}
}

// loopBody makes code a statement: an expression whose value nothing uses is
// not one in Go.
func loopBody(code string) string {
	code = strings.TrimSpace(code)
	e, err := parser.ParseExpr(code)
	if err != nil {
		return code
	}
	if call, ok := e.(*ast.CallExpr); ok && !valueOnly(call.Fun) {
		return code
	}
	return "_ = " + code
}

// valueOnly reports a conversion or a built-in whose result must be used.
func valueOnly(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		switch f.Name {
		case "append", "cap", "complex", "imag", "len", "make", "max", "min", "new", "real",
			"bool", "string", "byte", "rune", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16",
			"uint32", "uint64", "uintptr", "float32", "float64", "complex64", "complex128", "any", "error":
			return true
		}
	case *ast.ArrayType, *ast.MapType, *ast.FuncType, *ast.ChanType, *ast.InterfaceType:
		return true
	}
	return false
}

func timing(each []float64, loops int) Timing {
	sum, best := 0.0, math.Inf(1)
	for _, d := range each {
		sum += d
		best = math.Min(best, d)
	}
	mean := sum / float64(len(each))
	square := 0.0
	for _, d := range each {
		square += (d - mean) * (d - mean)
	}
	sd := math.Sqrt(square / float64(len(each)))
	return Timing{
		Best: time.Duration(best), Mean: time.Duration(mean), SD: time.Duration(sd),
		Loops: loops, Repeats: len(each),
	}
}
