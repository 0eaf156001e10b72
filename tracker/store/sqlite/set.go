package sqlite

import (
	"database/sql"
	"fmt"
	mathbits "math/bits"
	"strconv"
)

// A set holds rows of runs, a bit each. Sets of one search have one length, so
// that they can be joined word by word.
type set []uint64

func newSet(most int64) set { return make(set, most/64+1) }

func (s set) add(id int64)      { s[id/64] |= 1 << (id % 64) }
func (s set) has(id int64) bool { return s[id/64]&(1<<(id%64)) != 0 }

func (s set) count() int {
	n := 0
	for _, w := range s {
		n += mathbits.OnesCount64(w)
	}
	return n
}

// join adds the rows of o to s.
func (s set) join(o set) {
	for i := range s {
		s[i] |= o[i]
	}
}

// without is s less the rows of o.
func (s set) without(o set) set {
	out := make(set, len(s))
	for i := range s {
		out[i] = s[i] &^ o[i]
	}
	return out
}

// ids are the rows in order.
func (s set) ids() []int64 {
	out := make([]int64, 0, s.count())
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, int64(i*64+mathbits.TrailingZeros64(w)))
		}
	}
	return out
}

// list is rows as a JSON array, the form in which SQL takes them.
func list(ids []int64) string {
	b := make([]byte, 0, 8*len(ids)+2)
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}

// rows calls f for every row that a query of one column id gives, in its order.
// They come as one text: a row of SQLite each would cost ten times as much.
func (t *tx) rows(f func(id int64), query string, args ...any) error {
	var text sql.RawBytes
	return t.each(func(scan func(...any) error) error {
		if err := scan(&text); err != nil {
			return err
		}
		var id int64
		for i, c := range text {
			switch {
			case c >= '0' && c <= '9':
				id = id*10 + int64(c-'0')
			case c == ',':
				f(id)
				id = 0
			default:
				return fmt.Errorf("read rows: %q is no id", text[max(0, i-10):i+1])
			}
		}
		if len(text) > 0 {
			f(id)
		}
		return nil
	}, "SELECT group_concat(id) FROM ("+query+")", args...)
}
