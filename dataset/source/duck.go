package source

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

// memoryLimit is what DuckDB keeps before it writes to disk; its process takes
// some more.
const memoryLimit = "1GB"

// duck opens a DuckDB in memory whose spill lies in dir. It loads nothing from
// the network.
func duck(ctx context.Context, dir string) (*sql.Conn, func(), error) {
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, nil, fmt.Errorf("start DuckDB: %w", err)
	}
	db := sql.OpenDB(c)
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, nil, fmt.Errorf("start DuckDB: %w", err)
	}
	for _, s := range []string{
		"SET memory_limit = '" + memoryLimit + "'", "SET temp_directory = " + literal(dir), "SET preserve_insertion_order = true",
		"SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false", "SET TimeZone = 'UTC'",
	} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			conn.Close()
			db.Close()
			return nil, nil, fmt.Errorf("start DuckDB: %s: %w", s, err)
		}
	}
	return conn, func() { conn.Close(); db.Close() }, nil
}

func literal(s string) string    { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
func identifier(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// An output is a column of a query.
type output struct{ name, typ string }

func outputs(ctx context.Context, conn *sql.Conn, query string) ([]output, error) {
	rows, err := conn.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE "+query+"\n)")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []output
	for rows.Next() {
		var o output
		if err := rows.Scan(&o.name, &o.typ); err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// flat is the expression that makes a column of one of our types of a column of
// DuckDB's: decimals and the widest integers are float64 unless whole says that
// they are to be int64, and what has parts is JSON text.
func (o output) flat(whole bool) string {
	c := identifier(o.name)
	cast := func(to string) string { return fmt.Sprintf("CAST(%s AS %s) AS %s", c, to, c) }
	base, _, _ := strings.Cut(o.typ, "(")
	nested := strings.HasSuffix(o.typ, "]")
	switch {
	case o.typ == "JSON": // of several types: text as it is, without its quotes
		return fmt.Sprintf("json_extract_string(%s, '$') AS %s", c, c)
	case nested, base == "STRUCT", base == "MAP", base == "UNION", base == "VARIANT":
		return fmt.Sprintf("CAST(to_json(%s) AS VARCHAR) AS %s", c, c)
	}
	switch base {
	case "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER":
		return cast("BIGINT")
	case "HUGEINT", "UHUGEINT", "UBIGINT":
		if whole {
			return cast("BIGINT")
		}
		return cast("DOUBLE")
	case "DECIMAL", "FLOAT", "BIGNUM":
		return cast("DOUBLE")
	case "BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "BLOB", "TIMESTAMP_NS":
		return c
	case "TIMESTAMP_S", "TIMESTAMP_MS":
		return cast("TIMESTAMP")
	}
	return cast("VARCHAR")
}

// types of ColumnOptions as DuckDB's.
var duckTypes = map[string]string{"int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "string": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP"}

// query writes the result of q to a Parquet file in dir and reads it.
func query(ctx context.Context, conn *sql.Conn, dir, q string, asked map[string]dataset.ColumnOptions) (array.RecordReader, error) {
	list, err := outputs(ctx, conn, q)
	if err != nil {
		return nil, err
	}
	if err := checkOutputs(list, asked); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "result-*.parquet")
	if err != nil {
		return nil, err
	}
	path := f.Name()
	if err := f.Close(); err != nil {
		return nil, err
	}
	for _, whole := range []bool{true, false} {
		var columns []string
		for _, o := range list {
			expr := o.flat(whole)
			if t := asked[o.name].Type; t != "" {
				expr = fmt.Sprintf("CAST(%s AS %s) AS %s", identifier(o.name), duckTypes[t], identifier(o.name))
			}
			columns = append(columns, expr)
		}
		copying := "COPY (SELECT " + strings.Join(columns, ", ") + " FROM (" + q + "\n)) TO " + literal(path) + " (FORMAT parquet, ROW_GROUP_SIZE 262144)"
		_, err = conn.ExecContext(ctx, copying)
		if err == nil || !strings.Contains(err.Error(), "INT64") && !strings.Contains(err.Error(), "out of range for the destination type") {
			break
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	return dataset.ReadStream(ctx, path, dataset.ReadOptions{Format: "parquet"}, nil)
}

func checkOutputs(list []output, asked map[string]dataset.ColumnOptions) error {
	seen := map[string]bool{}
	var names []string
	for i, o := range list {
		if seen[o.name] {
			return hint.New(fmt.Errorf("column %d is named %q, as another is", i+1, o.name), "rename one: ... AS name")
		}
		seen[o.name] = true
		names = append(names, o.name)
	}
	for c, o := range asked {
		if !seen[c] {
			return hint.New(fmt.Errorf("column %q has options and is not there", c), "the columns are "+strings.Join(names, ", "))
		}
		if o.Type != "" && duckTypes[o.Type] == "" {
			return hint.New(fmt.Errorf("column %q: unknown type %q", c, o.Type), "types are int64, float64, bool, string, date and timestamp")
		}
	}
	return nil
}

// cast gives the columns of r the types that were asked for. It takes r over.
func (j *job) cast(ctx context.Context, ref string, r array.RecordReader) (array.RecordReader, error) {
	if len(j.Columns) == 0 {
		return r, nil
	}
	path := filepath.Join(j.temp, "cast.parquet")
	if err := writeParquet(ctx, path, r); err != nil {
		return nil, err
	}
	return j.select1(ctx, ref, "SELECT * FROM read_parquet("+literal(path)+")")
}

// select1 runs one query in a DuckDB of its own.
func (j *job) select1(ctx context.Context, ref, q string) (array.RecordReader, error) {
	conn, done, err := duck(ctx, j.temp)
	if err != nil {
		return nil, err
	}
	defer done()
	r, err := query(ctx, conn, j.temp, q, j.Columns)
	if err != nil {
		return nil, wrong(fmt.Errorf("read %s: %w", Redact(ref), plain(err)), err)
	}
	return r, nil
}

// writeParquet writes r to a file and releases it.
func writeParquet(ctx context.Context, path string, r array.RecordReader) error {
	defer r.Release()
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err = dataset.WriteParquetStream(ctx, f, r); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// plain is DuckDB's error without what only its own interface can use.
func plain(err error) error {
	text, _, _ := strings.Cut(err.Error(), "\nPossible ")
	text, _, _ = strings.Cut(text, "\nTry ")
	if strings.Contains(text, "(DESCRIBE ") || strings.Contains(text, "COPY (") { // a place in our text, not in the person's
		text, _, _ = strings.Cut(text, "\n\nLINE ")
	}
	return plainError{strings.TrimSpace(text), err}
}

type plainError struct {
	text string
	err  error
}

func (e plainError) Error() string { return e.text }
func (e plainError) Unwrap() error { return e.err }

// wrong adds what a person can do about some of DuckDB's errors.
func wrong(shown, err error) error {
	if hint.Of(shown) != "" {
		return shown
	}
	switch text := err.Error(); {
	case strings.Contains(text, "Out of Memory"):
		return hint.New(shown, "the query needs more than "+memoryLimit+": group by fewer or shorter values, filter earlier, or sum up in two steps")
	case strings.Contains(text, "Conversion Error"), strings.Contains(text, "Could not convert"):
		return hint.New(shown, "try_cast(column AS type) makes such values missing; a column's type can be given as string")
	case strings.Contains(text, "has duplicate key"):
		return hint.New(shown, "rename one of them in the file")
	case strings.Contains(text, "Malformed JSON"), strings.Contains(text, "malformed JSON"):
		return hint.New(shown, "mend the file there; it must be an array of objects, or one object a line")
	}
	return shown
}
