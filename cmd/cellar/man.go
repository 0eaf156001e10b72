package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/magics"
)

func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   "Print the manual page",
		Example: "cellar man > ~/.local/share/man/man1/cellar.1",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), magics.Man(magics.Standard(), versionText()))
			return err
		},
	}
}
