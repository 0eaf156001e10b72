package source

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	_ "github.com/mattn/go-sqlite3" // the driver

	"github.com/cellar-ml/cellar/internal/hint"
)

// isSQLite goes by the file's first bytes, and by the name of one that is packed.
func isSQLite(ref string) bool {
	path, _ := cutTable(ref)
	if bytes.HasPrefix(head(path, 16), []byte("SQLite format 3\x00")) {
		return true
	}
	ext := filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(path), ".gz"), ".zst"))
	return isFile(path) && (ext == ".sqlite" || ext == ".sqlite3" || ext == ".db")
}

func openSQLite(ctx context.Context, j *job, ref string) (array.RecordReader, error) {
	path, table := cutTable(ref)
	if table == "" {
		table = j.Table
	}
	path, err := j.unpacked(path)
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", Path: abs, RawQuery: "mode=ro&_query_only=1"}).String())
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	// One transaction sees one state, however others write meanwhile.
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		db.Close()
		return nil, damaged(fmt.Errorf("read %s: %w", path, err))
	}
	done := func() { _ = tx.Rollback(); db.Close() } // nothing was written
	r, err := j.readSQLite(ctx, tx, path, table, done)
	if err != nil {
		done()
		return nil, damaged(err)
	}
	return j.cast(ctx, ref, r)
}

func damaged(err error) error {
	if strings.Contains(err.Error(), "not a database") || strings.Contains(err.Error(), "malformed") {
		return hint.New(err, "the file is no SQLite database, or a damaged one")
	}
	return err
}

func (j *job) readSQLite(ctx context.Context, tx *sql.Tx, path, table string, done func()) (array.RecordReader, error) {
	tables, err := names(ctx, tx, `SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if table, err = only(path, table, tables); err != nil {
		return nil, err
	}
	if !slices.Contains(tables, table) {
		return nil, hint.New(fmt.Errorf("read %s: no table %q", path, table), "there are "+strings.Join(tables, ", "))
	}
	fields, total, err := sqliteFields(ctx, tx, table)
	if err != nil {
		return nil, fmt.Errorf("read %s: table %s: %w", path, table, err)
	}
	var exprs []string
	for _, f := range fields {
		// An expression has no declared type, by which the driver would make dates of
		// texts and lose those that are none.
		exprs = append(exprs, "coalesce("+identifier(f.Name)+", NULL)")
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+identifier(table))
	if err != nil {
		return nil, fmt.Errorf("read %s: table %s: %w", path, table, err)
	}
	return j.readRows(path+"#"+table, rows, fields, total, done), nil
}

func names(ctx context.Context, tx *sql.Tx, q string, args ...any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// sqliteFields looks at every value, since a column of SQLite may hold any.
func sqliteFields(ctx context.Context, tx *sql.Tx, table string) ([]arrow.Field, int64, error) {
	columns, err := names(ctx, tx, "SELECT name FROM pragma_table_info(?) ORDER BY cid", table)
	if err != nil {
		return nil, 0, err
	}
	declared, err := names(ctx, tx, "SELECT type FROM pragma_table_info(?) ORDER BY cid", table)
	if err != nil {
		return nil, 0, err
	}
	var fields []arrow.Field
	var total int64
	const together = 250 // of the 2,000 results that a query may have
	for i := 0; i < len(columns); i += together {
		part := columns[i:min(i+together, len(columns))]
		var exprs []string
		for _, c := range part {
			c = identifier(c)
			for _, e := range []string{"max(typeof(%s) = 'integer')", "max(typeof(%s) = 'real')", "max(typeof(%s) = 'text')", "max(typeof(%s) = 'blob')",
				"min(%[1]s IS NULL OR date(%[1]s) IS %[1]s)", "min(%[1]s IS NULL OR datetime(%[1]s) IS %[1]s)", "min(%[1]s IS NULL OR %[1]s IN (0, 1))"} {
				exprs = append(exprs, fmt.Sprintf(e, c))
			}
		}
		seen, into := make([]sql.NullInt64, len(exprs)), []any{&total}
		for k := range seen {
			into = append(into, &seen[k])
		}
		q := "SELECT count(*), " + strings.Join(exprs, ", ") + " FROM " + identifier(table)
		if err := tx.QueryRowContext(ctx, q).Scan(into...); err != nil {
			return nil, 0, err
		}
		for k, c := range part {
			fields = append(fields, arrow.Field{Name: c, Type: sqliteType(declared[i+k], seen[7*k:7*k+7]), Nullable: true})
		}
	}
	return fields, total, nil
}

func sqliteType(declared string, seen []sql.NullInt64) arrow.DataType {
	is := func(i int) bool { return seen[i].Int64 == 1 }
	integer, real, text, blob := is(0), is(1), is(2), is(3)
	declared = strings.ToUpper(declared)
	switch {
	case blob && !integer && !real && !text:
		return arrow.BinaryTypes.Binary
	case text && !integer && !real && !blob && is(4):
		return arrow.FixedWidthTypes.Date32
	case text && !integer && !real && !blob && is(5):
		return local
	case text || blob:
		return arrow.BinaryTypes.String
	case real:
		return arrow.PrimitiveTypes.Float64
	case integer && is(6) && strings.HasPrefix(declared, "BOOL"):
		return arrow.FixedWidthTypes.Boolean
	case integer || strings.Contains(declared, "INT"):
		return arrow.PrimitiveTypes.Int64
	case strings.Contains(declared, "REAL"), strings.Contains(declared, "FLOA"), strings.Contains(declared, "DOUB"):
		return arrow.PrimitiveTypes.Float64
	}
	return arrow.BinaryTypes.String
}
