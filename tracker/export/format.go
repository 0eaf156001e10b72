package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// A kind is what a column holds.
type kind int

const (
	text kind = iota
	integer
	float
	boolean
	moment
)

type column struct {
	name string
	kind kind
}

// A sink takes the rows of one table. A value is nil, or of the column's kind:
// string, int64, float64, bool, time.Time (the zero time is none).
type sink interface {
	write(row ...any) error
	close() error
}

type format struct {
	ext  string
	open func(io.Writer, []column) (sink, error)
}

var formats = map[string]format{
	"parquet": {".parquet", newParquet},
	"json":    {".jsonl", newJSON},
	"csv":     {".csv", newCSV},
}

// Formats are the names of the formats.
func Formats() []string { return slices.Sorted(maps.Keys(formats)) }

// floatText is a float as text; what has no digits is NaN, Infinity or -Infinity,
// which pandas, DuckDB and Python's float read.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func timeText(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z07:00") }

// jsonSink writes a JSON object a line.
type jsonSink struct {
	w       *bufio.Writer
	columns []column
	keys    [][]byte
}

func newJSON(w io.Writer, columns []column) (sink, error) {
	s := &jsonSink{w: bufio.NewWriterSize(w, 1<<16), columns: columns}
	for i, c := range columns {
		key, err := json.Marshal(c.name)
		if err != nil {
			return nil, err
		}
		before := ","
		if i == 0 {
			before = "{"
		}
		s.keys = append(s.keys, append([]byte(before), append(key, ':')...))
	}
	return s, nil
}

func (s *jsonSink) write(row ...any) error {
	for i, v := range row {
		switch x := v.(type) {
		case float64:
			v = tracker.Number(x)
		case time.Time:
			v = timeText(x)
			if x.IsZero() {
				v = nil
			}
		}
		data, err := json.Marshal(v)
		if err != nil {
			return err
		}
		s.w.Write(s.keys[i])
		s.w.Write(data)
	}
	_, err := s.w.WriteString("}\n")
	return err
}

func (s *jsonSink) close() error { return s.w.Flush() }

// csvSink writes RFC 4180 with a line of names. Null and the empty text are alike.
type csvSink struct {
	w   *csv.Writer
	row []string
}

func newCSV(w io.Writer, columns []column) (sink, error) {
	s := &csvSink{w: csv.NewWriter(w)}
	for _, c := range columns {
		s.row = append(s.row, c.name)
	}
	return s, s.w.Write(s.row)
}

func (s *csvSink) write(row ...any) error {
	for i, v := range row {
		switch x := v.(type) {
		case nil:
			s.row[i] = ""
		case string:
			s.row[i] = x
		case int64:
			s.row[i] = strconv.FormatInt(x, 10)
		case float64:
			s.row[i] = floatText(x)
		case bool:
			s.row[i] = strconv.FormatBool(x)
		case time.Time:
			s.row[i] = ""
			if !x.IsZero() {
				s.row[i] = timeText(x)
			}
		}
	}
	return s.w.Write(s.row)
}

func (s *csvSink) close() error {
	s.w.Flush()
	return s.w.Error()
}
