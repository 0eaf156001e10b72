package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

func squeeze(s string) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w.Name = "data.txt"
	if _, err := io.WriteString(w, s); err != nil {
		return nil, err
	}
	return b.Bytes(), errors.Join(w.Close(), nil)
}
func main() {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	text := strings.Repeat("hello gopher ", 100)
	n, err := w.Write([]byte(text))
	fmt.Println(n, err, w.Close(), b.Len() < n/5)
	r, err := gzip.NewReader(&b)
	out, err2 := io.ReadAll(r)
	fmt.Println(string(out) == text, err, err2)
	_, err = gzip.NewReader(strings.NewReader("not gzip"))
	fmt.Println(err)
	z, err := squeeze("x")
	fmt.Println(len(z) > 10, err)
	// In [2]
	var zb bytes.Buffer
	zw := zip.NewWriter(&zb)
	for _, name := range []string{"a.txt", "dir/b.txt"} {
		f, _ := zw.Create(name)
		fmt.Fprintf(f, "content of %s", name)
	}
	zw.Close()
	zr, err := zip.NewReader(bytes.NewReader(zb.Bytes()), int64(zb.Len()))
	for _, f := range zr.File {
		rc, _ := f.Open()
		b, _ := io.ReadAll(rc)
		rc.Close()
		fmt.Println(f.Name, string(b), f.UncompressedSize64)
	}
	fmt.Println(err)
}

// Output:
// 1300 <nil> <nil> true
// true <nil> <nil>
// unexpected EOF
// true <nil>
// a.txt content of a.txt 16
// dir/b.txt content of dir/b.txt 20
// <nil>
