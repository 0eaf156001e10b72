package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

type Plugin interface {
	Name() string
	Run(ctx context.Context, in map[string]any) error
}
type Initer interface{ Init() error }
type Closer interface{ Close() error }
type Registry struct {
	plugins []Plugin
	order   []string
}

func (r *Registry) Register(ps ...Plugin) error {
	for _, p := range ps {
		if slices.ContainsFunc(r.plugins, func(q Plugin) bool { return q.Name() == p.Name() }) {
			return fmt.Errorf("plugin %q registered twice", p.Name())
		}
		if i, ok := p.(Initer); ok {
			if err := i.Init(); err != nil {
				return fmt.Errorf("init %s: %w", p.Name(), err)
			}
		}
		r.plugins = append(r.plugins, p)
	}
	return nil
}
func (r *Registry) RunAll(ctx context.Context, in map[string]any) (err error) {
	for _, p := range r.plugins {
		if c, ok := p.(Closer); ok {
			defer func() { err = errors.Join(err, c.Close()) }()
		}
		if err := p.Run(ctx, in); err != nil {
			return err
		}
		r.order = append(r.order, p.Name())
	}
	return nil
}

// In [2]
type funcPlugin struct {
	name string
	f    func(map[string]any) error
}

func (p funcPlugin) Name() string                                   { return p.name }
func (p funcPlugin) Run(_ context.Context, in map[string]any) error { return p.f(in) }

type full struct {
	funcPlugin
	ready bool
}

func (f *full) Init() error  { f.ready = true; return nil }
func (f *full) Close() error { return fmt.Errorf("close %s ready=%t", f.name, f.ready) }

type broken struct{ Plugin }

func (broken) Init() error { return io.ErrClosedPipe }
func main() {
	// In [3]
	var r Registry
	inc := func(in map[string]any) error { in["n"] = in["n"].(int) + 1; return nil }
	fmt.Println(r.Register(funcPlugin{"a", inc}, &full{funcPlugin: funcPlugin{"b", inc}}))
	fmt.Println(r.Register(funcPlugin{"a", nil}))
	fmt.Println(r.Register(broken{funcPlugin{"c", nil}}))
	in := map[string]any{"n": 1}
	fmt.Println(r.RunAll(context.Background(), in))
	fmt.Println(in, r.order)
}

// Output:
// <nil>
// plugin "a" registered twice
// init c: io: read/write on closed pipe
// close b ready=true
// map[n:3] [a b]
