// Command cellar is a Jupyter kernel for Go and the tracker of its experiments. This
// package is wiring only: it joins the kernel, the worker and the magics into
// one binary and knows nothing that they do not.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/magics"
)

// version is set by install.sh from git.
var version = ""

// The exit codes of cellar.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx := context.Background()
	if len(os.Args) < 2 || !slices.Contains([]string{"kernel", "worker", "run"}, os.Args[1]) { // those see to signals themselves
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
	}
	os.Exit(run(ctx, os.Args[1:]))
}

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string) int {
	sh := newShell()
	root := newRoot(sh)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if e := sh.close(); err == nil {
		err = e
	}
	if err == nil && ctx.Err() != nil {
		return exitInterrupted // an interrupted training is a result too
	}
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exitCode](err); ok {
		return int(code)
	}
	if !errors.Is(err, errQuiet) {
		report(os.Stderr, err)
	}
	switch {
	case magics.IsUsage(err):
		return exitUsage
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// errQuiet is a failure that was shown already.
var errQuiet = errors.New("shown already")

func report(w io.Writer, err error) {
	fmt.Fprintf(w, "cellar: %v\n", err)
	if h := hint.Of(err); h != "" {
		fmt.Fprintf(w, "  hint: %s\n", h)
	}
}

func newRoot(sh *shell) *cobra.Command {
	root := &cobra.Command{
		Use:   "cellar",
		Short: "A Jupyter kernel for Go and the tracker of its experiments",
		Long: `Cellar is a Jupyter kernel for Go and the tracker of its experiments: what a
step reads, makes or measures is in the store afterwards. Every step of a
notebook (%train, %runs, ...) is a command here, with the same arguments.`,
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknownCommand(cmd, args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("cellar {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return hint.New(&magics.UsageError{Err: err}, "see cellar --help")
	})
	root.PersistentFlags().StringVar(&sh.url, "store", os.Getenv("CELLAR_STORE"),
		"`url` of the store: sqlite:///path/cellar.db or mem:; without it and\nwithout CELLAR_STORE, the .cellar folder found by walking up")
	root.AddGroup(&cobra.Group{ID: "steps", Title: "Steps:"}, &cobra.Group{ID: "set-up", Title: "Set-up:"})
	for _, c := range magics.Commands(magics.Standard(), sh.environ) {
		c.GroupID = "steps"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{runCommand(), uiCommand(sh), doctorCommand(sh), kernelspecCommand(), kernelCommand(), workerCommand(), manCommand(), prepareCommand()} {
		switch {
		case c.Hidden:
		case c.Name() == "run", c.Name() == "ui":
			c.GroupID = "steps"
		default:
			c.GroupID = "set-up"
		}
		root.AddCommand(c)
	}
	root.SetHelpCommandGroupID("set-up")
	helpTells(root)
	root.SetCompletionCommandGroupID("set-up")
	return root
}

// helpTells lets `cellar help NAME` refuse a name that is no command, where
// cobra shows the help of the nearest parent.
func helpTells(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() != "help" {
			continue
		}
		c.Run = nil
		c.RunE = func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 {
				err = unknownCommand(about, rest[0])
			}
			if err != nil {
				return err
			}
			return about.Help()
		}
	}
}

func unknownCommand(under *cobra.Command, name string) error {
	var known []string
	for _, c := range under.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	path := under.CommandPath() + " "
	h := "see " + path + "--help"
	if near := nearest.Of(name, known, 3); len(near) > 0 {
		h = "did you mean " + path + strings.Join(near, " or "+path) + "? " + h
	}
	return hint.New(&magics.UsageError{Err: fmt.Errorf("no command %q", name)}, h)
}

// versionText is the version of the checkout and of the toolchain.
func versionText() string {
	v := version
	info, ok := debug.ReadBuildInfo()
	if v == "" && ok {
		v = info.Main.Version
	}
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	if ok {
		v += " (" + info.GoVersion + ")"
	}
	return v
}
