// Package body reads what a length announced by a peer says will follow. It
// knows no protocol.
package body

import (
	"bytes"
	"io"
)

// step is how much is set aside on the word of a length alone.
const step = 1 << 20

// Read reads n bytes of r. It grows with what arrives, so that a wrong length
// costs no memory. It returns io.ErrUnexpectedEOF, or io.EOF when nothing came, when
// r ended before.
func Read(r io.Reader, n int) ([]byte, error) {
	if n <= step {
		data := make([]byte, n)
		_, err := io.ReadFull(r, data)
		return data, err
	}
	var b bytes.Buffer
	b.Grow(step)
	m, err := io.CopyN(&b, r, int64(n))
	if err == io.EOF && m < int64(n) {
		err = io.ErrUnexpectedEOF
	}
	return b.Bytes(), err
}
