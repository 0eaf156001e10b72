package main

import (
	"fmt"
	"math"
)

func main() {
	var i8 int8 = 127
	i8++
	var u8 uint8 = 0
	u8--
	var u16 uint16 = 65535
	u16 += 2
	var i32 int32 = math.MaxInt32
	i32 += 1
	var u uint32 = 1
	u -= 2
	fmt.Println(i8, u8, u16, i32, u, int64(math.MaxInt64)+int64(i8)*0)
	fmt.Println(-7/2, -7%2, 7/-2, 7%-2, -7>>1, uint8(7)>>1, math.MinInt64/int64(-1+int(u8)-255))
	// In [2]
	n := 300
	fmt.Println(byte(n), int8(n), uint16(-n+70000), int32(int64(n)<<33+5), uint(n)<<62>>62)
	f := -3.99
	fmt.Println(int(f), int64(f*1e3), uint8(int(f)), math.Round(f), float32(16777217), int(float32(0.1)*1e9))
	// In [3]
	var s uint = 70
	fmt.Println(1<<s == 0, int32(n)<<31, uint64(1)<<63>>s, int64(-1)>>s, 1<<(s-60))
	h := uint32(2166136261)
	for _, c := range []byte("hash me") {
		h ^= uint32(c)
		h *= 16777619
	}
	fmt.Println(h, h>>24, int8(h))
	seed := uint64(42)
	for range 3 {
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		fmt.Print(seed%100, " ")
	}
	fmt.Println()
	const big = 1<<62 + 1
	fmt.Println(big%10, float64(big), 5.0/2, 5/2, 5/2.0, 1/3*3.0)
}

// Output:
// -128 255 1 -2147483648 4294967295 9223372036854775807
// -3 -1 -3 1 -4 3 -9223372036854775808
// 44 44 4164 5 0
// -3 -3990 253 -4 1.6777216e+07 100000000
// true 0 0 -1 1024
// 2372640957 141 -67
// 74 71 54
// 5 4.611686018427388e+18 2.5 2 2.5 0
