package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"os"
)

type prefixer struct {
	w     io.Writer
	lines int
}

func (p *prefixer) Write(b []byte) (int, error) {
	p.lines++
	fmt.Fprintf(p.w, "%02d ", p.lines)
	return p.w.Write(b)
}
func main() {
	// In [2]
	p := &prefixer{w: os.Stdout}
	l := log.New(p, "[app] ", log.Lmsgprefix)
	l.Println("started", 1, true)
	l.Printf("%d%%", 50)
	l.SetPrefix("x: ")
	l.SetFlags(0)
	l.Print("a", "b", 3)
	var buf bytes.Buffer
	l.SetOutput(&buf)
	l.Print("no newline")
	fmt.Printf("%q %d %q\n", buf.String(), p.lines, l.Prefix())
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		l.Panicf("bad %d", 7)
	}()
}

// Output:
// 01 [app] started 1 true
// 02 [app] 50%
// 03 x: ab3
// "x: no newline\n" 3 "x: "
// recovered: bad 7
