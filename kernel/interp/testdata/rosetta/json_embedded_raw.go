package main

import (
	"encoding/json"
	"fmt"
)

type Base struct {
	ID   int    `json:"id"`
	Kind string `json:"kind"`
}
type Event struct {
	Base
	*Extra
	Data json.RawMessage `json:"data"`
}
type Extra struct {
	Note string `json:"note"`
}
type Click struct{ X, Y int }
type Key struct {
	Code string
	Mods []string
}

func decode(raw string) (any, error) {
	var e Event
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		return nil, err
	}
	switch e.Kind {
	case "click":
		var c Click
		err := json.Unmarshal(e.Data, &c)
		return c, err
	case "key":
		var k Key
		err := json.Unmarshal(e.Data, &k)
		return &k, err
	}
	return nil, fmt.Errorf("event %d: unknown kind %q", e.ID, e.Kind)
}
func main() {
	// In [2]
	for _, raw := range []string{
		`{"id":1,"kind":"click","data":{"X":3,"y":4}}`,
		`{"id":2,"kind":"key","data":{"Code":"F1","Mods":["ctrl"]}}`,
		`{"id":3,"kind":"drag","data":null}`,
		`[1]`,
	} {
		v, err := decode(raw)
		fmt.Printf("%T %+v %v\n", v, v, err)
	}
	b, _ := json.Marshal(Event{Base{9, "click"}, &Extra{"n"}, json.RawMessage(`{"X":1}`)})
	fmt.Println(string(b))
	b, _ = json.Marshal(struct {
		Base
		Tags []string `json:"tags"`
	}{Base{1, "anon"}, nil})
	fmt.Println(string(b))
}

// Output:
// main.Click {X:3 Y:4} <nil>
// *main.Key &{Code:F1 Mods:[ctrl]} <nil>
// <nil> <nil> event 3: unknown kind "drag"
// <nil> <nil> json: cannot unmarshal array into Go value of type main.Event
// {"id":9,"kind":"click","note":"n","data":{"X":1}}
// {"id":1,"kind":"anon","tags":null}
