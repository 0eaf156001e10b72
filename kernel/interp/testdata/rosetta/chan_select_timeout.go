package main

import (
	"fmt"
	"time"
)

func slow(d time.Duration, v string) <-chan string {
	c := make(chan string, 1)
	go func() {
		time.Sleep(d)
		c <- v
	}()
	return c
}
func get(c <-chan string, limit time.Duration) string {
	select {
	case v := <-c:
		return "got " + v
	case <-time.After(limit):
		return "timeout"
	}
}
func main() {
	fmt.Println(get(slow(time.Millisecond, "fast"), 5*time.Second))
	fmt.Println(get(slow(time.Minute, "slow"), time.Millisecond))
	// In [2]
	buf := make(chan int, 2)
	for i := range 4 {
		select {
		case buf <- i:
			fmt.Println("sent", i)
		default:
			fmt.Println("full at", i, len(buf), cap(buf))
		}
	}
	close(buf)
	for {
		v, ok := <-buf
		fmt.Println(v, ok)
		if !ok {
			break
		}
	}
	// In [3]
	var never chan int
	select {
	case <-never:
		fmt.Println("impossible")
	case v, ok := <-buf:
		fmt.Println("closed", v, ok)
	}
}

// Output:
// got fast
// timeout
// sent 0
// sent 1
// full at 2 2 2
// full at 3 2 2
// 0 true
// 1 true
// 0 false
// closed 0 false
