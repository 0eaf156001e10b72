package main

import (
	"fmt"
	"math/big"
)

func factorial(n int64) *big.Int {
	r := big.NewInt(1)
	for i := int64(2); i <= n; i++ {
		r.Mul(r, big.NewInt(i))
	}
	return r
}
func fib(n int) *big.Int {
	a, b := big.NewInt(0), big.NewInt(1)
	for range n {
		a.Add(a, b)
		a, b = b, a
	}
	return a
}
func main() {
	f := factorial(30)
	fmt.Println(f, f.BitLen(), fib(100), f.Cmp(fib(200)))
	n, ok := new(big.Int).SetString("123456789012345678901234567890", 10)
	q, r := new(big.Int).QuoRem(n, big.NewInt(97), new(big.Int))
	fmt.Println(ok, q, r, new(big.Int).Exp(big.NewInt(3), big.NewInt(200), big.NewInt(1000007)))
	fmt.Printf("%x %v %s %T\n", n, n, new(big.Int).Neg(n), n)
	fmt.Println(new(big.Int).GCD(nil, nil, big.NewInt(48), big.NewInt(36)), big.NewInt(97).ProbablyPrime(10))
	h := new(big.Rat)
	for i := int64(1); i <= 10; i++ {
		h.Add(h, big.NewRat(1, i))
	}
	fl, _ := h.Float64()
	fmt.Println(h, h.FloatString(5), fl)
	x := new(big.Float).SetPrec(100).SetInt64(2)
	fmt.Println(x.Sqrt(x).Text('f', 25))
}

// Output:
// 265252859812191058636308480000000 108 354224848179261915075 -1
// true 1272750402189130710322005854 52 959082
// 18ee90ff6c373e0ee4e3f0ad2 123456789012345678901234567890 -123456789012345678901234567890 *big.Int
// 12 true
// 7381/2520 2.92897 2.9289682539682538
// 1.4142135623730950488016887
