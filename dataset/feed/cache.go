package feed

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/cellar-ml/cellar/internal/clock"
)

// docs/format/feed.md has the layout.
const (
	cacheMagic  = "cellar feed 1\n"
	cacheHeader = 4096 // bytes before the first row
	cacheSuffix = ".rows"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Cache is a file of encoded rows, open for reading. It stays readable when its
// name is removed. Its methods are safe for concurrent use.
type Cache struct {
	path string
	file *os.File
	head header
}

type header struct {
	Key      string  `json:"key"`
	Width    int     `json:"width"`
	Segments []int64 `json:"segments"` // rows of each, one after the other
}

func (h header) rows() int64 {
	var n int64
	for _, s := range h.Segments {
		n += s
	}
	return n
}

func (h header) stride() int64 { return int64(h.Width)*4 + 4 }

func (h header) size() int64 { return cacheHeader + h.rows()*h.stride() }

func (h header) bytes() ([]byte, error) {
	text, err := json.Marshal(h)
	if err == nil && len(cacheMagic)+len(text) >= cacheHeader {
		err = fmt.Errorf("a header of %d bytes", len(text))
	}
	out := make([]byte, cacheHeader)
	copy(out[copy(out, cacheMagic):], text)
	return out, err
}

// ErrStale is wrapped by the error of a cache that is not, or not any more, the
// one that is asked for.
var ErrStale = errors.New("not the cache that is asked for")

// open opens the cache of h in dir; fs.ErrNotExist when there is none. It sets
// the file's time, for the oldest caches are removed first.
func open(dir string, h header) (*Cache, error) {
	path := filepath.Join(dir, h.Key+cacheSuffix)
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c := &Cache{path, file, header{}}
	if err := c.check(h); err != nil {
		return nil, errors.Join(fmt.Errorf("open cache %s: %w", path, err), file.Close())
	}
	now := clock.System()
	_ = os.Chtimes(path, now, now) // of another person's file: then it is as old as it looks
	return c, nil
}

func (c *Cache) check(h header) error {
	head := make([]byte, cacheHeader)
	if _, err := io.ReadFull(c.file, head); err != nil {
		return fmt.Errorf("cut short: %w", ErrStale)
	}
	want, err := h.bytes()
	if err != nil {
		return err
	}
	if !bytes.Equal(head, want) {
		return fmt.Errorf("it has another header: %w", ErrStale)
	}
	info, err := c.file.Stat()
	if err == nil && info.Size() != h.size() {
		err = fmt.Errorf("%d bytes, not %d: %w", info.Size(), h.size(), ErrStale)
	}
	c.head = h
	return err
}

// Path is where the cache lies.
func (c *Cache) Path() string { return c.path }

// Size is the file's, in bytes.
func (c *Cache) Size() int64 { return c.head.size() }

// Close closes the file, which stays.
func (c *Cache) Close() error { return c.file.Close() }

// Remove closes the cache and removes its file.
func (c *Cache) Remove() error { return errors.Join(c.Close(), os.Remove(c.path)) }

// Segment is the rows of segment i.
func (c *Cache) Segment(i int) *Segment {
	s := &Segment{cache: c, n: int(c.head.Segments[i])}
	for _, n := range c.head.Segments[:i] {
		s.first += n
	}
	return s
}

// A Segment is consecutive rows of a cache.
type Segment struct {
	cache *Cache
	first int64
	n     int
}

// Len is the number of rows.
func (s *Segment) Len() int { return s.n }

// Width is the numbers of a row.
func (s *Segment) Width() int { return s.cache.head.Width }

// ReadRow checks the row against its sum: a row that was changed on disk is a
// *RowError.
func (s *Segment) ReadRow(i int, dst []float32, scratch *[]byte) error {
	return s.ReadRows(i, dst, scratch)
}

// ReadRows fills dst with the rows from i on, of which as many fit in it are read.
func (s *Segment) ReadRows(i int, dst []float32, scratch *[]byte) error {
	h := s.cache.head
	stride, n := int(h.stride()), len(dst)/h.Width
	var none []byte
	if scratch == nil {
		scratch = &none
	}
	if cap(*scratch) < n*stride {
		*scratch = make([]byte, n*stride)
	}
	buf := (*scratch)[:n*stride]
	slot := s.first + int64(i)
	if _, err := s.cache.file.ReadAt(buf, cacheHeader+slot*int64(stride)); err != nil {
		return &RowError{s.cache.path, i, err}
	}
	for k := range n {
		row := buf[k*stride : (k+1)*stride]
		if sum(slot+int64(k), row[:stride-4]) != binary.LittleEndian.Uint32(row[stride-4:]) {
			return &RowError{s.cache.path, i + k, errors.New("its bytes do not have the sum that they were written with")}
		}
		decode(dst[k*h.Width:(k+1)*h.Width], row)
	}
	return nil
}

func decode(dst []float32, row []byte) {
	row = row[:len(dst)*4]
	for j := range dst {
		dst[j] = math.Float32frombits(binary.LittleEndian.Uint32(row[j*4:]))
	}
}

// sum is the CRC-32C of a row, begun with its place, so that a row in another
// row's place does not pass.
func sum(slot int64, row []byte) uint32 {
	return crc32.Update(uint32(slot)^uint32(slot>>32), castagnoli, row)
}

// A RowError is a row of a segment that cannot be read from its cache.
type RowError struct {
	Path string
	Row  int // of the segment
	Err  error
}

// Error names the row and the file.
func (e *RowError) Error() string {
	return fmt.Sprintf("read row %d of cache %s: %v", e.Row, e.Path, e.Err)
}

// Unwrap is the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Hint says that the cache can be made again.
func (e *RowError) Hint() string {
	return "the cache is only a copy: it is made again when the step is run again; if this happens twice the disk is failing"
}
