package source

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"github.com/cellar-ml/cellar/internal/hint"
)

// openPostgres reads postgres://…/db#table, #schema.table or #(select …) in one
// read-only transaction.
func openPostgres(ctx context.Context, j *job, ref string) (array.RecordReader, error) {
	u, table, _ := strings.Cut(ref, "#")
	if t, err := url.PathUnescape(table); err == nil {
		table = t
	}
	if table == "" {
		table = j.Table
	}
	db, err := sql.Open("pgx", u)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Redact(u), withoutURL(err))
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		db.Close()
		return nil, hint.New(fmt.Errorf("read %s: %w", Redact(u), withoutURL(err)), "is the server up, and are user, password and database right?")
	}
	done := func() { _ = tx.Rollback(); db.Close() } // nothing was written
	r, err := j.readPostgres(ctx, tx, u, table, done)
	if err != nil {
		done()
		return nil, err
	}
	return j.cast(ctx, ref, r)
}

// withoutURL drops the text of a connection error that repeats the address.
func withoutURL(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("not a PostgreSQL address")
	}
	return err
}

func (j *job) readPostgres(ctx context.Context, tx *sql.Tx, u, table string, done func()) (array.RecordReader, error) {
	tables, err := names(ctx, tx, `SELECT CASE table_schema WHEN 'public' THEN table_name ELSE table_schema || '.' || table_name END
		FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Redact(u), err)
	}
	if table, err = only(u, table, tables); err != nil {
		return nil, err
	}
	from := pgx.Identifier(strings.Split(table, ".")).Sanitize()
	if strings.HasPrefix(table, "(") {
		from = table + " AS q"
	}
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+from)
	if err != nil {
		return nil, hint.New(fmt.Errorf("read %s: %s: %w", Redact(u), table, err), "there are "+strings.Join(tables[:min(20, len(tables))], ", "))
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		rows.Close()
		return nil, fmt.Errorf("read %s: %w", Redact(u), err)
	}
	fields := make([]arrow.Field, len(types))
	for i, t := range types {
		fields[i] = arrow.Field{Name: t.Name(), Type: postgresType(t.DatabaseTypeName()), Nullable: true}
	}
	return j.readRows(u+"#"+table, rows, fields, 0, done), nil
}

// postgresType: what is not in the table is text, as PostgreSQL writes it.
func postgresType(name string) arrow.DataType {
	switch name {
	case "INT2", "INT4", "INT8":
		return arrow.PrimitiveTypes.Int64
	case "FLOAT4", "FLOAT8", "NUMERIC":
		return arrow.PrimitiveTypes.Float64
	case "BOOL":
		return arrow.FixedWidthTypes.Boolean
	case "DATE":
		return arrow.FixedWidthTypes.Date32
	case "TIMESTAMP":
		return local
	case "TIMESTAMPTZ":
		return zoned
	case "BYTEA":
		return arrow.BinaryTypes.Binary
	}
	return arrow.BinaryTypes.String
}
