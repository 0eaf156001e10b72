package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

type Node struct {
	Name string
	Kids []*Node
	Meta map[string]any
	up   *Node
}

func dump(v reflect.Value, depth int) {
	pad := strings.Repeat("  ", depth)
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			fmt.Println(pad + "nil")
			return
		}
		dump(v.Elem(), depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fmt.Println(pad + f.Name)
				dump(v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			dump(v.Index(i), depth+1)
		}
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, k := range keys {
			fmt.Printf("%s%v:\n", pad, k)
			dump(v.MapIndex(k), depth+1)
		}
	default:
		fmt.Println(pad, v.Kind(), v.Interface())
	}
}
func main() {
	root := &Node{Name: "root", Kids: []*Node{{Name: "kid"}, nil}, Meta: map[string]any{"n": 1.5, "b": true, "a": []int{7}}}
	dump(reflect.ValueOf(root), 0)
	sw := reflect.Swapper(root.Kids)
	sw(0, 1)
	fmt.Println(root.Kids[0] == nil, root.Kids[1].Name)
	fn := reflect.ValueOf(strings.Repeat)
	fmt.Println(fn.Call([]reflect.Value{reflect.ValueOf("ab"), reflect.ValueOf(2)})[0], fn.Type().NumIn(), fn.Type())
}

// Output:
// Name
//    string root
// Kids
//     Name
//        string kid
//     Kids
//     Meta
//     nil
// Meta
//   a:
//        int 7
//   b:
//      bool true
//   n:
//      float64 1.5
// true kid
// abab 2 func(string, int) string
