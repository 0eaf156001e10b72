// Package series keeps stretches of a metric small: some 4 bytes a point, of a
// training loss with its step and time, where a row takes 30.
package series

import (
	"encoding/binary"
	"errors"
)

// Size is how many points a chunk has, the last of a series excepted, and Part how
// many of them share a minimum and a maximum in its summary.
const (
	Size = 4096
	Part = 256
)

// ErrFormat says that bytes are no chunk.
var ErrFormat = errors.New("not a chunk of a series")

// A Stretch is consecutive points of a series in the order in which they were
// logged: steps may repeat and go back. Its slices have one length.
type Stretch struct {
	Steps  []int64
	Times  []int64 // nanoseconds since 1970, UTC
	Values []float64
}

// Append adds a point.
func (s *Stretch) Append(step, time int64, v float64) {
	s.Steps, s.Times, s.Values = append(s.Steps, step), append(s.Times, time), append(s.Values, v)
}

// Make is a stretch with room for n points.
func Make(n int) Stretch {
	return Stretch{Steps: make([]int64, 0, n), Times: make([]int64, 0, n), Values: make([]float64, 0, n)}
}

// Len is how many points there are.
func (s *Stretch) Len() int { return len(s.Values) }

const (
	version = 1       // the first byte of a chunk
	most    = 1 << 20 // points: what claims more is no chunk of ours
)

// Extend adds the points of another stretch.
func (s *Stretch) Extend(more Stretch) {
	s.Steps, s.Times, s.Values = append(s.Steps, more.Steps...), append(s.Times, more.Times...), append(s.Values, more.Values...)
}

// Slice is the points from one place to before another.
func (s *Stretch) Slice(from, to int) Stretch {
	return Stretch{s.Steps[from:to], s.Times[from:to], s.Values[from:to]}
}

// Encode is a stretch as a chunk; docs/format/series.md has its layout. It must not have
// more than a million points.
func Encode(s Stretch) []byte {
	w := bitWriter{data: binary.AppendUvarint([]byte{version}, uint64(s.Len()))}
	putInts(&w, s.Steps)
	putTimes(&w, s.Times)
	putFloats(&w, s.Values)
	return w.bytes()
}

// Count is how many points a chunk says that it has.
func Count(chunk []byte) (int, error) {
	n, _, err := open(chunk)
	return n, err
}

// Room is the place of n points of s, from one on, for Decode to append to.
func (s *Stretch) Room(from, n int) Stretch {
	return Stretch{s.Steps[from : from : from+n], s.Times[from : from : from+n], s.Values[from : from : from+n]}
}

// Decode appends the points of a chunk to s. Bytes that are no chunk give
// ErrFormat, and s is as it was.
func Decode(chunk []byte, s *Stretch) error {
	count, r, err := open(chunk)
	if err != nil {
		return err
	}
	from := s.Len()
	steps, times, values := grow(s.Steps, count), grow(s.Times, count), grow(s.Values, count)
	takeInts(r, steps[from:])
	takeTimes(r, times[from:])
	if !takeFloats(r, values[from:]) || r.short() {
		return ErrFormat
	}
	s.Steps, s.Times, s.Values = steps, times, values
	return nil
}

// open reads what chunks and summaries begin with: the version and how many they have.
func open(data []byte) (count int, r *bitReader, err error) {
	if len(data) == 0 || data[0] != version {
		return 0, nil, ErrFormat
	}
	n, size := binary.Uvarint(data[1:])
	if size <= 0 || n > most {
		return 0, nil, ErrFormat
	}
	return int(n), &bitReader{data: data[1+size:]}, nil
}

// grow is list with n more elements, to be set.
func grow[T any](list []T, n int) []T {
	if cap(list)-len(list) >= n {
		return list[:len(list)+n]
	}
	more := make([]T, len(list)+n, max(len(list)+n, 2*len(list)))
	copy(more, list)
	return more
}
