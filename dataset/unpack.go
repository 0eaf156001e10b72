package dataset

import (
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A packing is a way in which a whole file is compressed.
type packing struct {
	ext   string
	magic []byte
	open  func(io.Reader) (io.ReadCloser, error)
}

// packings are told apart by a file's first bytes; its name does not count.
var packings = []packing{
	{".gz", []byte{0x1f, 0x8b}, func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{".zst", []byte{0x28, 0xb5, 0x2f, 0xfd}, func(r io.Reader) (io.ReadCloser, error) {
		// A window of 128 MB is what zstd itself takes without being asked for more.
		z, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
	{".bz2", []byte("BZh"), func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }},
}

// Unpacked is a file's name without the ending of a packing.
func Unpacked(name string) string {
	for _, p := range packings {
		if n, ok := strings.CutSuffix(name, p.ext); ok {
			return n
		}
	}
	return name
}

// OpenUnpacked opens the file at path, unpacked where its first bytes say that it
// is packed (gzip, zstd, bzip2). read, which may be nil, is told how much of the
// packed file was read.
func OpenUnpacked(path string, read func(int64)) (io.ReadCloser, error) { return open(path, read) }

// packed says of an error that it is of the packing.
type packed struct {
	io.ReadCloser
	ext string
}

func (p packed) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if err != nil && err != io.EOF {
		err = badPacking(p.ext, err)
	}
	return n, err
}

func badPacking(ext string, err error) error {
	what := "is damaged"
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		what = "ends too early"
	}
	return hint.New(fmt.Errorf("unpack: what is packed as %s %s: %w", ext, what, err), "is the file whole? fetch or write it again")
}

// unpacked closes the file behind it too.
type unpacked struct {
	io.ReadCloser
	file io.Closer
}

func (u unpacked) Close() error { return errors.Join(u.ReadCloser.Close(), u.file.Close()) }

// counted says how much was read.
type counted struct {
	r    io.Reader
	n    int64
	read func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.read != nil {
		c.read(c.n)
	}
	return n, err
}
