package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

type key struct{}
type userKey string

func work(ctx context.Context, n int) (int, error) {
	for i := 0; ; i++ {
		if err := ctx.Err(); err != nil {
			return i, err
		}
		if i == n {
			return i, nil
		}
	}
}
func main() {
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	fmt.Println(work(ctx, 10))
	cancel()
	fmt.Println(work(ctx, 10))
	fmt.Println(ctx.Value(key{}), ctx.Value("other"), context.Cause(ctx) == context.Canceled)
	// In [2]
	tctx, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	<-tctx.Done()
	fmt.Println(tctx.Err(), errors.Is(tctx.Err(), context.DeadlineExceeded))
	_, has := tctx.Deadline()
	fmt.Println(has)
	// In [3]
	u := context.WithValue(ctx, userKey("u"), 42)
	if id, ok := u.Value(userKey("u")).(int); ok {
		fmt.Println("user", id, u.Value(userKey("v")), u.Value("u"))
	}
	called := make(chan bool)
	actx, acancel := context.WithCancelCause(context.Background())
	context.AfterFunc(actx, func() { called <- true })
	acancel(errors.New("enough"))
	fmt.Println(<-called, context.Cause(actx))
}

// Output:
// 10 <nil>
// 0 context canceled
// value <nil> true
// context deadline exceeded true
// true
// user 42 <nil> <nil>
// true enough
