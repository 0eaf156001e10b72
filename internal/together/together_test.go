package together_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/cellar-ml/cellar/internal/together"
)

func TestDo(t *testing.T) {
	for _, atOnce := range []int{0, 1, 3, 100} {
		var sum, now, most atomic.Int64
		err := together.Do(t.Context(), 50, atOnce, func(i int) error {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			sum.Add(int64(i))
			now.Add(-1)
			return nil
		})
		if err != nil || sum.Load() != 49*50/2 || atOnce > 0 && most.Load() > int64(atOnce) {
			t.Errorf("Do, %d at once: sum %d, %d together, %v", atOnce, sum.Load(), most.Load(), err)
		}
	}
}

func TestDoReturnsTheLowestError(t *testing.T) {
	slow := make(chan struct{})
	err := together.Do(t.Context(), 10, 3, func(i int) error {
		switch i {
		case 1:
			<-slow
		case 2:
			defer close(slow)
		}
		if i == 0 {
			return nil
		}
		return fmt.Errorf("%d", i)
	})
	if err == nil || err.Error() != "1" {
		t.Errorf("Do = %v, want the error of 1", err)
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause, called := errors.New("enough"), atomic.Int64{}
	err := together.Do(ctx, 1000, 2, func(i int) error {
		if called.Add(1) == 10 {
			cancel(cause)
		}
		return nil
	})
	if !errors.Is(err, cause) || called.Load() > 12 {
		t.Errorf("Do = %v after %d calls, want the cause after some 10", err, called.Load())
	}
	if err := together.Do(t.Context(), 0, 0, func(int) error { return cause }); err != nil {
		t.Errorf("Do(0) = %v", err)
	}
}
