package main

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

type Shape interface{ Area() float64 }
type Rect struct{ W, H float64 }
type Disk struct{ R float64 }

func (r Rect) Area() float64 { return r.W * r.H }
func (d Disk) Area() float64 { return 3 * d.R * d.R }

type Model struct {
	Name    string
	Weights map[string][]float64
	Layers  []*Layer
	when    int
}
type Layer struct {
	In, Out int
	Act     string
}

func main() {
	var b bytes.Buffer
	m := Model{"net", map[string][]float64{"w": {1, 2.5}}, []*Layer{{2, 3, "relu"}, {In: 3}}, 9}
	if err := gob.NewEncoder(&b).Encode(m); err != nil {
		fmt.Println("encode:", err)
	}
	var back Model
	err := gob.NewDecoder(&b).Decode(&back)
	fmt.Println(back.Name, back.Weights, len(back.Layers), *back.Layers[0], back.Layers[1].Act == "", back.when, err)
	enc := gob.NewEncoder(&b)
	enc.Encode([]string{"a", "b"})
	enc.Encode(42)
	dec := gob.NewDecoder(&b)
	var ss []string
	var n int
	fmt.Println(dec.Decode(&ss), dec.Decode(&n), ss, n, dec.Decode(&n))
	fmt.Println(Shape(Rect{2, 3}).Area() + Disk{1}.Area())
}

// Output:
// net map[w:[1 2.5]] 2 {2 3 relu} true 0 <nil>
// <nil> <nil> [a b] 42 EOF
// 9
