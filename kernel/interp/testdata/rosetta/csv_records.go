package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

type Sale struct {
	Item  string
	Units int
	Price float64
}

func read(r io.Reader) (sales []Sale, err error) {
	cr := csv.NewReader(r)
	cr.Comment = '#'
	cr.TrimLeadingSpace = true
	recs, err := cr.ReadAll()
	if err != nil {
		return nil, err
	}
	for i, rec := range recs[1:] {
		n, err := strconv.Atoi(rec[1])
		if err != nil {
			return sales, fmt.Errorf("row %d: %w", i+2, err)
		}
		p, _ := strconv.ParseFloat(rec[2], 64)
		sales = append(sales, Sale{rec[0], n, p})
	}
	return
}
func main() {
	s, err := read(strings.NewReader("item,units,price\n\"pen, red\", 3, 1.5\n# no\nink,2,\"4\"\n"))
	fmt.Printf("%+v %v\n", s, err)
	_, err = read(strings.NewReader("a,b,c\nx,y,1\n"))
	fmt.Println(err, errors.Is(err, strconv.ErrSyntax))
	_, err = read(strings.NewReader("a,b\n1\n"))
	var pe *csv.ParseError
	fmt.Println(err, errors.As(err, &pe), pe.Line)
	w := csv.NewWriter(os.Stdout)
	w.Comma = ';'
	for _, x := range s {
		w.Write([]string{x.Item, strconv.Itoa(x.Units), `say "hi"`})
	}
	w.Flush()
	fmt.Println(w.Error())
}

// Output:
// [{Item:pen, red Units:3 Price:1.5} {Item:ink Units:2 Price:4}] <nil>
// row 2: strconv.Atoi: parsing "y": invalid syntax true
// record on line 2: wrong number of fields true 2
// pen, red;3;"say ""hi"""
// ink;2;"say ""hi"""
// <nil>
