package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

func caesar(k int) func(rune) rune {
	return func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return 'a' + (r-'a'+rune(k)+26)%26
		case unicode.IsUpper(r):
			return 'A' + (r-'A'+rune(k)+26)%26
		}
		return r
	}
}
func isPalindrome(s string) bool {
	var rs []rune
	for _, r := range strings.ToLower(s) {
		if unicode.IsLetter(r) {
			rs = append(rs, r)
		}
	}
	rev := slices.Clone(rs)
	slices.Reverse(rev)
	return slices.Equal(rs, rev)
}
func main() {
	enc := strings.Map(caesar(3), "Hello, wörld xyz")
	fmt.Println(enc, strings.Map(caesar(-3), enc))
	fmt.Println(isPalindrome("A man, a plan, a canal: Panama"), isPalindrome("réifier"), isPalindrome("été"))
	fmt.Println(strings.FieldsFunc("a1b22c", unicode.IsDigit), strings.Title("go time"), strings.TrimFunc("123x4", unicode.IsDigit))
	r := strings.NewReplacer("<", "&lt;", ">", "&gt;", "a", "A")
	fmt.Println(r.Replace("<a>banana"), strings.Count("cheese", "e"), strings.LastIndex("go gopher", "go"))
	var b strings.Builder
	for i := 3; i >= 1; i-- {
		fmt.Fprintf(&b, "%d...", i)
	}
	b.WriteString("go")
	b.WriteByte('!')
	fmt.Println(b.String(), b.Len(), strings.ContainsAny("x", "xyz"), strings.EqualFold("Straße", "STRASSE"))
	before, after, ok := strings.Cut("k=v=w", "=")
	fmt.Println(before, after, ok)
	after, ok = strings.CutPrefix("prefix-x", "prefix-")
	fmt.Printf("%q %t %q %q\n", after, ok, strings.SplitN("a,b,c", ",", 2), strings.SplitAfter("a,b", ","))
	fmt.Println(strings.Compare("a", "b"), strings.ToTitle("ǆ"), strings.ToValidUTF8("a\xffb", "?"), strings.IndexByte("abc", 'c'))
}

// Output:
// Khoor, zöuog abc Hello, wörld xyz
// true false true
// [a b c] Go Time x
// &lt;A&gt;bAnAnA 3 3
// 3...2...1...go! 15 true false
// k v=w true
// "x" true ["a" "b,c"] ["a," "b"]
// -1 ǅ a?b 2
