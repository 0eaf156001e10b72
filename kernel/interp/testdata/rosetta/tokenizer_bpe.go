package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Pair [2]string
type BPE struct {
	merges []Pair
	vocab  map[string]int
}

func (b *BPE) Train(words map[string]int, n int) {
	splits := map[string][]string{}
	for w := range words {
		splits[w] = strings.Split(w, "")
	}
	for range n {
		counts := map[Pair]int{}
		for w, parts := range splits {
			for i := 0; i+1 < len(parts); i++ {
				counts[Pair{parts[i], parts[i+1]}] += words[w]
			}
		}
		if len(counts) == 0 {
			return
		}
		best := slices.MaxFunc(slices.Collect(maps.Keys(counts)), func(a, b Pair) int {
			return cmp.Or(cmp.Compare(counts[a], counts[b]), slices.Compare(a[:], b[:]))
		})
		b.merges = append(b.merges, best)
		for w := range splits {
			splits[w] = merge(splits[w], best)
		}
	}
}
func merge(parts []string, p Pair) (out []string) {
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) && parts[i] == p[0] && parts[i+1] == p[1] {
			out = append(out, p[0]+p[1])
			i++
			continue
		}
		out = append(out, parts[i])
	}
	return
}
func (b *BPE) Encode(w string) []string {
	parts := strings.Split(w, "")
	for _, m := range b.merges {
		parts = merge(parts, m)
	}
	return parts
}
func main() {
	var b BPE
	b.Train(map[string]int{"lower": 5, "lowest": 2, "newer": 6, "wider": 3}, 6)
	fmt.Println(b.merges)
	fmt.Printf("%q %q %q\n", b.Encode("lower"), b.Encode("new"), b.Encode("slow"))
}

// Output:
// [[e r] [w er] [l o] [n e] [ne wer] [lo wer]]
// ["lower"] ["ne" "w"] ["s" "lo" "w"]
