package main

import (
	"bytes"
	"fmt"
	"io"
)

type packet struct {
	kind byte
	body []byte
}

func (p packet) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(append([]byte{p.kind, byte(len(p.body))}, p.body...))
	return int64(n), err
}
func readPacket(r io.Reader) (p packet, err error) {
	var h [2]byte
	if _, err = io.ReadFull(r, h[:]); err != nil {
		return
	}
	p.kind, p.body = h[0], make([]byte, h[1])
	_, err = io.ReadFull(r, p.body)
	return
}
func main() {
	// In [2]
	var b bytes.Buffer
	for i, s := range []string{"hi", "", "gopher"} {
		n, err := packet{byte('a' + i), []byte(s)}.WriteTo(&b)
		fmt.Print(n, err, " ")
	}
	b.Write([]byte{'z', 9, 'x'})
	fmt.Println(b.Len())
	for {
		p, err := readPacket(&b)
		if err != nil {
			fmt.Println(err, err == io.ErrUnexpectedEOF)
			break
		}
		fmt.Printf("%c %q\n", p.kind, p.body)
	}
	b.Reset()
	b.WriteString("k1=v1;k2=v2")
	tok, err := b.ReadString(';')
	fmt.Println(tok, err, b.String())
	b.Truncate(2)
	b.WriteRune('é')
	c, _ := b.ReadByte()
	b.UnreadByte()
	fmt.Println(string(c), b.String(), bytes.Contains(b.Bytes(), []byte("é")), bytes.Split([]byte("a-b"), []byte("-")))
	var wt io.WriterTo = packet{'q', nil}
	_, isStr := wt.(fmt.Stringer)
	fmt.Println(isStr)
}

// Output:
// 4 <nil> 2 <nil> 8 <nil> 17
// a "hi"
// b ""
// c "gopher"
// unexpected EOF true
// k1=v1; <nil> k2=v2
// k k2é true [[97] [98]]
// false
