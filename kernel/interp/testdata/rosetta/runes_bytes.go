package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

func runLength(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && rs[j] == rs[i] {
			j++
		}
		fmt.Fprintf(&b, "%c%d", rs[i], j-i)
		i = j
	}
	return b.String()
}
func main() {
	s := "aé\xff世界"
	for i, r := range s {
		fmt.Printf("%d:%q(%d) ", i, r, utf8.RuneLen(r))
	}
	fmt.Println(len(s), utf8.RuneCountInString(s), len([]rune(s)), utf8.ValidString(s))
	for i := range "éa" {
		fmt.Print(i, " ")
	}
	b := []byte(s)
	b[0] = 'A'
	fmt.Println(string(b[:3]), s[0], s[1:3], string(rune(0x4e16)), string([]rune{72, 0x1F600, -1}))
	r, n := utf8.DecodeRuneInString("\xe4\xb8")
	fmt.Println(r == utf8.RuneError, n, runLength("aaabéé"), strings.ToUpper("ßé"))
	fmt.Println(bytes.Equal(b, []byte(s)), bytes.Fields([]byte(" a b ")), bytes.Title([]byte("x y")))
	var digits [10]int
	for _, c := range "31415926" {
		digits[c-'0']++
	}
	fmt.Println(digits, 'a'+1, string(rune('a'+1)), "x"+string('y'), '\x41', "\u00e9"[0])
	fmt.Println(strconv.Quote("tab\t\x00é"), strconv.QuoteToASCII("é"), strconv.QuoteRune('☺'), "a" < "b", "Z" < "a", "" < "a")
	u, err := strconv.Unquote(`"a\nb"`)
	fmt.Printf("%q %v %s\n", u, err, append([]byte("ab"), "cd"...))
}

// Output:
// 0:'a'(1) 1:'é'(2) 3:'�'(3) 4:'世'(3) 7:'界'(3) 10 5 5 false
// 0 2 Aé 97 é 世 H😀�
// true 1 a3b1é2 ßÉ
// false [[97] [98]] [88 32 89]
// [0 2 1 1 1 1 1 0 0 1] 98 b xy 65 195
// "tab\t\x00é" "\u00e9" '☺' true true true
// "a\nb" <nil> abcd
