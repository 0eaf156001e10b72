package main

import (
	"container/heap"
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Tree interface{ Freq() int }
type Leaf struct {
	freq int
	char rune
}
type Node struct {
	freq        int
	left, right Tree
}

func (l Leaf) Freq() int { return l.freq }
func (n Node) Freq() int { return n.freq }

type trees []Tree

func (t trees) Len() int { return len(t) }
func (t trees) Less(i, j int) bool {
	if t[i].Freq() != t[j].Freq() {
		return t[i].Freq() < t[j].Freq()
	}
	return first(t[i]) < first(t[j])
}
func (t trees) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *trees) Push(x any)   { *t = append(*t, x.(Tree)) }
func (t *trees) Pop() any {
	old := *t
	x := old[len(old)-1]
	*t = old[:len(old)-1]
	return x
}
func first(t Tree) rune {
	switch t := t.(type) {
	case Leaf:
		return t.char
	case Node:
		return min(first(t.left), first(t.right))
	}
	return 0
}
func codes(t Tree, prefix string, out map[rune]string) {
	switch t := t.(type) {
	case Leaf:
		out[t.char] = prefix
	case Node:
		codes(t.left, prefix+"0", out)
		codes(t.right, prefix+"1", out)
	}
}
func main() {
	text := "abracadabra alakazam"
	freq := map[rune]int{}
	for _, r := range text {
		freq[r]++
	}
	var h trees
	for r, n := range freq {
		h = append(h, Leaf{n, r})
	}
	heap.Init(&h)
	for h.Len() > 1 {
		a, b := heap.Pop(&h).(Tree), heap.Pop(&h).(Tree)
		heap.Push(&h, Node{a.Freq() + b.Freq(), a, b})
	}
	out := map[rune]string{}
	root := heap.Pop(&h).(Tree)
	codes(root, "", out)
	bits := 0
	for _, r := range slices.Sorted(maps.Keys(out)) {
		fmt.Printf("%q:%s ", r, out[r])
		bits += freq[r] * len(out[r])
	}
	fmt.Println(bits, root.Freq())
	var b strings.Builder
	for _, r := range text {
		b.WriteString(out[r])
	}
	var dec []rune
	n := root
	for _, c := range b.String() {
		if c == '0' {
			n = n.(Node).left
		} else {
			n = n.(Node).right
		}
		if l, ok := n.(Leaf); ok {
			dec = append(dec, l.char)
			n = root
		}
	}
	fmt.Println(string(dec) == text)
}

// Output:
// ' ':11010 'a':0 'b':1110 'c':11011 'd':11110 'k':11111 'l':1000 'm':1001 'r':101 'z':1100 55 20
// true
