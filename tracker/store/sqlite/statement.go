package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
)

// A statement is a prepared statement of the driver, without database/sql.
type statement struct {
	driver.Stmt
	args []driver.NamedValue
}

func newStatement(c driver.Conn, text string) (*statement, error) {
	st, err := c.Prepare(text)
	if err != nil {
		return nil, err
	}
	if _, ok := st.(driver.StmtExecContext); !ok {
		return nil, fmt.Errorf("prepare %q: the driver's statements take no context", text)
	}
	return &statement{Stmt: st}, nil
}

func (s *statement) bind(args []driver.Value) []driver.NamedValue {
	s.args = s.args[:0]
	for i, a := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return s.args
}

func (s *statement) exec(args ...driver.Value) error {
	_, err := s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), s.bind(args))
	return err
}

// one reads the single row of a query; false when there is none.
func (s *statement) one(row []driver.Value, args ...driver.Value) (bool, error) {
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(context.Background(), s.bind(args))
	if err != nil {
		return false, err
	}
	defer rows.Close()
	switch err := rows.Next(row); err {
	case nil:
		return true, nil
	case io.EOF:
		return false, nil
	default:
		return false, err
	}
}

// each calls f with every row of a query; row is used for all of them.
func (s *statement) each(row []driver.Value, f func([]driver.Value) error, args ...driver.Value) error {
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(context.Background(), s.bind(args))
	if err != nil {
		return err
	}
	return drain(rows, row, f)
}

// drain calls f with every one of rows, which it reads into row, and closes them.
func drain(rows driver.Rows, row []driver.Value, f func([]driver.Value) error) error {
	defer rows.Close()
	for {
		if err := rows.Next(row); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
}

// text reads a TEXT column, which the driver gives in either form.
func text(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	s, _ := v.(string)
	return s
}
