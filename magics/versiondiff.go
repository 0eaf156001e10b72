package magics

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/display"
)

var versionDiff = Magic{
	Name:  "diff",
	Usage: "FROM TO",
	Short: "Compare two versions by columns, distributions and rows",
	Long: "A row is known by the values of its key columns, which every row has and no two rows share. Values that are missing in both are equal, " +
		"and so are NaNs.",
	Examples: []string{"version diff penguins@v1 penguins@v2", "version diff prices@v1 prices --key sku"},
	Min:      2,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[*dataset.Diff](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o dataset.DiffOptions
		fs.StringSliceVar(&o.Key, "key", nil, "`columns` whose values name a row")
		fs.IntVar(&o.Most, "rows", 20, "`n` rows of each kind to show")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			if o.Most < 1 {
				return Result{}, usagef("1 or more", "--rows %d", o.Most)
			}
			store, err := env.Store(ctx)
			if err != nil {
				return Result{}, err
			}
			d, err := dataset.DiffVersions(ctx, store, c.Args[0], c.Args[1], o)
			if err != nil {
				return Result{}, err
			}
			return Result{Value: d, Show: show(diffBundles(d)...)}, nil
		}
	},
}

func diffBundles(d *dataset.Diff) []display.Bundle {
	line := fmt.Sprintf("%s to %s: %s to %d", d.From, d.To, counted(int(d.RowsWas), "row"), d.Rows)
	if len(d.Key) > 0 {
		line += fmt.Sprintf("; by %s %d added, %d removed, %d changed", strings.Join(d.Key, ", "), d.Added, d.Removed, d.Changed)
	}
	columns := display.Table{Columns: []string{"column", "change", "type", "missing", "mean", "range", "rows"}, Limit: -1, Empty: "every column is the same"}
	for _, c := range d.Columns {
		if c.How == "same" && c.Rows == 0 {
			continue
		}
		row := []any{c.Name, c.How, arrow2(c.Type[0], c.Type[1]), nil, nil, nil, nil}
		if c.Was != nil {
			row[3] = arrow2(fmt.Sprint(c.Was.Missing), fmt.Sprint(c.Is.Missing))
			if c.Was.Numeric {
				row[4] = arrow2(fmt.Sprintf("%.4g", c.Was.Mean), fmt.Sprintf("%.4g", c.Is.Mean))
				row[5] = arrow2(fmt.Sprintf("%.4g..%.4g", c.Was.Min, c.Was.Max), fmt.Sprintf("%.4g..%.4g", c.Is.Min, c.Is.Max))
			}
		}
		if len(d.Key) > 0 {
			row[6] = c.Rows
		}
		columns.Rows = append(columns.Rows, row)
	}
	out := []display.Bundle{display.Text(line), columns.Display()}
	if len(d.Changes) == 0 {
		return out
	}
	rows := display.Table{Columns: append([]string{"row"}, append(append([]string{}, d.Key...), "column", "was", "is")...), Limit: -1,
		Note: "(null) is a missing value"}
	for _, r := range d.Changes {
		row := []any{r.How}
		for _, k := range r.Key {
			row = append(row, k)
		}
		if len(r.Cells) == 0 {
			rows.Rows = append(rows.Rows, row)
		}
		for _, c := range r.Cells {
			rows.Rows = append(rows.Rows, append(append([]any{}, row...), c.Column, c.Was, c.Is))
		}
	}
	return append(out, rows.Display())
}

// arrow2 is one value, or the two that it changed between.
func arrow2(was, is string) string {
	switch {
	case was == is || is == "":
		return was
	case was == "":
		return is
	}
	return was + " -> " + is
}
