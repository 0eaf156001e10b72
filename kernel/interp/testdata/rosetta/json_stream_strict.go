package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

type Config struct {
	Name string        `json:"name"`
	Wait time.Duration `json:"wait"`
	Opts struct {
		Verbose bool `json:"verbose"`
		Depth   int  `json:"depth,omitzero"`
	} `json:"opts"`
	Tags [2]string `json:"tags"`
}

func load(r io.Reader) (c Config, err error) {
	c.Opts.Depth = 3
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	err = d.Decode(&c)
	return
}
func main() {
	c, err := load(strings.NewReader(`{"name":"n","wait":1000000000,"opts":{"verbose":true},"tags":["a","b"]}`))
	fmt.Printf("%+v %v\n", c, err)
	_, err = load(strings.NewReader(`{"nam":"n"}`))
	fmt.Println(err)
	_, err = load(strings.NewReader(`{"name":"n"`))
	fmt.Println(err, err == io.ErrUnexpectedEOF)
	// In [2]
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent(">", "\t")
	enc.SetEscapeHTML(false)
	c.Name = "<b>"
	c.Opts.Depth = 0
	enc.Encode(c)
	fmt.Print(b.String())
	fmt.Println(json.Valid([]byte(`{}`)), json.Valid([]byte(`{`)))
	b.Reset()
	json.Compact(&b, []byte("{ \"a\" : [ 1 ] }"))
	fmt.Println(b.String())
}

// Output:
// {Name:n Wait:1s Opts:{Verbose:true Depth:3} Tags:[a b]} <nil>
// json: unknown field "nam"
// unexpected EOF true
// {
// >	"name": "<b>",
// >	"wait": 1000000000,
// >	"opts": {
// >		"verbose": true
// >	},
// >	"tags": [
// >		"a",
// >		"b"
// >	]
// >}
// true false
// {"a":[1]}
