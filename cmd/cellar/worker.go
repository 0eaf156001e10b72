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
	session := &goSession{call: call}
	env.Session, env.History = session, session.History
	open := env.Store
	env.Store = func(ctx context.Context) (tracker.Store, error) {
		s, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return watched{s, call.Session.Lang()}, nil
	}
	env.Compiler = &compiler{builder: n.builder, call: call}
	return magics.Run(ctx, env, call.Line, call.Body, call.Cell)
}

func (n *notebook) ResultType(line string) reflect.Type {
	return magics.ResultType(magics.Standard(), line)
}

// patience is how long a question may wait for the store.
const patience = time.Second

// asked is the Env of a question, which may come while a cell runs.
func (n *notebook) asked(ask worker.MagicAsk) (*magics.Env, context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	env := n.env()
	session := &goSession{call: worker.MagicCall{Session: ask.Session, History: ask.History}}
	env.Session, env.History = session, session.History
	return env, ctx, cancel
}

func (n *notebook) Complete(ask worker.MagicAsk) (matches []link.Match, start, end int) {
	env, ctx, cancel := n.asked(ask)
	defer cancel()
	c := magics.Complete(ctx, env, ask.Line, ask.Cursor)
	for i, w := range c.Words {
		matches = append(matches, link.Match{Text: w, Kind: c.Kind, Signature: c.Notes[i]})
	}
	return matches, c.Start, c.End
}

func (n *notebook) Inspect(ask worker.MagicAsk) (display.Bundle, bool) {
	env, ctx, cancel := n.asked(ask)
	defer cancel()
	return magics.Inspect(ctx, env, ask.Line, ask.Cursor)
}

func (n *notebook) GoAt(line string) int { return magics.GoAt(magics.Standard(), line) }

func (n *notebook) Summary(v any) (display.Bundle, bool) { return magics.Summary(v) }
