package main

import (
	"context"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

// A shell is the world of a command: a terminal and a store.
type shell struct {
	url     string
	console *magics.Console
	width   int // of standard output; 0 where it is no terminal
	stores  opener
}

func newShell() *shell {
	fd := int(os.Stderr.Fd())
	columns, _, err := term.GetSize(fd)
	if err != nil {
		columns = 0 // not a terminal
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		width = 0
	}
	return &shell{width: width, console: &magics.Console{
		Results:  display.Terminal{Out: os.Stdout, Width: columns},
		Progress: display.Terminal{Out: os.Stderr, Width: columns, Live: term.IsTerminal(fd)},
		Now:      time.Now,
	}}
}

func (s *shell) environ(context.Context) *magics.Env {
	return &magics.Env{
		Out:    s.console,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Magics: magics.Standard(),
		Prefix: "cellar ",
		Plain:  true,
		Width:  s.width,
		Store:  func(ctx context.Context) (tracker.Store, error) { return s.stores.open(ctx, s.url) },
		Now:    time.Now,
	}
}

func (s *shell) close() error {
	if err := s.console.Settle(); err != nil {
		return err
	}
	return s.stores.close()
}

// An opener opens a store once per address and place. It is safe for
// concurrent use: completion asks while a cell runs.
type opener struct {
	mu     sync.Mutex
	stores map[string]tracker.Store
}

// open returns the store of url, or for "" the one that belongs to the working
// directory.
func (o *opener) open(ctx context.Context, url string) (tracker.Store, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := url
	if key == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, err
		}
		key = "dir " + dir
	}
	if s, ok := o.stores[key]; ok {
		if !gone(s) {
			return s, nil
		}
		delete(o.stores, key)
		_ = s.Close() // its file is no more: there is nothing to keep
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	if o.stores == nil {
		o.stores = map[string]tracker.Store{}
	}
	o.stores[key] = s
	return s, nil
}

// gone reports whether the store's file was deleted or moved under it. The next
// step then makes a new one, as it would in a new kernel.
func gone(s tracker.Store) bool {
	g, ok := s.(interface{ Gone() bool })
	return ok && g.Gone()
}

func (o *opener) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.stores {
		if err := s.Close(); err != nil {
			return err
		}
	}
	return nil
}
