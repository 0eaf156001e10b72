package series

import "math"

// Values are kept as whole numbers in one of three ways, the first that holds all of
// a stretch to the last bit:
//
//	decimal  value * 10^digits, for what was rounded: accuracies, counts. After
//	         Afroozeh et al., "ALP: Adaptive Lossless floating-Point Compression",
//	         SIGMOD 2024, without its exceptions
//	float32  the bits of a float32, as losses are
//	float64  the bits
//
// The bits are put in the order of the numbers, so that near values are near numbers,
// also across a power of two.
const (
	asFloat64 = 14
	asFloat32 = 15
	digits    = 10 // of decimals, at most
	wayBits   = 4
)

// putFloats writes values. Every bit of a NaN is kept.
func putFloats(w *bitWriter, list []float64) {
	way, ints := wholes(list)
	w.put(way, wayBits)
	putInts(w, ints)
}

func wholes(list []float64) (way uint64, ints []int64) {
	ints = make([]int64, len(list))
	for d := 0; d <= digits; d++ {
		if decimals(list, math.Pow10(d), ints) {
			return uint64(d), ints
		}
	}
	for i, v := range list {
		f := float32(v)
		if math.Float64bits(float64(f)) != math.Float64bits(v) {
			for i, v := range list {
				ints[i] = ordered64(math.Float64bits(v))
			}
			return asFloat64, ints
		}
		ints[i] = int64(ordered32(math.Float32bits(f)))
	}
	return asFloat32, ints
}

// decimals fills ints with values times scale; false where that loses anything.
func decimals(list []float64, scale float64, ints []int64) bool {
	const exact = 1 << 53
	for i, v := range list {
		n := math.RoundToEven(v * scale)
		if !(n > -exact && n < exact) || math.Float64bits(float64(int64(n))/scale) != math.Float64bits(v) {
			return false
		}
		ints[i] = int64(n)
	}
	return true
}

// takeFloats fills list with what putFloats wrote; false when it is none of it.
func takeFloats(r *bitReader, list []float64) bool {
	way := r.take(wayBits)
	ints := make([]int64, len(list))
	takeInts(r, ints)
	switch {
	case way == asFloat32:
		for i, n := range ints {
			list[i] = float64(math.Float32frombits(uint32(ordered32(uint32(n)))))
		}
	case way == asFloat64:
		for i, n := range ints {
			list[i] = math.Float64frombits(uint64(ordered64(uint64(n))))
		}
	case way <= digits:
		scale := math.Pow10(int(way))
		for i, n := range ints {
			list[i] = float64(n) / scale
		}
	default:
		return false
	}
	return true
}

// ordered64 turns the bits of a float into a number that is the greater, the greater
// the float is, and back.
func ordered64(b uint64) int64 { return int64(b) ^ int64(uint64(int64(b)>>63)>>1) }

func ordered32(b uint32) int32 { return int32(b) ^ int32(uint32(int32(b)>>31)>>1) }
