package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

type rot13 struct{ io.Reader }

func (r rot13) Read(p []byte) (n int, err error) {
	n, err = r.Reader.Read(p)
	for i, c := range p[:n] {
		switch {
		case c >= 'a' && c <= 'z':
			p[i] = 'a' + (c-'a'+13)%26
		case c >= 'A' && c <= 'Z':
			p[i] = 'A' + (c-'A'+13)%26
		}
	}
	return
}

type lineCounter int

func (l *lineCounter) Write(p []byte) (int, error) {
	*l += lineCounter(bytes.Count(p, []byte("\n")))
	return len(p), nil
}
func main() {
	pr, pw := io.Pipe()
	go func() {
		for i := range 3 {
			fmt.Fprintf(pw, "Line %d\n", i)
		}
		pw.CloseWithError(errors.New("writer gone"))
	}()
	var lc lineCounter
	out, err := io.ReadAll(io.TeeReader(rot13{pr}, &lc))
	fmt.Printf("%q %v %d\n", out, err, lc)
	var sb strings.Builder
	n, err := io.CopyN(io.MultiWriter(&sb, &lc), rot13{rot13{strings.NewReader("same\ntext\n")}}, 7)
	fmt.Println(n, err, sb.Len(), int(lc))
	sr := io.NewSectionReader(strings.NewReader("0123456789"), 3, 4)
	b, _ := io.ReadAll(sr)
	lr := io.LimitReader(rot13{strings.NewReader("uryyb jbeyq")}, 5)
	c, _ := io.ReadAll(lr)
	fmt.Println(string(b), string(c))
	_, err = io.ReadAtLeast(strings.NewReader("ab"), make([]byte, 5), 3)
	fmt.Println(err)
}

// Output:
// "Yvar 0\nYvar 1\nYvar 2\n" writer gone 3
// 7 <nil> 7 4
// 3456 hello
// unexpected EOF
