package main

import (
	"fmt"
	"math"
	"time"
)

const (
	Pi2     = 2 * math.Pi
	Big     = 1 << 70
	Kilo    = 1e3
	Letter  = 'a'
	Name    = "go" + "pher"
	Enabled = !false && len(Name) == 6
	Mask    = ^uint8(0) >> 3
)

type Duration float64

const Second Duration = 1.5

func main() {
	var f32 float32 = Pi2
	var i8 int8 = Kilo / 10
	var r = Letter + 1
	fmt.Println(f32, i8, r, string(rune(r)), Big>>68, Enabled, Mask)
	fmt.Printf("%T %T %T %T %T\n", Kilo, Letter, r, Second*2, Big>>60)
	fmt.Println(5/2*2.0, 5.0/2*2, 7/2, 7/2., 1<<3.0, 'x'-'a', Second/4)
	x := 10
	var d time.Duration = 2 * time.Second
	fmt.Println(float64(x)*0.1, x/3, d*3, time.Duration(x)*time.Millisecond, d/4, d.Hours() < 1)
	fmt.Println(math.MaxUint8, math.MinInt64, uint64(math.MaxUint64), len([10]int{}), cap([...]int{5: 1}))
	const huge = 1e400 / 1e399
	fmt.Println(huge, 0x1p-2, 0b1010, 0o17, 1_000_000, 0x_ff, 'é', '\u00e9' == 'é', "\x41\u00e9")
}

// Output:
// 6.2831855 100 98 b 4 true 31
// float64 int32 int32 main.Duration int
// 4 5 3 3.5 8 23 0.375
// 1 3 6s 10ms 500ms true
// 255 -9223372036854775808 18446744073709551615 10 6
// 10 0.25 10 15 1000000 255 233 true Aé
