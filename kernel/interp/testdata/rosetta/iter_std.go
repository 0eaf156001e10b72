package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func main() {
	m := map[string]int{"b": 2, "a": 1, "c": 3}
	keys := slices.Sorted(maps.Keys(m))
	vals := slices.Collect(maps.Values(m))
	slices.Sort(vals)
	fmt.Println(keys, vals)
	for i, c := range slices.Backward(keys) {
		fmt.Print(i, c, " ")
	}
	fmt.Println()
	for chunk := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(chunk, len(chunk), " ")
	}
	fmt.Println()
	inv := maps.Collect(func(yield func(int, string) bool) {
		for k, v := range m {
			if !yield(v, k) {
				return
			}
		}
	})
	fmt.Println(inv)
	// In [2]
	for line := range strings.Lines("one\ntwo\n\nfour") {
		fmt.Printf("%q ", line)
	}
	for part := range strings.SplitSeq("a,b,,c", ",") {
		fmt.Printf("%q ", part)
	}
	for w := range strings.FieldsSeq("  x  yy ") {
		fmt.Printf("%q ", w)
	}
	fmt.Println()
	// In [3]
	next := slices.AppendSeq([]string{"head"}, maps.Keys(map[string]bool{"only": true}))
	fmt.Println(next, slices.SortedFunc(slices.Values(keys), func(a, b string) int { return cmp.Compare(b, a) }))
	cp := maps.Clone(m)
	maps.DeleteFunc(cp, func(k string, v int) bool { return v > 1 })
	fmt.Println(cp, maps.Equal(m, cp), len(m))
}

// Output:
// [a b c] [1 2 3]
// 2c 1b 0a
// [1 2] 2 [3 4] 2 [5] 1
// map[1:a 2:b 3:c]
// "one\n" "two\n" "\n" "four" "a" "b" "" "c" "x" "yy"
// [head only] [c b a]
// map[a:1] false 3
