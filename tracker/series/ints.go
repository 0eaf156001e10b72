package series

import "math/bits"

// Whole numbers are kept as their differences, or the differences of those, which
// are near zero, each with the shortest of three codes:
//
//	0   and near bits
//	10  and far bits
//	11  and 64 bits
//
// Order and widths are those that make this list the shortest. Small numbers of
// either sign are small: 0, -1, 1, -2, ... are 0, 1, 2, 3. Differences wrap around,
// so that every int64 is kept.
type code struct {
	order     uint // of the differences: 1 or 2
	near, far uint // 0 both: all are zero, and have no bits at all
}

const (
	widthBits = 6
	rawBits   = 64
)

// putInts writes a list: the order of its differences (a bit), the first number and,
// in order 2, the first difference (64 bits each), the two widths, the rest.
func putInts(w *bitWriter, list []int64) {
	c, zs := fit(list)
	w.put(uint64(c.order-1), 1)
	for i, z := range zs {
		if i < int(c.order) {
			w.putLong(z, rawBits)
			continue
		}
		if i == int(c.order) {
			w.put(uint64(c.near), widthBits)
			w.put(uint64(c.far), widthBits)
		}
		switch n := uint(bits.Len64(z)); {
		case c.far == 0:
		case n <= c.near:
			w.put(0, 1)
			w.putLong(z, c.near)
		case n <= c.far:
			w.put(0b10, 2)
			w.putLong(z, c.far)
		default:
			w.put(0b11, 2)
			w.putLong(z, rawBits)
		}
	}
}

// units are what times are whole numbers of, the first that holds of all.
var units = [4]int64{1e9, 1e6, 1e3, 1}

const unitBits = 2

func putTimes(w *bitWriter, times []int64) {
	u := 0
	for _, t := range times {
		for t%units[u] != 0 {
			u++
		}
	}
	list := make([]int64, len(times))
	for i, t := range times {
		list[i] = t / units[u]
	}
	w.put(uint64(u), unitBits)
	putInts(w, list)
}

func takeTimes(r *bitReader, times []int64) {
	u := r.take(unitBits)
	takeInts(r, times)
	for i := range times {
		times[i] *= units[u]
	}
}

// fit finds the code with which list is the shortest, and the differences that it codes.
func fit(list []int64) (code, []uint64) {
	first, second := differences(list, 1), differences(list, 2)
	c1, size1 := widths(first, 1)
	c2, size2 := widths(second, 2)
	if size2 < size1 {
		return c2, second
	}
	return c1, first
}

// widths are the best ones for differences, and the number of bits then.
func widths(zs []uint64, order uint) (c code, least int) {
	var upTo [rawBits + 1]int // how many need at most so many bits
	for _, z := range zs[min(len(zs), int(order)):] {
		upTo[bits.Len64(z)]++
	}
	for n := range rawBits {
		upTo[n+1] += upTo[n]
	}
	sum := upTo[rawBits]
	if upTo[0] == sum {
		return code{order: order}, rawBits * int(order)
	}
	for near := range rawBits {
		for far := max(near, 1); far < rawBits; far++ {
			size := upTo[near]*(1+near) + (upTo[far]-upTo[near])*(2+far) + (sum-upTo[far])*(2+rawBits)
			if least == 0 || size < least {
				c, least = code{order, uint(near), uint(far)}, size
			}
		}
	}
	return c, least + rawBits*int(order)
}

// differences of a list: those of order 2 begin with the first number and the first difference.
func differences(list []int64, order uint) []uint64 {
	zs := make([]uint64, len(list))
	var last, delta int64
	for i, v := range list {
		d := v - last
		last = v
		if order == 2 {
			d, delta = d-delta, d
			if i == 0 {
				delta = 0
			}
		}
		zs[i] = uint64(d<<1) ^ uint64(d>>63)
	}
	return zs
}

// takeInts fills list with what putInts wrote.
func takeInts(r *bitReader, list []int64) {
	c := code{order: uint(r.take(1)) + 1}
	takeDifferences(r, &c, list)
	if c.order == 2 {
		sum(list[min(len(list), 1):])
	}
	sum(list)
}

func takeDifferences(r *bitReader, c *code, list []int64) {
	for i := range list {
		if i <= int(c.order) {
			if i < int(c.order) {
				list[i] = signed(r.takeLong(rawBits))
				continue
			}
			c.near, c.far = uint(r.take(widthBits)), uint(r.take(widthBits))
		}
		if c.far == 0 {
			clear(list[i:])
			return
		}
		if r.n < c.far+2 {
			r.fill()
		}
		width, mark := c.near, uint(1)
		if r.acc>>63 == 1 {
			width, mark = c.far, 2
		}
		if r.acc>>62 == 0b11 || width+mark > r.n { // few: 64 bits, or more than is read ahead
			list[i] = signed(takeCoded(r, *c))
			continue
		}
		list[i] = signed(r.acc << mark >> 1 >> (63 - width))
		r.acc <<= mark + width
		r.n -= mark + width
	}
}

func takeCoded(r *bitReader, c code) uint64 {
	switch {
	case r.take(1) == 0:
		return r.takeLong(c.near)
	case r.take(1) == 0:
		return r.takeLong(c.far)
	}
	return r.takeLong(rawBits)
}

// signed is the number that z stands for.
func signed(z uint64) int64 { return int64(z>>1) ^ -int64(z&1) }

// sum makes numbers of differences.
func sum(list []int64) {
	var last int64
	for i, d := range list {
		last += d
		list[i] = last
	}
}
