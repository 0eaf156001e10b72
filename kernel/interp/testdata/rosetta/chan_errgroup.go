package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

type Group struct {
	wg     sync.WaitGroup
	once   sync.Once
	err    error
	cancel context.CancelCauseFunc
}

func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{cancel: cancel}, ctx
}
func (g *Group) Go(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel(err)
			})
		}
	}()
}
func (g *Group) Wait() error {
	g.wg.Wait()
	g.cancel(g.err)
	return g.err
}
func main() {
	// In [2]
	g, ctx := WithContext(context.Background())
	res := make([]int, 3)
	for i := range res {
		g.Go(func() error {
			res[i] = (i + 1) * 10
			return nil
		})
	}
	fmt.Println(g.Wait(), res, ctx.Err())
	// In [3]
	g, ctx = WithContext(context.Background())
	boom := errors.New("boom")
	for i := range 3 {
		g.Go(func() error {
			if i == 1 {
				return fmt.Errorf("job %d: %w", i, boom)
			}
			<-ctx.Done()
			return ctx.Err()
		})
	}
	err := g.Wait()
	fmt.Println(err, errors.Is(err, boom), context.Cause(ctx), ctx.Err())
}

// Output:
// <nil> [10 20 30] context canceled
// job 1: boom true job 1: boom context canceled
