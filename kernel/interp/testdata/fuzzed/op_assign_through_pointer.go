package main

import "fmt"

type T struct {
	A int
	B [2]uint8
}

func id[X any](x X) X { return x }

func main() {
	p := &T{A: 7}
	(*p).A %= id[int]((id[int](int('a')) ^ 0)) | 1
	fmt.Println(p.A)
	q := &p.B
	(*q)[1] = 200
	(*q)[1] >>= id[uint8]((uint8)(id[uint16](uint16(2)))) & 7
	fmt.Println(*p)
}

// Output:
// 7
// {7 [0 50]}
