package schema

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/zeebo/xxh3"
)

// A key stands for a value, or for the values of several columns: one number by
// itself, and all else by a hash of 128 bits, of which two are the same by chance
// once in 10^20 for a billion rows.
type key struct{ a, b uint64 }

// What a key's b is, for one value of these.
const (
	ofWhole = 1
	ofFloat = 2
	ofTime  = 3
)

// keysOf gives the key of each row of some columns in dst, which it returns, and
// none (a zero key) where one of them is missing. Equal numbers have equal keys,
// whether they are whole or float64.
func keysOf(dst []key, arrays []arrow.Array, rows int) []key {
	dst = append(dst[:0], make([]key, rows)...)
	if len(arrays) == 1 {
		for i := range dst {
			dst[i] = keyOf(arrays[0], i)
		}
		return dst
	}
	var buf []byte
rows:
	for i := range dst {
		buf = buf[:0]
		for _, a := range arrays {
			k := keyOf(a, i)
			if k == (key{}) {
				continue rows
			}
			buf = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(buf, k.a), k.b)
		}
		dst[i] = hashed(xxh3.Hash128(buf))
	}
	return dst
}

func keyOf(a arrow.Array, i int) key {
	if a.IsNull(i) {
		return key{}
	}
	switch a := a.(type) {
	case *array.Int64:
		return key{uint64(a.Value(i)), ofWhole}
	case *array.Float64:
		v := a.Value(i)
		switch {
		case math.IsNaN(v):
			return key{}
		case v == math.Trunc(v) && math.Abs(v) < math.MaxInt64:
			return key{uint64(int64(v)), ofWhole}
		}
		return key{math.Float64bits(v), ofFloat}
	case *array.String:
		return hashed(xxh3.HashString128(a.Value(i)))
	case *array.Timestamp, *array.Date32:
		return key{uint64(whole(a, i)), ofTime}
	}
	return hashed(xxh3.HashString128(a.ValueStr(i)))
}

// hashed keeps the small values of b for numbers.
func hashed(h xxh3.Uint128) key { return key{h.Lo, h.Hi | 1<<63} }

// A keySet is a set of keys, each with the first row it was seen in: open
// addressing, 24 bytes a slot, at most three quarters full.
type keySet struct {
	slots []keySlot
	n     int
}

type keySlot struct {
	key
	row int64
}

// find is where k is, or where it would go.
func (s *keySet) find(k key) *keySlot {
	mask := uint64(len(s.slots) - 1)
	hi, lo := bits.Mul64(k.a^0x9e3779b97f4a7c15, k.b^0xd6e8feb86659fd93|1)
	for at := (hi ^ lo) & mask; ; at = (at + 1) & mask {
		if slot := &s.slots[at]; slot.key == k || slot.key == (key{}) {
			return slot
		}
	}
}

// add puts k in the set, or returns the row that it was seen in.
func (s *keySet) add(k key, row int64) (first int64, seen bool) {
	if s.n*4 >= len(s.slots)*3 {
		s.grow(2 * len(s.slots))
	}
	slot := s.find(k)
	if slot.key == k {
		return slot.row, true
	}
	*slot = keySlot{k, row}
	s.n++
	return row, false
}

func (s *keySet) has(k key) bool { return len(s.slots) > 0 && s.find(k).key == k }

func (s *keySet) grow(size int) {
	old := s.slots
	s.slots = make([]keySlot, 1<<bits.Len(uint(max(1024, size)-1)))
	for _, slot := range old {
		if slot.key != (key{}) {
			*s.find(slot.key) = slot
		}
	}
}
