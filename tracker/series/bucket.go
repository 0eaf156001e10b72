package series

import (
	"encoding/binary"
	"math"
)

// A Bucket is what a picture needs of consecutive points. Min and Max leave NaN
// out, and are NaN where there is nothing else.
type Bucket struct {
	First, Last int64 // the lowest and the highest step
	Count, NaNs int
	Min, Max    float64
	End         float64 // the value logged last
}

// Add takes a point into a bucket.
func (b *Bucket) Add(step int64, v float64) {
	one := Bucket{First: step, Last: step, Count: 1, Min: v, Max: v, End: v}
	if math.IsNaN(v) {
		one.NaNs = 1
	}
	b.Join(one)
}

// Join takes a bucket of later points into b.
func (b *Bucket) Join(later Bucket) {
	if b.Count == 0 {
		*b = later
		return
	}
	b.First, b.Last = min(b.First, later.First), max(b.Last, later.Last)
	b.Count, b.NaNs, b.End = b.Count+later.Count, b.NaNs+later.NaNs, later.End
	if !(b.Min <= later.Min) && !math.IsNaN(later.Min) {
		b.Min = later.Min
	}
	if !(b.Max >= later.Max) && !math.IsNaN(later.Max) {
		b.Max = later.Max
	}
}

// Buckets are one for every part of a stretch of so many points, in order.
func Buckets(s Stretch, part int) []Bucket {
	var list []Bucket
	for i, v := range s.Values {
		if i%part == 0 {
			list = append(list, Bucket{})
		}
		list[len(list)-1].Add(s.Steps[i], v)
	}
	return list
}

// Fewer joins consecutive buckets until each has at least so many points, the last
// excepted.
func Fewer(list []Bucket, least int) []Bucket {
	var out []Bucket
	for _, b := range list {
		if len(out) == 0 || out[len(out)-1].Count >= least {
			out = append(out, Bucket{})
		}
		out[len(out)-1].Join(b)
	}
	return out
}

// The numbers and the values of a bucket, as a summary keeps them.
func (b *Bucket) fields() ([4]int64, [3]float64) {
	return [4]int64{b.First, b.Last, int64(b.Count), int64(b.NaNs)}, [3]float64{b.Min, b.Max, b.End}
}

// Summary is buckets as bytes, as Encode is points.
func Summary(list []Bucket) []byte {
	w := bitWriter{data: binary.AppendUvarint([]byte{version}, uint64(len(list)))}
	for f := range 4 {
		ints := make([]int64, len(list))
		for i := range list {
			numbers, _ := list[i].fields()
			ints[i] = numbers[f]
		}
		putInts(&w, ints)
	}
	for f := range 3 {
		floats := make([]float64, len(list))
		for i := range list {
			_, values := list[i].fields()
			floats[i] = values[f]
		}
		putFloats(&w, floats)
	}
	return w.bytes()
}

// FromSummary is the reverse of Summary; ErrFormat for bytes that are none.
func FromSummary(data []byte) ([]Bucket, error) {
	count, r, err := open(data)
	if err != nil {
		return nil, err
	}
	var ints [4][]int64
	for f := range ints {
		ints[f] = make([]int64, count)
		takeInts(r, ints[f])
	}
	var floats [3][]float64
	for f := range floats {
		floats[f] = make([]float64, count)
		if !takeFloats(r, floats[f]) {
			return nil, ErrFormat
		}
	}
	if r.short() {
		return nil, ErrFormat
	}
	list := make([]Bucket, count)
	for i := range list {
		list[i] = Bucket{ints[0][i], ints[1][i], int(ints[2][i]), int(ints[3][i]), floats[0][i], floats[1][i], floats[2][i]}
	}
	return list, nil
}
