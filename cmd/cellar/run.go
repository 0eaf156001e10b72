package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/symbols/override"
	"github.com/cellar-ml/cellar/kernel/worker"
)

// exitPanic is the exit code of a Go program that a panic ended.
const exitPanic = 2

// An exitCode is how a program that cellar ran wants the process to end. What
// there was to say has been said.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit status %d", int(c)) }

func runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run FILE.go [ARGUMENT]...",
		Short: "Run a Go file the way a cell runs",
		Long: `Run a Go file the way a cell runs: checked whole, then interpreted, without a Go
toolchain; with --native it is compiled, by the toolchain, into this process. A file with "package main" runs its func main; one without may hold
statements, as a cell does. Output and exit status are the program's own.`,
		Example: "cellar run hello.go --name you\n  cellar run --native hello.go",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("cellar run FILE.go", "run: no file named")
			}
			return nil
		},
	}
	native := cmd.Flags().Bool("native", false, "compile the file with the Go toolchain first, and run that")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *native {
			return runNative(cmd.Context(), args[0], args[1:])
		}
		return runFile(args)
	}
	cmd.Flags().SetInterspersed(false) // what follows the file is the program's
	return cmd
}

// runFile runs the file args[0] with args as its os.Args.
func runFile(args []string) error {
	name := args[0]
	text, err := os.ReadFile(name)
	if err != nil {
		return hint.New(fmt.Errorf("run: %w", err), "name a file of Go, as in cellar run hello.go")
	}
	override.Args = args
	worker.Prepare()
	s, err := interp.New(interp.Options{
		Packages: symbols.New(),
		OnGoroutinePanic: func(p *interp.Panic) {
			os.Exit(int(ended(os.Stderr, name, p)))
		},
	})
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	r, err := s.Run(lang.Cell{N: 1, Code: string(text)}, nil)
	if err != nil {
		return ended(os.Stderr, name, err)
	}
	if !r.Shown {
		return nil
	}
	b := display.Of(r.Value)
	if r.Text != "" {
		b = display.Text(r.Text)
	}
	return (&display.Terminal{Out: os.Stdout}).Publish(b)
}

// ended tells w why the program in the file name ended, in the words that the
// go command would have used, and returns its exit code.
func ended(w io.Writer, name string, err error) exitCode {
	var (
		diags lang.Diagnostics
		exit  *interp.Exit
		panik *interp.Panic
	)
	switch {
	case errors.As(err, &diags):
		for _, d := range diags {
			fmt.Fprint(w, located(name, d))
		}
	case errors.As(err, &exit):
		return exitCode(exit.Code)
	case errors.As(err, &panik) && panik.Exit != nil:
		return exitCode(panik.Exit.Code)
	case errors.As(err, &panik):
		fmt.Fprint(w, panicText(name, panik))
		return exitPanic
	default:
		report(w, fmt.Errorf("run %s: %w", name, err))
	}
	return exitFailed
}

// located is a diagnostic drawn under its place in a file.
func located(name string, d lang.Diagnostic) string {
	text := d.Draw()
	if d.Line == 0 {
		return name + ": " + text
	}
	place := fmt.Sprintf("line %d:%d: ", d.Line, d.Col)
	if _, after, ok := strings.Cut(text, place); ok {
		return fmt.Sprintf("%s:%d:%d: %s", name, d.Line, d.Col, after)
	}
	return text
}

// panicText is a panic as the runtime prints it, with the frames that are known.
func panicText(name string, p *interp.Panic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "panic: %s\n", strings.ReplaceAll(p.Text, "\n", "\n\t"))
	if len(p.Frames) == 0 {
		return b.String()
	}
	if abs, err := filepath.Abs(name); err == nil {
		name = abs
	}
	b.WriteString("\ngoroutine 1 [running]:\n")
	for _, f := range p.Frames {
		if f.Line == 0 {
			continue // the call of main, which is not in the file
		}
		fn := f.Func
		if fn == "" {
			fn = "main" // a statement outside of every function
		}
		fmt.Fprintf(&b, "main.%s(...)\n\t%s:%d\n", fn, name, f.Line)
		if f.Repeated > 0 {
			fmt.Fprintf(&b, "...%d frames elided...\n", f.Repeated)
		}
	}
	return b.String()
}
