package main

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

type P struct{ x, y int }

func (p P) Sum() int { return p.x + p.y }
func main() {
	t := P{1, 2}
	a, b := 1, 2
	fmt.Println(t.Sum(), a, b)
	// In [2]
	t0, t1 := time.Unix(0, 0).UTC(), "t1"
	v, err := strconv.Atoi("7")
	fmt.Println(t0.Year(), t1, v, err, t.Sum())
	// In [3]
	f, ok := map[string]func() int{"k": t.Sum}["k"]
	i, j, k := f(), ok, [2]int{a, b}
	i, a = a, i
	fmt.Println(i, j, k, a, t)
	// In [4]
	it, err2 := strconv.ParseBool("true")
	_, _ = it, err2
	r, n := utf8.DecodeRuneInString("é")
	fmt.Println(it, err2, string(r), n)
}

// Output:
// 3 1 2
// 1970 t1 7 <nil> 3
// 1 true [1 2] 3 {1 2}
// true <nil> é 2
