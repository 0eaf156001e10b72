package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"
)

type ctxKey int

const (
	reqID ctxKey = iota
	user
)

type User struct{ Name string }

func withUser(ctx context.Context, u *User) context.Context { return context.WithValue(ctx, user, u) }
func userFrom(ctx context.Context) (*User, bool) {
	u, ok := ctx.Value(user).(*User)
	return u, ok
}
func worker(ctx context.Context, id int, out chan<- string) {
	select {
	case <-ctx.Done():
		out <- fmt.Sprint(id, " ", context.Cause(ctx))
	case <-time.After(time.Duration(id) * time.Minute):
		out <- "late"
	}
}
func main() {
	root := context.WithValue(context.Background(), reqID, 77)
	ctx := withUser(root, &User{"ann"})
	u, ok := userFrom(ctx)
	fmt.Println(u.Name, ok, ctx.Value(reqID))
	_, ok = userFrom(root)
	fmt.Println(ok, root.Value(user))
	// In [2]
	parent, cancel := context.WithCancelCause(ctx)
	child, stop := context.WithTimeoutCause(parent, time.Hour, errors.New("too slow"))
	defer stop()
	out := make(chan string, 2)
	go worker(parent, 1, out)
	go worker(child, 2, out)
	cancel(errors.New("user left"))
	got := []string{<-out, <-out}
	sort.Strings(got)
	fmt.Println(got, child.Err(), child.Value(reqID))
	free := context.WithoutCancel(child)
	fmt.Println(free.Err(), free.Value(reqID))
}

// Output:
// ann true 77
// false <nil>
// [1 user left 2 user left] context canceled 77
// <nil> 77
