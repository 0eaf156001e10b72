package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// A result is what became of a block.
type result[T any] struct {
	value T
	err   error
}

// parallel calls work with the blocks of the file, several at a time, and deliver
// with the results in the blocks' order. The first error ends it.
func parallel[T any](ctx context.Context, f *textFile, work func(block) (T, error), deliver func(T) error) error {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue, done := make(chan chan result[T], runtime.GOMAXPROCS(0)), make(chan struct{})
	defer func() { cancel(nil); <-done }() // r stays open until nobody reads it
	go func() {
		defer close(done)
		defer close(queue)
		enqueue(ctx, r, work, queue)
	}()
	for out := range queue {
		if ctx.Err() != nil {
			break
		}
		res := <-out
		if res.err == nil {
			res.err = deliver(res.value)
		}
		var read *readError
		if errors.As(res.err, &read) {
			return fmt.Errorf("read %s: %w", f.path, read.error)
		}
		if res.err != nil {
			return res.err
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("read %s: %w", f.path, context.Cause(ctx))
	}
	return nil
}

// A readError is the file's, rather than that of what is in it.
type readError struct{ error }

// enqueue puts a result to come into queue for each block of r, and has as many
// workers at them as there are processors.
func enqueue[T any](ctx context.Context, r io.Reader, work func(block) (T, error), queue chan<- chan result[T]) {
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for s := (splitter{r: r, size: blockSize, pool: &sync.Pool{}}); ; {
		b, err := s.next()
		if errors.Is(err, io.EOF) {
			return
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		out := make(chan result[T], 1)
		select {
		case queue <- out:
		case <-ctx.Done():
			return
		}
		if err != nil {
			out <- result[T]{err: &readError{err}}
			return
		}
		go func() {
			v, err := work(b)
			s.pool.Put(&b.data)
			out <- result[T]{v, err}
			<-slots
		}()
	}
}
