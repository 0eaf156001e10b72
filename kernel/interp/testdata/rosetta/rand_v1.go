package main

import (
	"fmt"
	"math/rand"
	"strings"
)

type Walk struct {
	x, y int
	path []rune
}

func (w *Walk) Step(r *rand.Rand) {
	switch r.Intn(4) {
	case 0:
		w.x++
		w.path = append(w.path, 'E')
	case 1:
		w.x--
		w.path = append(w.path, 'W')
	case 2:
		w.y++
		w.path = append(w.path, 'N')
	default:
		w.y--
		w.path = append(w.path, 'S')
	}
}
func main() {
	r := rand.New(rand.NewSource(7))
	var w Walk
	for range 20 {
		w.Step(r)
	}
	fmt.Println(w.x, w.y, string(w.path))
	fmt.Println(r.Perm(4), r.Float64() < 1, r.Int31n(10) < 10, r.ExpFloat64() > 0)
	words := strings.Fields("one two three four")
	rand.New(rand.NewSource(1)).Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	fmt.Println(words)
}

// Output:
// 5 5 NNWSEEENEEEWNNSEENWN
// [2 0 1 3] true true true
// [one two four three]
