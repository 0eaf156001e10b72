package main

import (
	"encoding/xml"
	"fmt"
)

type Book struct {
	XMLName xml.Name `xml:"book"`
	ID      int      `xml:"id,attr"`
	Title   string   `xml:"title"`
	Authors []string `xml:"authors>author"`
	Note    string   `xml:",comment"`
}

func main() {
	b := Book{ID: 1, Title: "Go & you", Authors: []string{"A", "B"}, Note: " n "}
	out, err := xml.MarshalIndent(b, "", " ")
	fmt.Println(string(out), err)
	// In [2]
	var back Book
	err = xml.Unmarshal([]byte(`<book id="7"><title>T</title><authors><author>X</author></authors><extra/></book>`), &back)
	fmt.Println(back.ID, back.Title, back.Authors, back.XMLName.Local, err)
	fmt.Println(xml.Unmarshal([]byte(`<book id="x"></book>`), &back))
	// In [3]
	type point struct {
		X int `xml:"x"`
		Y int `xml:"y,omitempty"`
	}
	out, _ = xml.Marshal([]point{{1, 2}, {3, 0}})
	fmt.Println(string(out))
}

// Output:
// <book id="1">
//  <title>Go &amp; you</title>
//  <authors>
//   <author>A</author>
//   <author>B</author>
//  </authors>
//  <!-- n -->
// </book> <nil>
// 7 T [X] book <nil>
// strconv.ParseInt: parsing "x": invalid syntax
// <point><x>1</x><y>2</y></point><point><x>3</x></point>
