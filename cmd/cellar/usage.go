package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/magics"
)

// usage is an error about what was typed, with what to type instead.
func usage(what, format string, args ...any) error {
	return hint.New(&magics.UsageError{Err: fmt.Errorf(format, args...)}, what)
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usage("see "+cmd.CommandPath()+" --help", "%s takes no argument, got %s", cmd.CommandPath(), args[0])
}
