package main

import (
	"fmt"
	"unique"
)

type Tag struct{ K, V string }

func main() {
	// In [2]
	a, b := unique.Make(Tag{"k", "v"}), unique.Make(Tag{"k", "v"})
	fmt.Println(a == b, a.Value(), a == unique.Make(Tag{"k", "w"}))
	s := unique.Make("text")
	fmt.Println(s.Value(), s == unique.Make("te"+"xt"))
	m := map[unique.Handle[string]]int{s: 1}
	fmt.Println(m[unique.Make("text")])
}

// Output:
// true {k v} false
// text true
// 1
