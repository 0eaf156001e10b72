package journal

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// An Entry is one call of Log. Its points have a time each.
type Entry struct {
	Run    string
	Origin tracker.Origin
	Points []tracker.Point
}

// headSize is the length of an entry's content and its CRC-32C, little-endian, which
// come before it.
const headSize = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendEntry adds the bytes of an entry; docs/format/store.md has their order.
func appendEntry(b []byte, e Entry) ([]byte, error) {
	start := len(b)
	b = append(b, make([]byte, headSize)...)
	b = appendText(b, e.Run)
	origin := ""
	if e.Origin != (tracker.Origin{}) {
		data, err := json.Marshal(e.Origin)
		if err != nil {
			return b[:start], err
		}
		origin = string(data)
	}
	b = appendText(b, origin)
	b = binary.AppendUvarint(b, uint64(len(e.Points)))
	for _, p := range e.Points {
		b = appendText(b, p.Metric)
		b = binary.AppendVarint(b, p.Step)
		b = binary.AppendVarint(b, p.Time.UnixNano())
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(p.Value))
	}
	content := b[start+headSize:]
	binary.LittleEndian.PutUint32(b[start:], uint32(len(content)))
	binary.LittleEndian.PutUint32(b[start+4:], crc32.Checksum(content, castagnoli))
	return b, nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// parse reads the content of an entry; ErrUnreadable when it is none.
func parse(b []byte) (e Entry, err error) {
	c := cursor{b: b}
	e.Run = c.text()
	if origin := c.text(); origin != "" {
		if err := json.Unmarshal([]byte(origin), &e.Origin); err != nil {
			return e, ErrUnreadable
		}
	}
	n := c.uvarint()
	if n > uint64(len(b)) {
		return e, ErrUnreadable
	}
	e.Points = make([]tracker.Point, 0, n)
	for range n {
		p := tracker.Point{Metric: c.text(), Step: c.varint()}
		p.Time = time.Unix(0, c.varint()).UTC()
		p.Value = c.float()
		e.Points = append(e.Points, p)
	}
	if c.bad || len(c.b) > 0 {
		return e, ErrUnreadable
	}
	return e, nil
}

// A cursor reads from b, and is bad once there was not enough.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if n <= 0 || n > len(c.b) {
		c.bad = c.bad || n != 0
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *cursor) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if c.take(n); n <= 0 {
		c.bad = true
	}
	return v
}

func (c *cursor) varint() int64 {
	v, n := binary.Varint(c.b)
	if c.take(n); n <= 0 {
		c.bad = true
	}
	return v
}

func (c *cursor) text() string {
	n := c.uvarint()
	if n > uint64(len(c.b)) {
		c.bad = true
		return ""
	}
	return string(c.take(int(n)))
}

func (c *cursor) float() float64 {
	b := c.take(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}
