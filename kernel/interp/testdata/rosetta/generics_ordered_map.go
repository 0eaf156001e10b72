package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
)

type OrderedMap[K comparable, V any] struct {
	keys []K
	m    map[K]V
}

func (o *OrderedMap[K, V]) Set(k K, v V) {
	if o.m == nil {
		o.m = map[K]V{}
	}
	if _, ok := o.m[k]; !ok {
		o.keys = append(o.keys, k)
	}
	o.m[k] = v
}
func (o *OrderedMap[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range o.keys {
			if !yield(k, o.m[k]) {
				return
			}
		}
	}
}
func (o OrderedMap[K, V]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(fmt.Sprint(k))
		val, err := json.Marshal(o.m[k])
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(val)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
func main() {
	// In [2]
	var o OrderedMap[string, []int]
	o.Set("z", []int{1})
	o.Set("a", nil)
	o.Set("z", []int{2, 3})
	for k, v := range o.All() {
		fmt.Println(k, v)
	}
	out, err := json.Marshal(map[string]any{"map": o, "n": 1})
	fmt.Println(string(out), err)
	var p OrderedMap[int, bool]
	p.Set(7, true)
	out, _ = json.Marshal(p)
	fmt.Println(string(out))
}

// Output:
// z [2 3]
// a []
// {"map":{"z":[2,3],"a":null},"n":1} <nil>
// {"7":true}
