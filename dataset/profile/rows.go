package profile

import (
	"context"

	"github.com/apache/arrow/go/v17/arrow"
)

// An Overlap says which rows of a test table are in the profiled one.
type Overlap struct {
	Name     string   `json:"name"`
	Rows     int64    `json:"rows"`                 // of the test table
	Columns  int      `json:"columns"`              // that both tables have
	Lacking  []string `json:"lacking,omitempty"`    // columns of the profiled table that the test table lacks
	Common   int64    `json:"common_rows"`          // test rows that equal one here in all columns of both
	Features int64    `json:"common_features"`      // that do so in all but the target and the ids
	IDs      []Count  `json:"common_ids,omitempty"` // by id column, test rows whose id is here too
}

// rowsOf calls f with each set of equal rows, ascending, of n rows. Rows are
// told apart by a hash and then by their codes. A NaN equals a null.
func rowsOf(ctx context.Context, columns []*codes, n int, f func(rows []uint32)) error {
	if len(columns) == 0 || n == 0 {
		return nil
	}
	pairs := make([]pair, n)
	const stripe = 1 << 14
	err := each(ctx, (n+stripe-1)/stripe, func(s int) {
		part := pairs[s*stripe : min(n, (s+1)*stripe)]
		for _, c := range columns {
			for i := range part {
				part[i].key = mix(part[i].key ^ uint64(max(c.rows[s*stripe+i], codeNull)+1))
			}
		}
		for i := range part {
			part[i].row = uint32(s*stripe + i)
		}
	})
	if err != nil {
		return err
	}
	pairs = radix(pairs)
	var rows []uint32
	for i := 0; i < n; {
		rows = rows[:0]
		end := i
		for end < n && pairs[end].key == pairs[i].key {
			rows = append(rows, pairs[end].row)
			end++
		}
		i = end
		for len(rows) > 1 {
			rest := split(columns, rows)
			f(rows[:len(rows)-rest])
			rows = rows[len(rows)-rest:]
		}
		if len(rows) == 1 {
			f(rows)
		}
	}
	return ctx.Err()
}

// split moves the rows that differ from the first to the end, in order, and returns how many they are.
func split(columns []*codes, rows []uint32) int {
	same := make([]uint32, 0, len(rows))
	var other []uint32
	for _, r := range rows {
		if equal(columns, rows[0], r) {
			same = append(same, r)
		} else {
			other = append(other, r)
		}
	}
	copy(rows[copy(rows, same):], other)
	return len(other)
}

func equal(columns []*codes, a, b uint32) bool {
	for _, c := range columns {
		if max(c.rows[a], codeNull) != max(c.rows[b], codeNull) {
			return false
		}
	}
	return true
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// repeated counts the rows that equal an earlier one.
func repeated(ctx context.Context, columns []*codes, n int) (count int64, err error) {
	err = rowsOf(ctx, columns, n, func(rows []uint32) { count += int64(len(rows) - 1) })
	return count, err
}

// overlap looks for the rows of test in t. leftOut are the columns that are no features.
func overlap(ctx context.Context, t, test arrow.Table, name string, ids []string, leftOut map[string]bool) (*Overlap, error) {
	o := &Overlap{Name: name, Rows: test.NumRows()}
	shared, lacking := match(t, test)
	o.Lacking, o.Columns = lacking, len(shared)
	all := make([]*codes, len(shared))
	if err := each(ctx, len(shared), func(i int) { all[i] = joint(shared[i].a, shared[i].b) }); err != nil {
		return nil, err
	}
	n, border := int(t.NumRows()+test.NumRows()), uint32(t.NumRows())
	common := func(columns []*codes) (count int64, err error) {
		err = rowsOf(ctx, columns, n, func(rows []uint32) {
			if rows[0] < border {
				for _, r := range rows {
					if r >= border {
						count++
					}
				}
			}
		})
		return count, err
	}
	var err error
	if o.Common, err = common(all); err != nil {
		return nil, err
	}
	var features []*codes
	for i, s := range shared {
		if !leftOut[s.a.Name()] {
			features = append(features, all[i])
		}
	}
	if o.Features, err = common(features); err != nil {
		return nil, err
	}
	for i, s := range shared {
		for _, id := range ids {
			if s.a.Name() != id {
				continue
			}
			count, err := common(all[i : i+1])
			if err != nil {
				return nil, err
			}
			o.IDs = append(o.IDs, Count{id, count})
		}
	}
	return o, nil
}
