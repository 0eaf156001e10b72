package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

type Address struct {
	Street string `json:"street"`
	Zip    *int   `json:"zip,omitempty"`
}
type User struct {
	ID      int            `json:"id"`
	Name    string         `json:"name"`
	Emails  []string       `json:"emails,omitempty"`
	Addr    Address        `json:"addr"`
	Meta    map[string]any `json:"meta,omitempty"`
	Secret  string         `json:"-"`
	Score   float64        `json:"score,string"`
	private int
}

func main() {
	zip := 123
	u := User{ID: 1, Name: "Ann <a>", Addr: Address{"Main", &zip}, Meta: map[string]any{"k": []int{1}, "b": nil}, Secret: "s", Score: 1.5, private: 3}
	b, err := json.Marshal(u)
	fmt.Println(string(b), err)
	b, _ = json.MarshalIndent(User{Emails: []string{"x@y"}}, "", "  ")
	fmt.Println(string(b))
	// In [2]
	var back User
	err = json.Unmarshal([]byte(`{"id": 7, "NAME": "Bob", "addr": {"zip": 9}, "score": "2.5", "unknown": true, "meta": {"n": 1.5, "l": [1, "a", {"x": null}]}}`), &back)
	fmt.Println(err, back.ID, back.Name, *back.Addr.Zip, back.Score, back.Meta)
	err = json.Unmarshal([]byte(`{"id": "seven"}`), &back)
	fmt.Println(err)
	var syn *json.SyntaxError
	fmt.Println(errors.As(json.Unmarshal([]byte(`{"id": }`), &back), &syn), syn.Offset)
}

// Output:
// {"id":1,"name":"Ann \u003ca\u003e","addr":{"street":"Main","zip":123},"meta":{"b":null,"k":[1]},"score":"1.5"} <nil>
// {
//   "id": 0,
//   "name": "",
//   "emails": [
//     "x@y"
//   ],
//   "addr": {
//     "street": ""
//   },
//   "score": "0"
// }
// <nil> 7 Bob 9 2.5 map[l:[1 a map[x:<nil>]] n:1.5]
// json: cannot unmarshal string into Go struct field User.id of type int
// true 8
