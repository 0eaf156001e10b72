package main

import (
	"encoding/json"
	"fmt"
	"math"
)

type Config struct {
	Name  *string  `json:"name,omitempty"`
	Retry *int     `json:"retry,omitempty"`
	Rate  *float64 `json:"rate,omitempty"`
}

func main() {
	c := Config{Name: new("svc"), Retry: new(3)}
	b, _ := json.Marshal(c)
	fmt.Println(string(b), *new(1.5 + 2), *new(len(b)))
	p := new(int)
	*p += 4
	q := new(*p)
	*q++
	fmt.Println(*p, *q)
	// In [2]
	fmt.Println(min(3, 1.5), max(1, 2, 3), min("b", "a"), max(2.5, float64(*p)), min(*p, 100))
	fmt.Printf("%T %T %v\n", min(3, 1.5), max(int8(1), 2), min(math.NaN(), 1))
	m := map[string][]int{"a": {1, 2}}
	s := m["a"]
	clear(s)
	fmt.Println(m)
	clear(m)
	fmt.Println(m, len(m), s)
	nan := map[float64]int{math.NaN(): 1, math.NaN(): 2}
	fmt.Println(len(nan))
	clear(nan)
	fmt.Println(len(nan))
}

// Output:
// {"name":"svc","retry":3} 3.5 24
// 4 5
// 1.5 3 a 4 4
// float64 int8 NaN
// map[a:[0 0]]
// map[] 0 [0 0]
// 2
// 0
