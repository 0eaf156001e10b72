package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

func main() {
	cfg := struct {
		Host string
		Port int
		TLS  struct{ Cert, Key string }
	}{Host: "h", Port: 1}
	cfg.TLS.Cert = "c"
	fmt.Printf("%v %+v\n", cfg, cfg)
	tests := []struct {
		in   string
		want int
	}{{"a", 1}, {"bb", 2}, {"", 0}}
	for _, tt := range tests {
		fmt.Print(len(tt.in) == tt.want, " ")
	}
	fmt.Println()
	m := map[string]struct{ n, sum int }{}
	for _, w := range strings.Fields("a bb a ccc bb a") {
		e := m[w]
		e.n++
		e.sum += len(w)
		m[w] = e
	}
	fmt.Println(m)
	points := map[string]*struct{ X, Y int }{"o": {}, "p": {1, 2}}
	points["o"].X = 9
	fmt.Println(*points["o"], *points["p"])
	set := map[string]struct{}{"x": {}}
	_, ok := set["x"]
	_, no := set["y"]
	fmt.Println(ok, no, len(set))
	b, _ := json.Marshal(struct {
		A int `json:"a"`
		B []struct{ C string }
	}{1, []struct{ C string }{{"c"}}})
	fmt.Println(string(b))
	var nested struct{ P *struct{ Q map[string][]int } }
	json.Unmarshal([]byte(`{"P":{"Q":{"k":[1,2]}}}`), &nested)
	fmt.Println(nested.P.Q["k"][1])
}

// Output:
// {h 1 {c }} {Host:h Port:1 TLS:{Cert:c Key:}}
// true true true
// map[a:{3 3} bb:{2 4} ccc:{1 3}]
// {9 0} {1 2}
// true false 1
// {"a":1,"B":[{"C":"c"}]}
// 2
