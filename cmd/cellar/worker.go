package main

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"time"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/native"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/worker"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "worker",
		Short:  "Run the cells of a kernel, which starts this with a link on file descriptor 3",
		Hidden: true,
		Args:   noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			conn, err := link.Child()
			if err != nil {
				return usage("use cellar kernel, or a notebook", "worker: %w", err)
			}
			packages := symbols.New()
			n := &notebook{url: os.Getenv("CELLAR_STORE"), builder: newBuilder(packages)}
			defer n.stores.close()
			if _, err := n.builder.Restore(cmd.Context()); err != nil {
				fmt.Fprintln(os.Stderr, "worker:", err) // the session can do without what was fetched
			}
			return worker.Run(cmd.Context(), worker.Options{
				Link: conn, Packages: packages, Magics: n, Version: versionText(),
				ImportHint: "%get MODULE@VERSION fetches a module; %get alone brings back what was fetched here before",
			})
		},
	}
}

// A notebook lets the worker use the magics. It implements worker.Magics.
type notebook struct {
	url     string
	stores  opener
	builder *native.Builder
}

func (n *notebook) env() *magics.Env {
	return &magics.Env{
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Magics: magics.Standard(),
		Prefix: "%",
		Store:  func(ctx context.Context) (tracker.Store, error) { return n.stores.open(ctx, n.url) },
		Now:    time.Now,
	}
}

func (n *notebook) Run(ctx context.Context, call worker.MagicCall) (any, error) {
	env := n.env()
	env.Out = call.Out
	env.Session = &goSession{call: call}
	env.Compiler = &compiler{builder: n.builder, call: call}
	return magics.Run(ctx, env, call.Line, call.Body, call.Cell)
}

func (n *notebook) ResultType(line string) reflect.Type {
	return magics.ResultType(magics.Standard(), line)
}

func (n *notebook) Complete(line string, cursor int) (matches []link.Match, start, end int) {
	// A store that answers slowly must not hold up a completion.
	const patience = time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c := magics.Complete(ctx, n.env(), line, cursor)
	for _, w := range c.Words {
		matches = append(matches, link.Match{Text: w, Kind: c.Kind})
	}
	return matches, c.Start, c.End
}

func (n *notebook) Inspect(line string, _ int) (display.Bundle, bool) {
	text, ok := magics.Inspect(n.env(), line)
	return display.Text(text), ok
}
