package schema

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// The columns that bad rows are kept with, before their own.
const (
	RowColumn    = "quarantine_row"    // int64: where the row was, from 1
	ReasonColumn = "quarantine_reason" // text: what it failed, by "; "
)

// Suffix makes the name that bad rows are kept under.
const Suffix = "-quarantine"

// Conform gives the columns of which every value can be read without loss as the
// type that s expects that type; the others stay.
func Conform(t arrow.Table, s *Schema) (arrow.Table, error) {
	types := s.types()
	fields := slices.Clone(t.Schema().Fields())
	columns := make([]arrow.Column, t.NumCols())
	for i := range columns {
		columns[i] = *t.Column(i)
		want := types[fields[i].Name]
		if want == "" || dataset.TypeName(fields[i].Type) == want || len(columns[i].Data().Chunks()) == 0 {
			continue
		}
		one, err := array.Concatenate(columns[i].Data().Chunks(), memory.DefaultAllocator)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", fields[i].Name, err)
		}
		if as, bad := dataset.Convert(one, want); len(bad) == 0 {
			fields[i] = arrow.Field{Name: fields[i].Name, Type: as.DataType(), Nullable: true}
			columns[i] = *arrow.NewColumn(fields[i], arrow.NewChunked(as.DataType(), []arrow.Array{as}))
		}
	}
	return array.NewTable(arrow.NewSchema(fields, nil), columns, t.NumRows()), nil
}

// types are the types that s expects, by column; "" where it expects none.
func (s *Schema) types() map[string]string {
	types := map[string]string{}
	for _, c := range s.Columns {
		types[c.Name] = c.typed()
	}
	return types
}

// ConformReader is Conform for a stream, which does not tell before its end whether
// every value can be read: at the first that cannot, the reader ends with the error
// of misfit, and its caller begins again with the column among those that stay.
func ConformReader(r array.RecordReader, s *Schema, stay map[string]bool, misfit func(column string) error) (array.RecordReader, error) {
	if !r.Next() {
		return r, r.Err()
	}
	types, fields := s.types(), []arrow.Field(nil)
	convert := func(rec arrow.Record) (arrow.Record, error) {
		columns := slices.Clone(rec.Columns())
		for i, f := range rec.Schema().Fields() {
			if want := types[f.Name]; want != "" && !stay[f.Name] {
				as, bad := dataset.Convert(columns[i], want)
				if len(bad) > 0 || fields != nil && !arrow.TypeEqual(fields[i].Type, as.DataType()) {
					return nil, misfit(f.Name)
				}
				columns[i] = as
			}
		}
		if fields == nil {
			for i, c := range columns {
				fields = append(fields, arrow.Field{Name: rec.Schema().Field(i).Name, Type: c.DataType(), Nullable: true})
			}
		}
		return array.NewRecord(arrow.NewSchema(fields, nil), columns, rec.NumRows()), nil
	}
	first, err := convert(r.Record())
	if err != nil {
		return nil, err
	}
	return dataset.NewReader(first.Schema(), func() (arrow.Record, error) {
		if rec := first; rec != nil {
			first = nil
			return rec, nil
		}
		if !r.Next() {
			return nil, cmp.Or(r.Err(), io.EOF)
		}
		return convert(r.Record())
	}, r.Release), nil
}

// Part puts the rows of t that fail an expectation at level or graver in bad, with
// RowColumn and ReasonColumn before their columns, and the others in good, in the
// types that s expects where all of them can be read so. Both keep the order of
// the rows. Expectations on a table as a whole put no row aside; r has them all.
func Part(ctx context.Context, t arrow.Table, s *Schema, level Level, o Options) (good, bad arrow.Table, r *Result, err error) {
	for _, name := range []string{RowColumn, ReasonColumn} {
		if len(t.Schema().FieldIndices(name)) > 0 {
			return nil, nil, nil, hint.New(fmt.Errorf("quarantine: the table has a column %q already", name), "these are rows that were put aside before: mend them and remove the column")
		}
	}
	o.Keep = true
	if r, err = Check(ctx, t, s, o); err != nil {
		return nil, nil, nil, err
	}
	reasons := map[int64][]string{}
	for _, out := range r.Outcomes {
		if grave(out.Level) < grave(level) {
			continue
		}
		what := strings.TrimSpace(out.Column + " " + out.Kind + " " + out.Want)
		for _, row := range out.rows {
			reasons[row] = append(reasons[row], what)
		}
	}
	var in, aside []int
	for row := range int(t.NumRows()) {
		if reasons[int64(row)] == nil {
			in = append(in, row)
		} else {
			aside = append(aside, row)
		}
	}
	if good, err = dataset.Take(t, in); err == nil {
		good, err = Conform(good, s)
	}
	if err == nil {
		bad, err = dataset.Take(t, aside)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("quarantine: %w", err)
	}
	return good, explained(bad, aside, reasons), r, nil
}

