package main

import "fmt"

type Reader interface{ Read() string }
type Writer interface{ Write(s string) }
type ReadWriter interface {
	Reader
	Writer
}
type file struct{ data []string }

func (f *file) Read() string {
	if len(f.data) == 0 {
		return ""
	}
	s := f.data[0]
	f.data = f.data[1:]
	return s
}
func (f *file) Write(s string) { f.data = append(f.data, s) }

type zero struct{}

func (zero) Read() string { return "0" }

// In [2]
func kinds(r Reader) (out []string) {
	if _, ok := r.(Writer); ok {
		out = append(out, "writer")
	}
	switch v := r.(type) {
	case ReadWriter:
		v.Write("via switch")
		out = append(out, "rw:"+v.Read())
	case interface{ Close() error }:
		out = append(out, "closer")
	case zero:
		out = append(out, "zero")
	}
	return
}
func main() {
	// In [2]
	fmt.Println(kinds(&file{}), kinds(zero{}), kinds(nil))
	var rw ReadWriter = &file{[]string{"a"}}
	var r Reader = rw
	rw.Write("b")
	fmt.Println(r.Read(), r.(ReadWriter).Read(), r == Reader(rw))
	// In [3]
	set := map[Reader]string{zero{}: "zero", r: "file"}
	fmt.Println(set[zero{}], set[rw], len(set))
	_, ok := r.(zero)
	fmt.Println(ok)
}

// Output:
// [writer rw:via switch] [zero] []
// a b true
// zero file 2
// false
