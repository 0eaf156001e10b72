package dataset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// DiffOptions say how two versions are compared.
	DiffOptions struct {
		Key  []string // the columns whose values name a row; none: rows are not compared
		Most int      // rows of each kind that are kept as examples; 0 means 20
	}

	// A Diff is how To differs from From.
	Diff struct {
		From    string       `json:"from"`
		To      string       `json:"to"`
		RowsWas int64        `json:"rows_was"`
		Rows    int64        `json:"rows"`
		Columns []ColumnDiff `json:"columns"`
		Key     []string     `json:"key,omitempty"`
		Added   int64        `json:"added"`   // rows whose key From does not have
		Removed int64        `json:"removed"` // rows whose key To does not have
		Changed int64        `json:"changed"` // rows of one key with other values
		Changes []RowChange  `json:"changes,omitempty"`
	}

	// A ColumnDiff is one column; How is same, added, removed, type or content. Was
	// and Is describe it on both sides where its content differs.
	ColumnDiff struct {
		Name string    `json:"name"`
		How  string    `json:"how"`
		Type [2]string `json:"type"` // before, after
		Was  *Spread   `json:"was,omitempty"`
		Is   *Spread   `json:"is,omitempty"`
		Rows int64     `json:"rows"` // changed rows in which it differs
	}

	// A RowChange is one row; How is added, removed or changed.
	RowChange struct {
		Key   []string     `json:"key"`
		How   string       `json:"how"`
		Cells []CellChange `json:"cells,omitempty"`
	}

	// A CellChange is one value before and after; a missing one is "(null)".
	CellChange struct {
		Column string `json:"column"`
		Was    string `json:"was"`
		Is     string `json:"is"`
	}
)

// DiffVersions compares two versions, which may be of different datasets.
func DiffVersions(ctx context.Context, store tracker.Store, from, to string, o DiffOptions) (*Diff, error) {
	a, v, err := Open(ctx, store, from)
	if err != nil {
		return nil, err
	}
	b, w, err := Open(ctx, store, to)
	if err != nil {
		return nil, err
	}
	d, err := diffTables(a, b, v.Columns, w.Columns, o)
	if err != nil {
		return nil, fmt.Errorf("diff %s %s: %w", v.Ref(), w.Ref(), err)
	}
	d.From, d.To = v.Ref(), w.Ref()
	return d, nil
}

// DiffTables is DiffVersions for tables. A key that is missing in a row, or that
// two rows of one table have, is an error that names rows and value.
func DiffTables(from, to arrow.Table, o DiffOptions) (*Diff, error) {
	return diffTables(from, to, Columns(from), Columns(to), o)
}

func diffTables(from, to arrow.Table, was, is []tracker.Column, o DiffOptions) (*Diff, error) {
	if o.Most == 0 {
		o.Most = 20
	}
	d := &Diff{RowsWas: from.NumRows(), Rows: to.NumRows(), Key: o.Key}
	d.schema(from, to, was, is)
	if len(o.Key) == 0 {
		return d, nil
	}
	return d, d.rows(from, to, o)
}

// schema compares columns by name, a repeated name by its first column.
func (d *Diff) schema(from, to arrow.Table, was, is []tracker.Column) {
	at := func(all []tracker.Column, name string) int {
		return slices.IndexFunc(all, func(c tracker.Column) bool { return c.Name == name })
	}
	for i, c := range was {
		j := at(is, c.Name)
		switch {
		case j < 0:
			d.Columns = append(d.Columns, ColumnDiff{Name: c.Name, How: "removed", Type: [2]string{c.Type, ""}})
		case is[j].Type != c.Type:
			d.Columns = append(d.Columns, ColumnDiff{Name: c.Name, How: "type", Type: [2]string{c.Type, is[j].Type}})
		case is[j].Digest == c.Digest:
			d.Columns = append(d.Columns, ColumnDiff{Name: c.Name, How: "same", Type: [2]string{c.Type, c.Type}})
		default:
			d.Columns = append(d.Columns, ColumnDiff{Name: c.Name, How: "content", Type: [2]string{c.Type, c.Type},
				Was: spread(from.Column(i)), Is: spread(to.Column(j))})
		}
	}
	for _, c := range is {
		if at(was, c.Name) < 0 {
			d.Columns = append(d.Columns, ColumnDiff{Name: c.Name, How: "added", Type: [2]string{"", c.Type}})
		}
	}
}

