package main

import (
	"fmt"
	"runtime"
)

type P struct{ a, b int }

type N interface{ Name() string }

func try(what string, f func()) {
	defer func() {
		r := recover()
		_, fault := r.(runtime.Error)
		fmt.Printf("%s: %v %v\n", what, fault, r)
	}()
	f()
	fmt.Println(what, "went on")
}

func faults(n int, p *P, f func(), x N) {
	try("left", func() { _ = 1 << n })
	try("right", func() { n := n; k := 5; k >>= n; fmt.Println(k) })
	try("masked", func() { fmt.Println(1 << (n & 3)) })
	try("map", func() { fmt.Println(len(map[string]P{"a": *p})) })
	try("discarded", func() { _ = *p })
	try("func", func() { f() })
	try("interface", func() { _ = x.Name() })
	try("text", func() { panic("main.T1") })
}

func main() {
	faults(-1, nil, nil, nil)
}

// Output:
// left: true runtime error: negative shift amount
// right: true runtime error: negative shift amount
// 8
// masked went on
// masked: false <nil>
// map: true runtime error: invalid memory address or nil pointer dereference
// discarded: true runtime error: invalid memory address or nil pointer dereference
// func: true runtime error: invalid memory address or nil pointer dereference
// interface: true runtime error: invalid memory address or nil pointer dereference
// text: false main.T1
