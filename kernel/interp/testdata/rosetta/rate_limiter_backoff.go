package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

type Backoff struct {
	Base, Max time.Duration
	Factor    float64
	n         int
}

func (b *Backoff) Next() time.Duration {
	d := time.Duration(float64(b.Base) * math.Pow(b.Factor, float64(b.n)))
	b.n++
	return min(d, b.Max)
}

type Bucket struct {
	tokens, cap float64
	rate        float64
	last        time.Time
}

func (b *Bucket) Allow(now time.Time) bool {
	b.tokens = min(b.cap, b.tokens+now.Sub(b.last).Seconds()*b.rate)
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
func Retry[T any](n int, f func(try int) (T, error), sleep func(time.Duration)) (out T, err error) {
	b := Backoff{Base: 100 * time.Millisecond, Max: time.Second, Factor: 3}
	for try := range n {
		if out, err = f(try); err == nil {
			return out, nil
		}
		sleep(b.Next())
	}
	return out, fmt.Errorf("after %d tries: %w", n, err)
}
func main() {
	var slept []time.Duration
	sleep := func(d time.Duration) { slept = append(slept, d) }
	v, err := Retry(5, func(try int) (string, error) {
		if try < 3 {
			return "", io.ErrNoProgress
		}
		return fmt.Sprint("ok at ", try), nil
	}, sleep)
	fmt.Println(v, err, slept)
	_, err = Retry(2, func(int) (int, error) { return 0, io.EOF }, sleep)
	fmt.Println(err, errors.Is(err, io.EOF), len(slept))
	t0 := time.Unix(100, 0)
	b := Bucket{tokens: 2, cap: 2, rate: 1, last: t0}
	for _, s := range []float64{0, 0.1, 0.2, 0.9, 1.5, 10} {
		fmt.Print(b.Allow(t0.Add(time.Duration(s*float64(time.Second)))), " ")
	}
	fmt.Println()
}

// Output:
// ok at 3 <nil> [100ms 300ms 900ms]
// after 2 tries: EOF true 5
// true true false false true true
