package main

import (
	"fmt"
	"math/bits"
	"strings"
)

type Bloom[T any] struct {
	bits []uint64
	fns  []func(T) uint64
}

func NewBloom[T any](m int, fns ...func(T) uint64) *Bloom[T] {
	return &Bloom[T]{make([]uint64, (m+63)/64), fns}
}
func (b *Bloom[T]) each(x T, f func(word *uint64, mask uint64) bool) bool {
	for _, fn := range b.fns {
		h := fn(x) % uint64(len(b.bits)*64)
		if !f(&b.bits[h/64], 1<<(h%64)) {
			return false
		}
	}
	return true
}
func (b *Bloom[T]) Add(x T) {
	b.each(x, func(w *uint64, m uint64) bool { *w |= m; return true })
}
func (b *Bloom[T]) Has(x T) bool {
	return b.each(x, func(w *uint64, m uint64) bool { return *w&m != 0 })
}
func seeded(seed uint64) func(string) uint64 {
	return func(s string) uint64 {
		h := seed
		for i := 0; i < len(s); i++ {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
		return h ^ h>>29
	}
}
func main() {
	b := NewBloom(256, seeded(14695981039346656037), seeded(7), seeded(99))
	for _, w := range strings.Fields("alpha beta gamma") {
		b.Add(w)
	}
	fmt.Println(b.Has("alpha"), b.Has("beta"), b.Has("delta"), b.Has("omega"))
	n := 0
	for _, w := range b.bits {
		n += bits.OnesCount64(w)
	}
	fmt.Println(n, len(b.bits))
	ib := NewBloom(64, func(i int) uint64 { return uint64(i * 31) })
	ib.Add(-5)
	fmt.Println(ib.Has(-5), ib.Has(5))
}

// Output:
// true true false false
// 9 4
// true false
