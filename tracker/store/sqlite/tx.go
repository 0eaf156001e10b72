package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"
)

// A tx is a transaction with its context, so that the queries below stay short.
type tx struct {
	*sql.Tx
	ctx  context.Context
	conn *sql.Conn
}

func begin(ctx context.Context, conn *sql.Conn, o *sql.TxOptions) (*tx, error) {
	t, err := conn.BeginTx(ctx, o)
	return &tx{t, ctx, conn}, err
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// insert runs a statement and returns the id of its row.
func (t *tx) insert(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// one scans the single row of a query into dest; false when there is none.
func (t *tx) one(dest []any, query string, args ...any) (bool, error) {
	err := t.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls f for every row of a query.
func (t *tx) each(f func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// raw is each for long results: it passes by database/sql, which costs as much
// as the reading. The row is used again for the next.
func (t *tx) raw(columns int, f func(row []driver.Value) error, query string, args ...any) error {
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return t.conn.Raw(func(c any) error {
		rows, err := c.(driver.QueryerContext).QueryContext(t.ctx, query, named)
		if err != nil {
			return err
		}
		return drain(rows, make([]driver.Value, columns), f)
	})
}

// nanos is how a time lies in the store; the zero time is NULL.
func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// moment is the reverse of nanos.
func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}

// A when scans a time that is never NULL.
type when struct{ t *time.Time }

func (w when) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return errors.New("time is not an integer")
	}
	*w.t = time.Unix(0, n).UTC()
	return nil
}
