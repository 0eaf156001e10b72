package profile

import "slices"

// A pair is a key and the row that has it.
type pair struct {
	key uint64
	row uint32
}

// radix sorts pairs by key, those of one key by row as they came. It is least
// significant digit first, 11 bits at a time; a digit that all keys share costs nothing.
func radix(pairs []pair) []pair {
	const bits, buckets = 11, 1 << 11
	if len(pairs) < buckets {
		slices.SortStableFunc(pairs, func(a, b pair) int {
			switch {
			case a.key < b.key:
				return -1
			case a.key > b.key:
				return 1
			}
			return 0
		})
		return pairs
	}
	var histograms [6][buckets]uint32
	for _, p := range pairs {
		for d := range histograms {
			histograms[d][p.key>>(d*bits)%buckets]++
		}
	}
	spare := make([]pair, len(pairs))
	for d := range histograms {
		h := &histograms[d]
		if int(h[pairs[0].key>>(d*bits)%buckets]) == len(pairs) {
			continue
		}
		sum := uint32(0)
		for i, n := range h {
			h[i], sum = sum, sum+n
		}
		for _, p := range pairs {
			at := &h[p.key>>(d*bits)%buckets]
			spare[*at] = p
			*at++
		}
		pairs, spare = spare, pairs
	}
	return pairs
}
