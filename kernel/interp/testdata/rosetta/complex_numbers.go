package main

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
)

func mandel(c complex128, limit int) int {
	z := complex(0, 0)
	for i := range limit {
		if cmplx.Abs(z) > 2 {
			return i
		}
		z = z*z + c
	}
	return limit
}

type poly []complex128

func (p poly) At(x complex128) (y complex128) {
	for i := len(p) - 1; i >= 0; i-- {
		y = y*x + p[i]
	}
	return
}
func main() {
	// In [2]
	for y := 1.0; y >= -1; y -= 0.5 {
		var b strings.Builder
		for x := -2.0; x <= 0.5; x += 0.125 {
			b.WriteByte(" .:-=+*#%@"[mandel(complex(x, y), 40)*9/40])
		}
		fmt.Println("|" + b.String() + "|")
	}
	z := 3 + 4i
	fmt.Println(z, real(z), imag(z), cmplx.Abs(z), z*z, z/(1-2i), -z, z == complex(3, 4), cmplx.Conj(z))
	fmt.Printf("%.2f %v %T %T\n", cmplx.Exp(1i*math.Pi), poly{6, -5, 1}.At(2), z, complex64(z))
	var w complex64 = complex(float32(1), 2)
	w += 1
	fmt.Println(w, cmplx.Sqrt(-1), poly{1, 0, 1}.At(1i))
}

// Output:
// |             ..:@    |
// |       ....:@@@@@@@:.|
// |@@@@@@@@@@@@@@@@@@@..|
// |       ....:@@@@@@@:.|
// |             ..:@    |
// (3+4i) 3 4 5 (-7+24i) (-1+2i) (-3-4i) true (3-4i)
// (-1.00+0.00i) (0+0i) complex128 complex64
// (2+2i) (0+1i) (0+0i)
