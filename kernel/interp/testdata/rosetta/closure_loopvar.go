package main

import "fmt"

func main() {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i *= 10; return i })
	}
	for _, f := range fs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	var prints []func()
	for k, v := range []string{"a", "b"} {
		defer func() { fmt.Println("deferred", k, v) }()
		prints = append(prints, func() { fmt.Println(k, v) })
	}
	for _, p := range prints {
		p()
	}
	var ps []*int
	for i := range 3 {
		ps = append(ps, &i)
	}
	fmt.Println(*ps[0], *ps[1], *ps[2])
	for i := 0; i < 6; i++ {
		inc := func() { i += 2 }
		inc()
		fmt.Print(i, " ")
	}
	fmt.Println()
}

// Output:
// 0 0 10 100 20 200
// 0 a
// 1 b
// 0 1 2
// 2 5
// deferred 1 b
// deferred 0 a
