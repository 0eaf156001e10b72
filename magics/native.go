package magics

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
)

// A Compiler is the native tier of the notebook. Errors have hints.
type Compiler interface {
	// Compile compiles the declarations of source and makes them names of the
	// session.
	Compile(ctx context.Context, source string) (Compiled, error)
	// Fetch makes the packages of a module importable, all of them or those named;
	// a module without "@version" is its newest. Without a module it brings back
	// what was fetched here before. It returns the modules with their versions,
	// and the import paths.
	Fetch(ctx context.Context, module string, packages []string) (modules, paths []string, err error)
}

// Compiled is what Compile made.
type Compiled struct {
	Names []string // sorted
	Moved []string // names of other cells that were compiled with them
	// NewTypes says that types are among Moved.
	NewTypes bool
	Cached   bool   // nothing had to be compiled
	Rest     string // the statements of the cell, on their lines: they have not run
	Took     time.Duration
}

var nativeMagic = Magic{
	Name:  "native",
	Short: "Compile the cell's functions and types with the Go toolchain",
	Long: "The declarations of the cell, its variables among them, become names of the session at native speed, in all of Go. " +
		"Statements in the cell run afterwards, interpreted. The cell may use the imports of other cells, what earlier native cells declare, " +
		"and functions, types and constants of other cells that use no variable: those are compiled with it and are native from then on. " +
		"Variables of other cells reach it as parameters.\n\n" +
		"What is built is kept, by content: the same cell costs nothing in a later session. A later cell may declare the names again; " +
		"the old code stays loaded, because Go cannot unload it. A cell that runs again unchanged keeps its variables.\n\n" +
		"An interrupt ends the cell, but not native code, which goes on by itself: nothing can stop it but a restart. Its os.Exit, or a panic in a goroutine that it starts, ends the process of the cells. " +
		"Fields and methods with small letters are seen in their own cell only. A generic function can be used with the types that native code uses it with: " +
		"var _ = Map[int, string] adds one.",
	Examples: []string{"%%native\nfunc fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}"},
	Door:     Notebook,
	Body:     MustBody,
	Bind:     func(*pflag.FlagSet) Func { return runNative },
}

func runNative(ctx context.Context, env *Env, c *Call) (Result, error) {
	if env.Compiler == nil {
		return Result{}, fmt.Errorf("native: %w", ErrNoSession)
	}
	if strings.TrimSpace(c.Body) == "" {
		return Result{}, usagef("write functions, types, variables or constants under %%native", "native: no code")
	}
	made, err := env.Compiler.Compile(ctx, c.Body)
	if err != nil {
		return Result{}, err
	}
	how := "compiled in "
	if made.Cached {
		how = "compiled before, loaded in "
	}
	text := how + display.Duration(made.Took) + ": " + strings.Join(made.Names, ", ")
	if len(made.Moved) > 0 {
		text += "\nnative with them: " + strings.Join(made.Moved, ", ")
		if made.NewTypes {
			text += " (values made before are of the older type)"
		}
	}
	if err := env.Out.Publish(display.Text(text)); err != nil || made.Rest == "" {
		return Result{}, err
	}
	return Result{}, env.Session.RunGo(ctx, made.Rest, false)
}

var get = Magic{
	Name:  "get",
	Usage: "[MODULE[@VERSION] [PACKAGE...]]",
	Short: "Fetch a Go module, so that cells can import it",
	Long: "The module is fetched and compiled by the Go toolchain, with the versions that this cellar has of what both need, and its packages " +
		"(or those named, by their paths in the module) can be imported like any other. It is pinned in .cellar/go.mod: a later session has it too. " +
		"Without a module, what is pinned there is brought back. Generic functions and types of a module can be used in native cells only.",
	Examples: []string{"get github.com/google/uuid@v1.6.0", "get golang.org/x/text@v0.43.0 language cases", "get"},
	Max:      -1,
	Door:     Notebook,
	Bind:     func(*pflag.FlagSet) Func { return runGet },
}

func runGet(ctx context.Context, env *Env, c *Call) (Result, error) {
	if env.Compiler == nil {
		return Result{}, fmt.Errorf("get: %w", ErrNoSession)
	}
	module, packages := "", c.Args
	if len(c.Args) > 0 {
		module, packages = c.Args[0], c.Args[1:]
	}
	now := clock.Or(env.Now)
	start := now()
	modules, paths, err := env.Compiler.Fetch(ctx, module, packages)
	if err != nil {
		return Result{}, err
	}
	if len(modules) == 0 {
		return Result{Show: show(display.Text("nothing was fetched here yet"))}, nil
	}
	const most = 12
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s in %s", strings.Join(modules, ", "), counted(len(paths), "package"), display.Duration(now().Sub(start)))
	for i, p := range paths {
		if i == most {
			fmt.Fprintf(&b, "\n  and %d more", len(paths)-most)
			break
		}
		b.WriteString("\n  import \"" + p + "\"")
	}
	return Result{Show: show(display.Text(b.String()))}, nil
}