// explained puts the two columns before those of the bad rows.
func explained(t arrow.Table, rows []int, reasons map[int64][]string) arrow.Table {
	at, why := array.NewInt64Builder(memory.DefaultAllocator), array.NewStringBuilder(memory.DefaultAllocator)
	for _, row := range rows {
		at.Append(int64(row) + 1)
		why.Append(strings.Join(reasons[int64(row)], "; "))
	}
	fields := []arrow.Field{{Name: RowColumn, Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: ReasonColumn, Type: arrow.BinaryTypes.String, Nullable: true}}
	columns := []arrow.Column{
		*arrow.NewColumn(fields[0], arrow.NewChunked(fields[0].Type, []arrow.Array{at.NewArray()})),
		*arrow.NewColumn(fields[1], arrow.NewChunked(fields[1].Type, []arrow.Array{why.NewArray()})),
	}
	for i := range int(t.NumCols()) {
		columns = append(columns, *t.Column(i))
	}
	return array.NewTable(arrow.NewSchema(append(fields, t.Schema().Fields()...), nil), columns, t.NumRows())
}

// Kept is what a quarantine registered. Without bad rows nothing is registered,
// and Good is the version that was looked at; where all are bad there is no Good.
type Kept struct {
	Good   tracker.DatasetVersion `json:"good"`
	Bad    tracker.DatasetVersion `json:"bad"`
	In     int64                  `json:"rows_in"`
	Result *Result                `json:"result"`
}

// Quarantine parts the rows of t by the schema v and registers the good ones as
// the next version of name, the bad ones under name with Suffix. from is what t
// came from, a file or a dataset's version: an edge leads from it to each.
func Quarantine(ctx context.Context, store tracker.Store, name string, t arrow.Table, from tracker.Node, v *Version, level Level) (Kept, error) {
	good, bad, r, err := Part(ctx, t, v.Schema, level, Options{Other: Of(store)})
	if err != nil {
		return Kept{}, err
	}
	r.Dataset, r.Schema = name, v.Ref()
	k := Kept{In: t.NumRows(), Result: r}
	if bad.NumRows() == 0 && from.Kind == tracker.KindDataset {
		k.Good, err = store.Dataset(ctx, from.ID)
		return k, err
	}
	params := map[string]string{"schema": strconv.Itoa(v.Version), "level": string(level)}
	keep := func(name, part string, t arrow.Table, columns map[string][]string) (tracker.DatasetVersion, error) {
		d, err := dataset.Register(ctx, store, name, t, "")
		if err != nil {
			return d, err
		}
		how := map[string]string{"part": part}
		for k, v := range params {
			how[k] = v
		}
		err = store.AddEdges(ctx, tracker.Edge{From: from, To: dataset.Node(d), Role: "quarantine", Time: d.Created,
			Transform: &tracker.Transform{Step: "quarantine", Params: how, RowsIn: k.In, RowsOut: t.NumRows(), Columns: columns}})
		return d, err
	}
	if bad.NumRows() > 0 {
		if k.Bad, err = keep(name+Suffix, "bad", bad, map[string][]string{RowColumn: {}, ReasonColumn: dataset.ColumnNames(t)}); err != nil {
			return k, fmt.Errorf("quarantine %s: %w", name, err)
		}
	}
	if good.NumRows() > 0 {
		if k.Good, err = keep(name, "good", good, nil); err != nil {
			return k, fmt.Errorf("quarantine %s: %w", name, err)
		}
	}
	return k, nil
}
