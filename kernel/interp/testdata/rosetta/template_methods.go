package main

import (
	"fmt"
	"os"
	"text/template"
)

type Item struct {
	Name  string
	Price float64
	Qty   int
}

func (i Item) Total() float64            { return i.Price * float64(i.Qty) }
func (i Item) Discount(p float64) string { return fmt.Sprintf("%.2f", i.Total()*(1-p)) }

type Order struct {
	Items []Item
	Notes map[string]string
}

func (o *Order) Sum() (s float64) {
	for _, i := range o.Items {
		s += i.Total()
	}
	return
}

// In [2]
const page = `{{range $n, $i := .Items}}{{$n}}. {{.Name | printf "%-6s"}} {{.Total | printf "%8.2f"}} {{.Discount 0.5}}
{{else}}empty
{{end}}{{with .Notes.gift}}note: {{.}}{{end}}
sum {{printf "%.1f" .Sum}} {{len .Items}}{{if gt .Sum 20.0}} big{{end}}
`

func main() {
	// In [3]
	t := template.Must(template.New("order").Parse(page))
	o := &Order{Items: []Item{{"pen", 1.5, 4}, {"book", 12, 2}}, Notes: map[string]string{"gift": "yes"}}
	if err := t.Execute(os.Stdout, o); err != nil {
		fmt.Println(err)
	}
	if err := t.Execute(os.Stdout, &Order{}); err != nil {
		fmt.Println(err)
	}
}

// Output:
// 0. pen        6.00 3.00
// 1. book      24.00 12.00
// note: yes
// sum 30.0 2 big
// empty
//
// sum 0.0 0
