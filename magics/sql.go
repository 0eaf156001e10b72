package magics

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
)

var sqlMagic = Magic{
	Name:  "sql",
	Usage: "QUERY",
	Short: "Query datasets, files, URLs and databases in SQL",
	Long: "The query is in DuckDB's SQL. A table is a registered dataset (penguins is its newest version, penguins@v2 the second), or, in quotes, " +
		"what dataset load takes: 'data/*.csv', 'https://host/x.parquet', 's3://bucket/key', 'shop.db#orders', 'postgres://host/db#orders'. " +
		"With --name the result is a version of a dataset too, with an edge from each table that it came from.",
	Examples: []string{
		"t := %%sql\nselect species, avg(body_mass_g) as mass\nfrom penguins@v2 group by species",
		"sql select count(*) from 'data/penguins.csv'",
		"%%sql --name heavy\nselect * from penguins where body_mass_g > 5000",
	},
	Raw:    true,
	Max:    -1,
	Body:   MayBody,
	Result: reflect.TypeFor[arrow.Table](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o sqlOptions
		fs.StringVar(&o.Name, "name", "", "`name` of a dataset to register the result as")
		fs.IntVar(&o.Rows, "rows", 10, "`n` rows to show")
		return o.run
	},
	Values: map[string]Completer{"name": datasetNames},
}

type sqlOptions struct {
	Name string
	Rows int
}

func (o *sqlOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if o.Rows < 0 {
		return Result{}, usagef("0 or more", "--rows %d: negative", o.Rows)
	}
	query := c.Rest
	if env.Session == nil && query == "" {
		query = strings.Join(c.Args, " ")
	}
	if c.Cell {
		query += "\n" + c.Body
	}
	bar := newBar(env, "sql")
	res, err := sources.SQL(ctx, env.Store, query, sources.Options{Progress: bar.show})
	bar.end(err)
	if err != nil {
		return Result{}, err
	}
	head, err := firstRows(res.Table, o.Rows)
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("%s, %s", counted(int(res.Table.NumRows()), "row"), counted(int(res.Table.NumCols()), "column"))
	r := Result{Value: res.Table}
	if o.Name != "" {
		store, err := env.Store(ctx)
		if err != nil {
			return Result{}, err
		}
		d, err := res.Register(ctx, store, o.Name, strings.TrimSpace(query))
		if err != nil {
			return Result{}, err
		}
		line, r.JSON = "dataset "+d.Ref()+": "+line, d
	}
	if n := head.NumRows(); n < res.Table.NumRows() {
		line += fmt.Sprintf("; the first %d:", n)
	}
	r.Show = show(display.Text(line), display.Of(head))
	return r, nil
}

func firstRows(t arrow.Table, n int) (arrow.Table, error) {
	rows := make([]int, min(n, int(t.NumRows())))
	for i := range rows {
		rows[i] = i
	}
	return dataset.Take(t, rows)
}
