package sqlite

import (
	"context"
	"database/sql"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/tracker"
)

// headLength is how many characters of a value the indexes hold: values have no
// bound on their length, and so many are enough to find by.
const headLength = 64

// paramHead is what a filter compares a parameter by, from its JSON: the
// beginning of its text, and its number. Each is nil where there is none.
func paramHead(data []byte) (head, number any, err error) {
	v, err := tracker.DecodeParam(data)
	if err != nil || v == nil {
		return nil, nil, err
	}
	text, n, is := tracker.ParamText(v)
	return cut(text), numberOf(n, is), nil
}

func tagHead(value string) (head, number any) {
	_, n, is := tracker.ParamText(value)
	return cut(value), numberOf(n, is)
}

func numberOf(n float64, is bool) any {
	if !is {
		return nil
	}
	return bits(n)
}

// cut is the beginning of a text.
func cut(s string) string {
	at := 0
	for range headLength {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at]
}

// fills are what a migration cannot say in SQL, by its number; each is in the
// transaction of the migration.
var fills = map[int]func(context.Context, *sql.Tx) error{2: fillHeads}

// A headed is a row of params or tags.
type headed struct {
	run          int64
	name         string
	head, number any
}

// fillHeads sets head and number in rows from before there were any. It takes
// the rows in parts, so that a large store needs little memory.
func fillHeads(ctx context.Context, t *sql.Tx) error {
	for _, table := range []string{"params", "tags"} {
		var last headed
		for {
			rows, err := headless(ctx, t, table, last)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				if _, err := t.ExecContext(ctx, "UPDATE "+table+" SET head = ?, number = ? WHERE run = ? AND name = ?", r.head, r.number, r.run, r.name); err != nil {
					return err
				}
			}
			last = rows[len(rows)-1]
		}
	}
	return nil
}

// headless reads the next rows after one.
func headless(ctx context.Context, t *sql.Tx, table string, after headed) ([]headed, error) {
	rows, err := t.QueryContext(ctx, "SELECT run, name, value FROM "+table+" WHERE (run, name) > (?, ?) ORDER BY run, name LIMIT 5000", after.run, after.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []headed
	for rows.Next() {
		var r headed
		var value string
		if err := rows.Scan(&r.run, &r.name, &value); err != nil {
			return nil, err
		}
		if table == "tags" {
			r.head, r.number = tagHead(value)
		} else if r.head, r.number, err = paramHead([]byte(value)); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
