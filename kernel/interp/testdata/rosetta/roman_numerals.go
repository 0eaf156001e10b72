package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

var table = []struct {
	val int
	sym string
}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}}

type Roman int

func (r Roman) String() string {
	var b strings.Builder
	for n, i := int(r), 0; n > 0; {
		if n >= table[i].val {
			b.WriteString(table[i].sym)
			n -= table[i].val
		} else {
			i++
		}
	}
	return b.String()
}
func (r *Roman) UnmarshalText(text []byte) error {
	s, total := string(text), 0
	for _, e := range table {
		for strings.HasPrefix(s, e.sym) {
			total += e.val
			s = s[len(e.sym):]
		}
	}
	if s != "" {
		return fmt.Errorf("roman %q: cannot read %q", text, s)
	}
	*r = Roman(total)
	return nil
}
func (r Roman) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// In [2]
type Chapter struct {
	N     Roman  `json:"n"`
	Title string `json:"title"`
}

func main() {
	// In [1]
	for _, n := range []Roman{1, 4, 9, 14, 1994, 2024} {
		fmt.Printf("%d=%v ", int(n), n)
	}
	fmt.Println()
	// In [2]
	b, err := json.Marshal([]Chapter{{4, "four"}})
	fmt.Println(string(b), err)
	var c Chapter
	fmt.Println(json.Unmarshal([]byte(`{"n":"XLII","title":"t"}`), &c), c.N+1, int(c.N))
	fmt.Println(json.Unmarshal([]byte(`{"n":"QQ"}`), &c))
}

// Output:
// 1=I 4=IV 9=IX 14=XIV 1994=MCMXCIV 2024=MMXXIV
// [{"n":"IV","title":"four"}] <nil>
// <nil> XLIII 42
// roman "QQ": cannot read "QQ"
