package series

import "encoding/binary"

// bitWriter appends bits to data, the first in the highest place.
type bitWriter struct {
	data []byte
	acc  uint64 // the bits that are not in data yet, in the lowest places
	n    uint   // how many, less than 8
}

// put appends the lowest width bits of v, at most 56.
func (w *bitWriter) put(v uint64, width uint) {
	w.acc = w.acc<<width | v&(1<<width-1)
	w.n += width
	for w.n >= 8 {
		w.n -= 8
		w.data = append(w.data, byte(w.acc>>w.n))
	}
}

// putLong is put for up to 64 bits.
func (w *bitWriter) putLong(v uint64, width uint) {
	if width > 32 {
		w.put(v>>32, width-32)
		width = 32
	}
	w.put(v, width)
}

// bytes ends the stream, whose last byte is filled with zeros.
func (w *bitWriter) bytes() []byte {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
	return w.data
}

// bitReader reads what a bitWriter wrote. Past the end it reads zeros and short
// becomes true.
type bitReader struct {
	data []byte
	pos  int    // of the next byte
	acc  uint64 // read ahead, in the highest places
	n    uint   // how many bits of it
}

// fill reads ahead until at least 56 bits are there.
func (r *bitReader) fill() {
	if r.pos+8 <= len(r.data) {
		r.acc |= binary.BigEndian.Uint64(r.data[r.pos:]) >> r.n
		k := (63 - r.n) >> 3
		r.pos += int(k)
		r.n += k * 8
		return
	}
	for r.n <= 56 {
		var b byte
		if r.pos < len(r.data) {
			b = r.data[r.pos]
		}
		r.acc |= uint64(b) << (56 - r.n)
		r.pos++
		r.n += 8
	}
}

// short says that more was read than there was.
func (r *bitReader) short() bool {
	return r.pos-int(r.n/8) > len(r.data)
}

// take reads width bits, at most 56.
func (r *bitReader) take(width uint) uint64 {
	if r.n < width {
		r.fill()
	}
	v := r.acc >> 1 >> (63 - width)
	r.acc <<= width
	r.n -= width
	return v
}

func (r *bitReader) takeLong(width uint) uint64 {
	if width > 32 {
		high := r.take(width - 32)
		return high<<32 | r.take(32)
	}
	return r.take(width)
}
