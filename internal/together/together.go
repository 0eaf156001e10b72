// Package together calls a function for each of some numbers, several at a time.
package together

import (
	"context"
	"runtime"
	"sync"
)

// Do calls f for 0 to n-1, atOnce at a time or, for 0, as many as there are
// processors, and returns when none runs any more. Behind an error, or the end of
// ctx, it begins no other; of several errors it is that of the lowest number.
func Do(ctx context.Context, n, atOnce int, f func(i int) error) error {
	if atOnce == 0 {
		atOnce = runtime.GOMAXPROCS(0)
	}
	var (
		work   sync.WaitGroup
		lock   sync.Mutex
		next   int
		failed error
		at     int // the number that failed belongs to
	)
	take := func() (i int, ok bool) {
		lock.Lock()
		defer lock.Unlock()
		if failed == nil && next < n && ctx.Err() != nil {
			failed, at = context.Cause(ctx), next
		}
		i, ok = next, failed == nil && next < n
		next++
		return i, ok
	}
	fail := func(i int, err error) {
		lock.Lock()
		defer lock.Unlock()
		if failed == nil || i < at {
			failed, at = err, i
		}
	}
	for range min(n, atOnce) {
		work.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				if err := f(i); err != nil {
					fail(i, err)
				}
			}
		})
	}
	work.Wait()
	return failed
}
