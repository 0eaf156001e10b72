package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type pair[K any] struct {
	key K
	n   int
}

func top[K cmp.Ordered](counts map[K]int, k int) []pair[K] {
	ps := make([]pair[K], 0, len(counts))
	for key, n := range counts {
		ps = append(ps, pair[K]{key, n})
	}
	slices.SortFunc(ps, func(a, b pair[K]) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.key, b.key))
	})
	return ps[:min(k, len(ps))]
}
func main() {
	const text = "the quick brown fox jumps over the lazy dog the fox"
	words, letters := map[string]int{}, map[rune]int{}
	for _, w := range strings.Fields(text) {
		words[w]++
		for _, r := range w {
			letters[r]++
		}
	}
	fmt.Println(top(words, 3))
	for _, p := range top(letters, 4) {
		fmt.Printf("%c%d ", p.key, p.n)
	}
	fmt.Println()
	index := map[int][]string{}
	for w := range words {
		index[len(w)] = append(index[len(w)], w)
	}
	for _, l := range slices.Sorted(maps.Keys(index)) {
		slices.Sort(index[l])
		fmt.Println(l, index[l])
	}
	nested := map[string]map[string]int{"a": {"x": 1}}
	nested["b"] = map[string]int{}
	nested["b"]["y"] += 5
	fmt.Println(nested, nested["zz"]["y"], len(nested))
}

// Output:
// [{the 3} {fox 2} {brown 1}]
// o5 e4 h3 t3
// 3 [dog fox the]
// 4 [lazy over]
// 5 [brown jumps quick]
// map[a:map[x:1] b:map[y:5]] 0 2
