package export

import (
	"io"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// A row group ends after so many rows or bytes of text.
const (
	groupRows  = 1 << 17
	groupBytes = 64 << 20
)

var arrowTypes = map[kind]arrow.DataType{
	text: arrow.BinaryTypes.String, integer: arrow.PrimitiveTypes.Int64, float: arrow.PrimitiveTypes.Float64,
	boolean: arrow.FixedWidthTypes.Boolean, moment: arrow.FixedWidthTypes.Timestamp_ns, // in UTC
}

type parquetSink struct {
	w           *pqarrow.FileWriter
	b           *array.RecordBuilder
	rows, bytes int
}

func newParquet(w io.Writer, columns []column) (sink, error) {
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c.name, Type: arrowTypes[c.kind], Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithCreatedBy("cellar"), parquet.WithMaxRowGroupLength(groupRows))
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return nil, err
	}
	return &parquetSink{w: fw, b: array.NewRecordBuilder(memory.DefaultAllocator, schema)}, nil
}

func (s *parquetSink) write(row ...any) error {
	for i, v := range row {
		switch x := v.(type) {
		case string:
			s.b.Field(i).(*array.StringBuilder).Append(x)
			s.bytes += len(x)
		case int64:
			s.b.Field(i).(*array.Int64Builder).Append(x)
		case float64:
			s.b.Field(i).(*array.Float64Builder).Append(x)
		case bool:
			s.b.Field(i).(*array.BooleanBuilder).Append(x)
		case time.Time:
			if x.IsZero() {
				s.b.Field(i).AppendNull()
			} else {
				s.b.Field(i).(*array.TimestampBuilder).Append(arrow.Timestamp(x.UnixNano()))
			}
		default:
			s.b.Field(i).AppendNull()
		}
	}
	if s.rows++; s.rows < groupRows && s.bytes < groupBytes {
		return nil
	}
	return s.flush()
}

// flush writes a row group.
func (s *parquetSink) flush() error {
	if s.rows == 0 {
		return nil
	}
	s.rows, s.bytes = 0, 0
	rec := s.b.NewRecord()
	defer rec.Release()
	return s.w.Write(rec)
}

func (s *parquetSink) close() error {
	if err := s.flush(); err != nil {
		return err
	}
	s.b.Release()
	return s.w.Close()
}
