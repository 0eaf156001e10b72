package source

import (
	"database/sql"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

var (
	local = &arrow.TimestampType{Unit: arrow.Microsecond}
	zoned = &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
)

// batch is the number of rows of a record that is read from a database.
const batch = 1 << 14

// readRows makes a reader of a database's rows. It calls done when it is released.
func (j *job) readRows(ref string, rows *sql.Rows, fields []arrow.Field, total int64, done func()) array.RecordReader {
	schema := arrow.NewSchema(fields, nil)
	values, into := make([]any, len(fields)), make([]any, len(fields))
	for i := range values {
		into[i] = &values[i]
	}
	var row int64
	ended := false
	next := func() (arrow.Record, error) {
		if ended {
			return nil, io.EOF
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for n := 0; n < batch; n++ {
			if !rows.Next() {
				ended = true
				break
			}
			row++
			if err := rows.Scan(into...); err != nil {
				return nil, fmt.Errorf("read %s: row %d: %w", Redact(ref), row, err)
			}
			for i, v := range values {
				if err := add(b.Field(i), v); err != nil {
					return nil, hint.New(fmt.Errorf("read %s: row %d: column %q: %w", Redact(ref), row, fields[i].Name, err), "give the column the type string")
				}
			}
		}
		if err := rows.Err(); err != nil {
			return nil, fmt.Errorf("read %s: after row %d: %w", Redact(ref), row, err)
		}
		j.progress(Progress{Phase: "read", Done: row, Total: total, Unit: "rows"})
		return b.NewRecord(), nil
	}
	return dataset.NewReader(schema, next, func() { rows.Close(); done() })
}

// add appends a value of a database driver.
func add(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(asText(v))
		return nil
	case *array.BinaryBuilder:
		if x, ok := v.([]byte); ok {
			b.Append(x)
			return nil
		}
		b.Append([]byte(asText(v)))
		return nil
	case *array.Int64Builder:
		if x, ok := v.(int64); ok {
			b.Append(x)
			return nil
		}
	case *array.Float64Builder:
		if x, ok := asFloat(v); ok {
			b.Append(x)
			return nil
		}
	case *array.BooleanBuilder:
		switch x := v.(type) {
		case bool:
			b.Append(x)
			return nil
		case int64:
			b.Append(x != 0)
			return nil
		}
	case *array.Date32Builder:
		if t, ok := asTime(v, "2006-01-02"); ok {
			b.Append(arrow.Date32FromTime(t))
			return nil
		}
	case *array.TimestampBuilder:
		if t, ok := asTime(v, "2006-01-02 15:04:05"); ok {
			b.Append(arrow.Timestamp(t.UnixMicro()))
			return nil
		}
	}
	return fmt.Errorf("%v (%T) is not %s", v, v, b.Type())
}

func asText(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case time.Time:
		return x.Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v)
}

func asFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case int64:
		return float64(x), true
	case string:
		f, err := strconv.ParseFloat(x, 64)
		return f, err == nil && !math.IsInf(f, 0) || err == nil && (x == "Infinity" || x == "-Infinity")
	}
	return 0, false
}

func asTime(v any, layout string) (time.Time, bool) {
	switch x := v.(type) {
	case time.Time:
		return x, true
	case string:
		t, err := time.Parse(layout, x)
		return t, err == nil
	}
	return time.Time{}, false
}

// only is the table that was named, or the database's only one.
func only(ref, named string, tables []string) (string, error) {
	if named != "" {
		return named, nil
	}
	switch len(tables) {
	case 1:
		return tables[0], nil
	case 0:
		return "", hint.New(fmt.Errorf("read %s: no table in it", Redact(ref)), "is it the right database?")
	}
	return "", hint.New(fmt.Errorf("read %s: which of its %d tables?", Redact(ref), len(tables)), fmt.Sprintf("write %s#%s; there are %v", Redact(ref), tables[0], tables[:min(20, len(tables))]))
}