// A Spread is the distribution of a column in a few numbers.
type Spread struct {
	Missing int64   `json:"missing"`
	Numeric bool    `json:"numeric"`
	Mean    float64 `json:"mean"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
}

func spread(c *arrow.Column) *Spread {
	s := &Spread{Missing: int64(c.Data().NullN()), Numeric: isNumber(c.DataType())}
	n := 0.0
	for _, a := range c.Data().Chunks() {
		for i := range a.Len() {
			if !s.Numeric || a.IsNull(i) {
				continue
			}
			x := number(a, i)
			if x != x {
				continue
			}
			if n++; n == 1 {
				s.Min, s.Max = x, x
			}
			s.Min, s.Max = min(s.Min, x), max(s.Max, x)
			s.Mean += (x - s.Mean) / n
		}
	}
	return s
}

// rows matches rows by key and compares the columns that both tables have.
//
// Long: the counts and the examples are of one pass.
func (d *Diff) rows(from, to arrow.Table, o DiffOptions) error {
	was, err := keyed(from, o.Key)
	if err != nil {
		return fmt.Errorf("the first: %w", err)
	}
	is, err := keyed(to, o.Key)
	if err != nil {
		return fmt.Errorf("the second: %w", err)
	}
	pairs, err := d.pairs(from, to, o.Key)
	if err != nil {
		return err
	}
	kept := map[string]int{}
	keep := func(how string, k *keys, row int, cells []CellChange) {
		if kept[how]++; kept[how] <= o.Most {
			d.Changes = append(d.Changes, RowChange{Key: k.text(row), How: how, Cells: cells})
		}
	}
	found := make([]bool, len(was.hash))
	for j := range is.hash {
		i := was.find(is, j)
		if i < 0 {
			d.Added++
			keep("added", is, j, nil)
			continue
		}
		found[i] = true
		var cells []CellChange
		changed := false
		for _, p := range pairs {
			if !equalValue(p.was, i, p.is, j) {
				changed = true
				p.column.Rows++
				if kept["changed"] < o.Most {
					cells = append(cells, CellChange{p.column.Name, p.was.ValueStr(i), p.is.ValueStr(j)})
				}
			}
		}
		if changed {
			d.Changed++
			keep("changed", is, j, cells)
		}
	}
	for i, ok := range found {
		if !ok {
			d.Removed++
			keep("removed", was, i, nil)
		}
	}
	return nil
}

// pairs are the columns of both tables in which rows may differ.
func (d *Diff) pairs(from, to arrow.Table, key []string) ([]pair, error) {
	var pairs []pair
	for i := range d.Columns {
		c := &d.Columns[i]
		if slices.Contains(key, c.Name) && c.How == "type" {
			return nil, hint.New(fmt.Errorf("key column %q is %s in one and %s in the other", c.Name, c.Type[0], c.Type[1]), "load one again with --type "+c.Name+"=...")
		}
		if (c.How == "content" || c.How == "same" && !d.sameKeys(key)) && !slices.Contains(key, c.Name) {
			a, err := oneColumn(from, c.Name)
			if err != nil {
				return nil, err
			}
			b, err := oneColumn(to, c.Name)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, pair{c, a, b})
		}
	}
	return pairs, nil
}

type pair struct {
	column  *ColumnDiff
	was, is arrow.Array
}

// sameKeys reports whether the key columns are equal row by row, so that a column
// of equal content has no changed row.
func (d *Diff) sameKeys(key []string) bool {
	for _, c := range d.Columns {
		if slices.Contains(key, c.Name) && c.How != "same" {
			return false
		}
	}
	return true
}

// keys finds rows by the values of the key columns.
type keys struct {
	columns []arrow.Array
	hash    []uint64
	first   map[uint64]int32 // the newest row of a hash, plus 1
	next    []int32          // the row before it of the same hash, plus 1
}

func keyed(t arrow.Table, names []string) (*keys, error) {
	k := &keys{hash: make([]uint64, t.NumRows()), next: make([]int32, t.NumRows()), first: make(map[uint64]int32, t.NumRows())}
	for _, name := range names {
		a, err := oneColumn(t, name)
		if err != nil {
			return nil, err
		}
		if a.NullN() > 0 {
			row := 0
			for a.IsValid(row) {
				row++
			}
			return nil, hint.New(fmt.Errorf("key %q is missing in %d rows, the first of them row %d", name, a.NullN(), row+1), "take a key that every row has, or fill it in")
		}
		k.columns = append(k.columns, a)
		for i, h := range valueHashes(a, make([]uint64, 0, a.Len())) {
			k.hash[i] = mix(k.hash[i]*31 + h)
		}
	}
	for i, h := range k.hash {
		if j := k.find(k, i); j >= 0 {
			return nil, hint.New(fmt.Errorf("key %s is twice: rows %d and %d have %s", strings.Join(names, ", "), j+1, i+1, strings.Join(k.text(i), ", ")), "add a column to --key that tells them apart")
		}
		k.next[i], k.first[h] = k.first[h], int32(i+1)
	}
	return k, nil
}

// find is the row of k that has the key of row of other, or -1.
func (k *keys) find(other *keys, row int) int {
	for i := k.first[other.hash[row]]; i > 0; i = k.next[i-1] {
		same := true
		for c := range k.columns {
			same = same && equalValue(k.columns[c], int(i-1), other.columns[c], row)
		}
		if same {
			return int(i - 1)
		}
	}
	return -1
}

func (k *keys) text(row int) []string {
	out := make([]string, len(k.columns))
	for i, c := range k.columns {
		out[i] = c.ValueStr(row)
	}
	return out
}

// oneColumn is the named column of t as one array.
func oneColumn(t arrow.Table, name string) (arrow.Array, error) {
	at, err := ColumnIndex(t, name)
	if err != nil {
		return nil, err
	}
	return array.Concatenate(nonEmpty(t.Column(at)), memory.DefaultAllocator)
}

// equalValue compares as digests do: missing equals missing, NaN equals NaN. The
// arrays have one type.
func equalValue(a arrow.Array, i int, b arrow.Array, j int) bool {
	if a.IsNull(i) || b.IsNull(j) {
		return a.IsNull(i) && b.IsNull(j)
	}
	switch a := a.(type) {
	case *array.Int64:
		return a.Value(i) == b.(*array.Int64).Value(j)
	case *array.Float64:
		return floatBits(a.Value(i)) == floatBits(b.(*array.Float64).Value(j))
	case *array.String:
		return a.Value(i) == b.(*array.String).Value(j)
	case *array.Timestamp:
		return a.Value(i) == b.(*array.Timestamp).Value(j)
	}
	return a.ValueStr(i) == b.ValueStr(j)
}
