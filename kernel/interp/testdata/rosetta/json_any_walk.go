package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

func walk(path string, v any, visit func(path string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			walk(path+"."+k, v[k], visit)
		}
	case []any:
		for i, e := range v {
			walk(fmt.Sprintf("%s[%d]", path, i), e, visit)
		}
	default:
		visit(path, v)
	}
}
func main() {
	const doc = `{"name": "x", "list": [1, 2.5, {"deep": true}], "none": null, "big": 12345678901234567890}`
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		fmt.Println(err)
	}
	sum := 0.0
	walk("$", v, func(p string, v any) {
		fmt.Printf("%s = %v (%T)\n", p, v, v)
		if f, ok := v.(float64); ok && f < 100 {
			sum += f
		}
	})
	fmt.Println(sum)
	dec := json.NewDecoder(strings.NewReader(doc + ` {"second": 2}`))
	dec.UseNumber()
	for {
		var m map[string]any
		if err := dec.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(len(m), m["big"], m["second"])
	}
}

// Output:
// $.big = 1.2345678901234567e+19 (float64)
// $.list[0] = 1 (float64)
// $.list[1] = 2.5 (float64)
// $.list[2].deep = true (bool)
// $.name = x (string)
// $.none = <nil> (<nil>)
// 3.5
// 4 12345678901234567890 <nil>
// 1 <nil> 2
