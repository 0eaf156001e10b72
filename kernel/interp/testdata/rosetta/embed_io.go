package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
)

type countingWriter struct {
	io.Writer
	n int
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += n
	return n, err
}

type upper struct{ r io.Reader }

func (u upper) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	copy(p, bytes.ToUpper(p[:n]))
	return n, err
}

type limited struct {
	*strings.Reader
	max int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.max <= 0 {
		return 0, io.EOF
	}
	p = p[:min(len(p), l.max)]
	n, err := l.Reader.Read(p)
	l.max -= n
	return n, err
}
func main() {
	// In [2]
	var b bytes.Buffer
	w := &countingWriter{Writer: &b}
	fmt.Fprintf(w, "%d-%s", 7, "x")
	n, err := io.Copy(w, upper{strings.NewReader(" shout")})
	fmt.Println(b.String(), w.n, n, err)
	all, _ := io.ReadAll(&limited{strings.NewReader("hello world"), 5})
	fmt.Println(string(all))
	var side strings.Builder
	tee := io.TeeReader(upper{strings.NewReader("tee")}, &side)
	mw := io.MultiWriter(&b, w)
	io.Copy(mw, tee)
	fmt.Println(b.String(), side.String(), w.n)
	r := bufio.NewReader(io.MultiReader(strings.NewReader("l1\nl2"), upper{strings.NewReader("x\nlast")}))
	for {
		line, err := r.ReadString('\n')
		fmt.Printf("%q ", line)
		if err != nil {
			fmt.Println(err)
			break
		}
	}
}

// Output:
// 7-x SHOUT 9 6 <nil>
// hello
// 7-x SHOUTTEETEE TEE 12
// "l1\n" "l2X\n" "LAST" EOF
