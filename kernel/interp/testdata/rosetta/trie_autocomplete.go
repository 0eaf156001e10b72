package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

type Trie struct {
	kids map[rune]*Trie
	word bool
	n    int
}

func (t *Trie) Insert(w string) {
	for _, r := range w {
		if t.kids == nil {
			t.kids = make(map[rune]*Trie)
		}
		k, ok := t.kids[r]
		if !ok {
			k = new(Trie)
			t.kids[r] = k
		}
		k.n++
		t = k
	}
	t.word = true
}
func (t *Trie) find(p string) *Trie {
	for _, r := range p {
		if t = t.kids[r]; t == nil {
			return nil
		}
	}
	return t
}

// In [2]
func (t *Trie) Complete(prefix string) (out []string) {
	var walk func(*Trie, []rune)
	walk = func(n *Trie, path []rune) {
		if n.word {
			out = append(out, prefix+string(path))
		}
		for _, r := range slices.Sorted(maps.Keys(n.kids)) {
			walk(n.kids[r], append(path, r))
		}
	}
	if n := t.find(prefix); n != nil {
		walk(n, nil)
	}
	return
}
func main() {
	// In [3]
	var t Trie
	for _, w := range strings.Fields("go gopher golang gone été zebra étage") {
		t.Insert(w)
	}
	for _, p := range []string{"go", "gop", "ét", "x", ""} {
		fmt.Printf("%q %v\n", p, t.Complete(p))
	}
	fmt.Println(t.find("go").n, len(t.kids), t.find("gol").word)
}

// Output:
// "go" [go golang gone gopher]
// "gop" [gopher]
// "ét" [étage été]
// "x" []
// "" [go golang gone gopher zebra étage été]
// 4 3 false
