package main

import (
	"fmt"
	"strings"
)

func wrap(s string, width int) []string {
	var lines []string
	line := ""
	for w := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = w
		case len(line)+1+len(w) <= width:
			line += " " + w
		default:
			lines = append(lines, line)
			line = w
		}
	}
	return append(lines, line)
}

type Op struct {
	Kind byte
	Text string
}

func diff(a, b []string) (ops []Op) {
	n, m := len(a), len(b)
	lcs := make([][]int, n+1)
	for i := range lcs {
		lcs[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lcs[i][j] = 1 + lcs[i+1][j+1]
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < n || j < m {
		switch {
		case i < n && j < m && a[i] == b[j]:
			ops = append(ops, Op{' ', a[i]})
			i, j = i+1, j+1
		case j == m || i < n && lcs[i+1][j] >= lcs[i][j+1]:
			ops = append(ops, Op{'-', a[i]})
			i++
		default:
			ops = append(ops, Op{'+', b[j]})
			j++
		}
	}
	return
}
func main() {
	a := wrap("the quick brown fox jumps over the lazy dog", 12)
	b := wrap("the quick red fox jumps over the dog today", 12)
	fmt.Printf("%q\n", a)
	for _, op := range diff(a, b) {
		fmt.Printf("%c %s\n", op.Kind, op.Text)
	}
}

// Output:
// ["the quick" "brown fox" "jumps over" "the lazy dog"]
//   the quick
// - brown fox
// + red fox
//   jumps over
// - the lazy dog
// + the dog
// + today
