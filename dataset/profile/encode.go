package profile

import (
	"cmp"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// codes are a column: row i has the distinct value number rows[i], or none when
// that is negative. A null is -1 and a NaN is -2.
type codes struct {
	kind    string
	rows    []int32
	counts  []int64   // by code
	whole   []int64   // by code, ascending: integers, and times in their unit; nil for others
	numbers []float64 // by code, ascending: numbers, and times in seconds since 1970
	texts   []string  // by code, in order of appearance: all other kinds
	present int64     // rows with a value
	null    int64     // rows without one
	nan     int64     // rows that are NaN
	unit    arrow.DataType
}

const (
	codeNull = -1
	codeNaN  = -2
)

func (c *codes) distinct() int { return len(c.counts) }

// encode makes the codes of the chunks of one column of type d.
func encode(chunks []arrow.Array, d arrow.DataType) *codes {
	n := 0
	for _, a := range chunks {
		n += a.Len()
	}
	c := &codes{kind: kindOf(d), rows: make([]int32, n), unit: d}
	if c.kind == KindCategory {
		c.encodeTexts(chunks)
		return c
	}
	keys := make([]uint64, n)
	at := 0
	for _, a := range chunks {
		c.keys(a, keys[at:at+a.Len()], c.rows[at:at+a.Len()])
		at += a.Len()
	}
	var distinct []uint64
	distinct, c.counts = number(keys, c.rows)
	c.values(distinct)
	c.count()
	return c
}

// values turns sorted keys back into what they stand for.
func (c *codes) values(keys []uint64) {
	c.numbers = make([]float64, len(keys))
	if c.kind == KindNumber && !arrow.IsInteger(c.unit.ID()) {
		for i, k := range keys {
			c.numbers[i] = fromKey(k)
		}
		return
	}
	if c.unit.ID() == arrow.UINT64 {
		for i, k := range keys {
			c.numbers[i] = float64(k)
		}
		return
	}
	c.whole = make([]int64, len(keys))
	scale := 1.0
	if c.kind == KindTime {
		scale = unitOf(c.unit).Seconds()
	}
	for i, k := range keys {
		c.whole[i] = int64(k ^ 1<<63)
		c.numbers[i] = float64(c.whole[i]) * scale
	}
}

// count fills present, null and nan from rows.
func (c *codes) count() {
	for _, k := range c.counts {
		c.present += k
	}
	if int(c.present) == len(c.rows) {
		return
	}
	for _, r := range c.rows {
		switch r {
		case codeNull:
			c.null++
		case codeNaN:
			c.nan++
		}
	}
}

// floatKey orders as the numbers do; both zeros are one.
func floatKey(x float64) uint64 {
	if x == 0 {
		return 1 << 63
	}
	b := math.Float64bits(x)
	if b>>63 == 1 {
		return ^b
	}
	return b | 1<<63
}

func fromKey(k uint64) float64 {
	if k>>63 == 1 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}

// keys writes the key of each value of a, and in rows what has none.
func (c *codes) keys(a arrow.Array, keys []uint64, rows []int32) {
	switch a := a.(type) {
	case *array.Float64:
		for i, x := range a.Float64Values() {
			keys[i] = floatKey(x)
			if x != x {
				rows[i] = codeNaN
			}
		}
	case *array.Int64:
		for i, x := range a.Int64Values() {
			keys[i] = uint64(x) ^ 1<<63
		}
	case *array.Timestamp:
		for i, x := range a.TimestampValues() {
			keys[i] = uint64(x) ^ 1<<63
		}
	default:
		for i := range a.Len() {
			if a.IsNull(i) {
				continue
			}
			k, nan := keyOf(a, i)
			keys[i] = k
			if nan {
				rows[i] = codeNaN
			}
		}
	}
	if a.NullN() > 0 {
		for i := range a.Len() {
			if a.IsNull(i) {
				rows[i] = codeNull
			}
		}
	}
}

// smallTable is how many distinct values are told apart by hashing before the
// keys are sorted instead.
const smallTable = 1 << 12

// number gives each key that is not left out (rows < 0) its place among the
// sorted distinct keys, in rows, and returns these with their counts.
func number(keys []uint64, rows []int32) (distinct []uint64, counts []int64) {
	if distinct, counts, ok := numberFew(keys, rows); ok {
		return distinct, counts
	}
	pairs := make([]pair, 0, len(keys))
	for i, k := range keys {
		if rows[i] >= 0 {
			pairs = append(pairs, pair{k, uint32(i)})
		}
	}
	pairs = radix(pairs)
	for i, p := range pairs {
		if i == 0 || p.key != pairs[i-1].key {
			distinct, counts = append(distinct, p.key), append(counts, 0)
		}
		counts[len(counts)-1]++
		rows[p.row] = int32(len(counts) - 1)
	}
	return distinct, counts
}

// numberFew is number for at most smallTable distinct keys; false, with rows
// as they were, when there are more.
func numberFew(keys []uint64, rows []int32) (distinct []uint64, counts []int64, ok bool) {
	const slots = smallTable * 4
	table := make([]int32, slots) // code+1
	seen := make([]int32, len(keys))
	for i, k := range keys {
		if rows[i] < 0 {
			seen[i] = rows[i]
			continue
		}
		h := k * 0x9e3779b97f4a7c15 >> (64 - 14)
		for table[h] != 0 && distinct[table[h]-1] != k {
			h = (h + 1) % slots
		}
		if table[h] == 0 {
			if len(distinct) == smallTable {
				return nil, nil, false
			}
			distinct, counts = append(distinct, k), append(counts, 0)
			table[h] = int32(len(distinct))
		}
		seen[i] = table[h] - 1
		counts[seen[i]]++
	}
	order := make([]int32, len(distinct))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(distinct[a], distinct[b]) })
	place := make([]int32, len(order))
	sortedKeys, sortedCounts := make([]uint64, len(order)), make([]int64, len(order))
	for to, from := range order {
		place[from] = int32(to)
		sortedKeys[to], sortedCounts[to] = distinct[from], counts[from]
	}
	for i, s := range seen {
		if s >= 0 {
			s = place[s]
		}
		rows[i] = s
	}
	return sortedKeys, sortedCounts, true
}

func (c *codes) encodeTexts(chunks []arrow.Array) {
	known := map[string]int32{}
	at := 0
	for _, a := range chunks {
		value := a.ValueStr
		switch a := a.(type) {
		case *array.String:
			value = a.Value // no copy: it is a view of a
		case *array.LargeString:
			value = a.Value
		}
		for i := range a.Len() {
			if a.IsNull(i) {
				c.rows[at+i] = codeNull
				c.null++
				continue
			}
			v := value(i)
			code, ok := known[v]
			if !ok {
				code = int32(len(c.texts))
				known[v] = code
				c.texts, c.counts = append(c.texts, v), append(c.counts, 0)
			}
			c.counts[code]++
			c.rows[at+i] = code
			c.present++
		}
		at += a.Len()
	}
}
