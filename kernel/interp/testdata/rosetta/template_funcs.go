package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"
)

func join(sep string, xs []string) string { return strings.Join(xs, sep) }
func main() {
	funcs := template.FuncMap{
		"upper": strings.ToUpper,
		"join":  join,
		"add":   func(a, b int) int { return a + b },
		"seq": func(n int) (out []int) {
			for i := range n {
				out = append(out, i)
			}
			return
		},
		"fail": func(s string) (string, error) { return "", errors.New("no " + s) },
	}
	t := template.Must(template.New("t").Funcs(funcs).Parse(
		`{{define "row"}}<{{.}}>{{end}}{{range seq 3}}{{template "row" add . 1}}{{end}} {{.Tags | join "," | upper}} {{index .M "k"}} {{eq .N 2}} {{not .B}}
`))
	data := map[string]any{"Tags": []string{"a", "b"}, "M": map[string]int{"k": 5}, "N": 2, "B": false}
	fmt.Println(t.Execute(os.Stdout, data))
	// In [2]
	bad := template.Must(template.New("bad").Funcs(funcs).Parse(`x{{fail "luck"}}y`))
	var b strings.Builder
	err := bad.Execute(&b, nil)
	fmt.Println(b.String(), err)
	_, err = template.New("syntax").Parse(`{{if}}`)
	fmt.Println(err)
}

// Output:
// <1><2><3> A,B 5 true true
// <nil>
// x template: bad:1:3: executing "bad" at <fail "luck">: error calling fail: no luck
// template: syntax:1: missing value for if
