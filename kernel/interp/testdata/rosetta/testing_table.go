package main

import (
	"fmt"
	"strings"
)

type T struct {
	name   string
	fails  []string
	failed bool
}

func (t *T) Errorf(format string, args ...any) {
	t.failed = true
	t.fails = append(t.fails, fmt.Sprintf(format, args...))
}
func (t *T) Run(name string, f func(*T)) bool {
	sub := &T{name: t.name + "/" + name}
	func() {
		defer func() {
			if r := recover(); r != nil {
				sub.Errorf("panic: %v", r)
			}
		}()
		f(sub)
	}()
	status := "PASS"
	if sub.failed {
		status, t.failed = "FAIL", true
	}
	fmt.Println(status, sub.name, strings.Join(sub.fails, "; "))
	return !sub.failed
}
func equal[V comparable](t *T, got, want V) {
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// In [2]
func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
func main() {
	// In [2]
	t := &T{name: "abs"}
	for _, tt := range []struct {
		name     string
		in, want int
	}{
		{"positive", 3, 3}, {"negative", -3, 3}, {"wrong", 1, 2},
	} {
		t.Run(tt.name, func(t *T) { equal(t, abs(tt.in), tt.want) })
	}
	t.Run("panics", func(t *T) {
		var m map[string]int
		m["x"] = abs(-1)
	})
	t.Run("strings", func(t *T) { equal(t, strings.ToUpper("a"), "A") })
	fmt.Println(t.failed)
}

// Output:
// PASS abs/positive
// PASS abs/negative
// FAIL abs/wrong got 1, want 2
// FAIL abs/panics panic: assignment to entry in nil map
// PASS abs/strings
// true
