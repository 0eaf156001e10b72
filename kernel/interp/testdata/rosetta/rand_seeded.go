package main

import (
	"fmt"
	"math/rand/v2"
	"time"
)

type Die struct {
	rng   *rand.Rand
	sides int
}

func NewDie(sides int, seed uint64) *Die { return &Die{rand.New(rand.NewPCG(seed, 7)), sides} }
func (d *Die) Roll() int                 { return d.rng.IntN(d.sides) + 1 }
func (d *Die) Hist(n int) map[int]int {
	h := map[int]int{}
	for range n {
		h[d.Roll()]++
	}
	return h
}

// In [2]
func sample[T any](r *rand.Rand, xs []T, k int) []T {
	res := append([]T(nil), xs[:k]...)
	for i := k; i < len(xs); i++ {
		if j := r.IntN(i + 1); j < k {
			res[j] = xs[i]
		}
	}
	return res
}
func main() {
	// In [1]
	d := NewDie(6, 42)
	fmt.Println(d.Roll(), d.Roll(), d.Roll(), d.Hist(600))
	// In [2]
	r := rand.New(rand.NewPCG(1, 2))
	fmt.Println(r.Perm(5), r.Float64(), r.NormFloat64(), r.Uint32(), r.Int64N(1000))
	xs := []string{"a", "b", "c", "d", "e", "f"}
	r.Shuffle(len(xs), func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
	fmt.Println(xs, sample(r, xs, 3))
	// In [3]
	in := 0
	for range 2000 {
		if x, y := r.Float64(), r.Float64(); x*x+y*y < 1 {
			in++
		}
	}
	fmt.Println(4 * float64(in) / 2000)
	n := rand.N(10 * time.Second)
	fmt.Println(n >= 0 && n < 10*time.Second, rand.N(5) < 5)
	c := rand.NewChaCha8([32]byte([]byte("chacha8 seed of thirty-two bytes")))
	fmt.Println(c.Uint64(), rand.New(rand.NewZipf(r, 1.5, 2, 10)).IntN(1))
}

// Output:
// 5 4 4 map[1:95 2:103 3:96 4:105 5:96 6:105]
// [1 4 2 0 3] 0.797802349388613 -3.0853771402394736 2147104640 449
// [e c b d f a] [e f b]
// 3.148
// true true
// 15770572796362358329 0
