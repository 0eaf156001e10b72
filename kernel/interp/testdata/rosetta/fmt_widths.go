package main

import (
	"fmt"
	"math"
)

func main() {
	fmt.Printf("|%6d|%-6d|%06d|%+d|% d|\n", 42, 42, 42, 42, 42)
	fmt.Printf("|%8.3f|%-8.2f|%e|%g|%G|\n", math.Pi, math.E, 123456.789, 1e21, 1e-7)
	fmt.Printf("|%10s|%-10s|%.2s|%q|%x|% X|\n", "right", "left", "truncate", "quo\"te", "hex", "hex")
	fmt.Printf("|%t|%v|%p|%c|%U|%#U|\n", true, nil, nil, 'G', '⌘', '⌘')
	fmt.Printf("%b %o %#o %x %#x %X %O\n", 10, 64, 64, 255, 255, 255, 8)
	fmt.Printf("%*d|%-*d|%.*f\n", 5, 1, 5, 2, 3, 1.23456)
	fmt.Printf("%[2]d %[1]d %[2]q %d\n", 65, 66)
	fmt.Printf("%d%% %v %5t|%-7t|\n", 50, 1+2i, true, false)
	fmt.Println(1e6, 1e20, 1e21, float32(0.1), 100000000.0, -0.0, 1.0, math.Inf(1), math.NaN())
	fmt.Println('a', "a"[0], []byte("é"), []rune("é"), int8(-5), uint8(200), uintptr(7))
	fmt.Printf("%6.2f%%|%+.1e|%08.3f|%+q|%#q\n", 12.345, 12345.678, -3.14159, "é", "raw")
	fmt.Printf("%v %d %s\n", struct{}{}, []int(nil), []string{})
	fmt.Printf("%d %s\n", 1)
	fmt.Printf("%d\n", 1, 2)
	fmt.Print("a", 1, 2, "b", "c", 3.5, nil, '\n', "\n")
	fmt.Print(1, 2, true, false, "x\n")
}

// Output:
// |    42|42    |000042|+42| 42|
// |   3.142|2.72    |1.234568e+05|1e+21|1E-07|
// |     right|left      |tr|"quo\"te"|686578|68 65 78|
// |true|<nil>|%!p(<nil>)|G|U+2318|U+2318 '⌘'|
// 1010 100 0100 ff 0xff FF 0o10
//     1|2    |1.235
// 66 65 'B' %!d(MISSING)
// 50% (1+2i)  true|false  |
// 1e+06 1e+20 1e+21 0.1 1e+08 0 1 +Inf NaN
// 97 97 [195 169] [233] -5 200 7
//  12.35%|+1.2e+04|-003.142|"\u00e9"|`raw`
// {} [] []
// 1 %!s(MISSING)
// 1
// %!(EXTRA int=2)a1 2bc3.5 <nil> 10
// 1 2 true falsex
