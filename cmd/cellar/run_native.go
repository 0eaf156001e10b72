package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// runNative runs a Go program of one file through the native tier: it is
// compiled, or found compiled, and its main is called. args are the program's
// arguments. It returns when main does; os.Exit and a panic end the process as
// they would end the program's own.
func runNative(ctx context.Context, file string, args []string) error {
	source, err := os.ReadFile(file)
	if err != nil {
		return hint.New(fmt.Errorf("run: %w", err), "give the path of a Go file")
	}
	main, err := newBuilder(symbols.New()).Program(ctx, file, source)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	signal.Reset(os.Interrupt, syscall.SIGTERM) // they are the program's
	os.Args = append([]string{file}, args...)
	main()
	return nil
}

// prepareCommand compiles what native cells need first; install.sh runs it.
func prepareCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "prepare-native",
		Short:  "Compile the standard library for native cells",
		Hidden: true,
		Args:   noArgs,
		RunE:   func(cmd *cobra.Command, _ []string) error { return newBuilder(symbols.New()).Prepare(cmd.Context()) },
	}
}
