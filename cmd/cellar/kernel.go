package main

import (
	"log/slog"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/kernel"
)

func kernelCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "kernel CONNECTION_FILE",
		Short: "Serve a notebook; Jupyter starts this",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("Jupyter gives it: install the kernelspec with cellar kernelspec install", "kernel: want one connection file, got %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			exe, err := executable()
			if err != nil {
				return err
			}
			return kernel.Run(cmd.Context(), kernel.Options{
				ConnectionFile: args[0],
				Worker:         func() *exec.Cmd { return exec.Command(exe, "worker") },
				Version:        versionText(),
				Log:            slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
			})
		},
	}
}
