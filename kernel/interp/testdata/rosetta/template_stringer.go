package main

import (
	"fmt"
	"io"
	"os"
	"text/template"
)

type Color int

const (
	Red Color = iota
	Green
)

func (c Color) String() string { return [...]string{"red", "green"}[c] }
func (c Color) Hex() string    { return fmt.Sprintf("#%06x", (int(c)+1)*0x1100) }

type Car struct {
	Color
	Owner *Person
	Opts  map[Color]int
}
type Person struct{ First, Last string }

func (p *Person) Full() string   { return p.First + " " + p.Last }
func (p Person) Initial() string { return p.First[:1] }
func main() {
	t := template.Must(template.New("").Parse("{{.Color}} {{.Hex}} {{.Owner.Full}} {{.Owner.Initial}} {{range $k, $v := .Opts}}{{$k}}={{$v}} {{end}}{{with .Owner}}{{.Last}}{{end}}\n"))
	err := t.Execute(os.Stdout, Car{Green, &Person{"Ann", "Lee"}, map[Color]int{Red: 1, Green: 2}})
	fmt.Println(err)
	err = t.Execute(io.Discard, Car{Color: Red})
	fmt.Println(err != nil)
}

// Output:
// green #002200 Ann Lee A red=1 green=2 Lee
// <nil>
// true
