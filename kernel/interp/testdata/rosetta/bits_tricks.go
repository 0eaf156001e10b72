package main

import (
	"fmt"
	"math"
	"math/bits"
)

func popcount(x uint64) (n int) {
	for ; x != 0; x &= x - 1 {
		n++
	}
	return
}
func reverse8(b byte) byte {
	b = b>>4 | b<<4
	b = b&0xcc>>2 | b&0x33<<2
	return b&0xaa>>1 | b&0x55<<1
}
func gray(n uint) uint { return n ^ n>>1 }

type BitSet []uint64

func (b *BitSet) Set(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}
func (b BitSet) Has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 == 1 }
func (b BitSet) Len() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return
}
func main() {
	// In [2]
	fmt.Println(popcount(0xff00ff), bits.OnesCount(0xff), bits.LeadingZeros32(1), bits.TrailingZeros(8), bits.Len(255))
	fmt.Printf("%08b %08b %08b\n", reverse8(0b1101_0010), bits.Reverse8(0b11010010), bits.RotateLeft8(0b10000001, 1))
	for i := uint(0); i < 8; i++ {
		fmt.Printf("%03b ", gray(i))
	}
	fmt.Println()
	var b BitSet
	for _, i := range []int{3, 64, 130, 3} {
		b.Set(i)
	}
	fmt.Println(b.Len(), b.Has(64), b.Has(65), b.Has(1000), len(b))
	x, y := 12, 10
	x ^= y
	y ^= x
	x ^= y
	fmt.Println(x, y, x&^y, -x>>1, uint8(x+190)+100, int8(y-140)/-1, 7&-7)
	hi, lo := bits.Mul64(1<<63, 6)
	sum, carry := bits.Add64(math.MaxUint64, 2, 0)
	fmt.Println(hi, lo, sum, carry)
}

// Output:
// 16 8 31 3 8
// 01001011 01001011 00000011
// 000 001 011 010 110 111 101 100
// 3 true false false 3
// 10 12 2 -5 44 -128 1
// 3 0 1 1
