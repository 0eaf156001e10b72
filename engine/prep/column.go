package prep

import (
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// kindOf says how a column of an Arrow type is treated.
func kindOf(t arrow.DataType) (Kind, bool) {
	switch t.ID() {
	case arrow.BOOL:
		return Bool, true
	case arrow.STRING, arrow.LARGE_STRING:
		return Category, true
	case arrow.DICTIONARY:
		return kindOf(t.(*arrow.DictionaryType).ValueType)
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64,
		arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64, arrow.NULL, arrow.DATE32, arrow.DATE64, arrow.TIMESTAMP:
		return Number, true
	}
	return "", false
}

// IsInteger tells whether a column holds whole numbers by its type.
func IsInteger(t arrow.DataType) bool { return arrow.IsInteger(t.ID()) }

// KindOf is how a column of this Arrow type is treated; false when it is not
// one that a model can read.
func KindOf(t arrow.DataType) (Kind, bool) { return kindOf(t) }

// Numbers reads a numeric or boolean column. Null, NaN and the infinities are NaN.
func Numbers(c *arrow.Column) ([]float64, error) {
	out := make([]float64, 0, c.Len())
	for _, chunk := range c.Data().Chunks() {
		at, err := number(chunk)
		if err != nil {
			return nil, fmt.Errorf("read column %q: %w", c.Name(), err)
		}
		for i := range chunk.Len() {
			v := math.NaN()
			if !chunk.IsNull(i) {
				if v = at(i); math.IsInf(v, 0) {
					v = math.NaN()
				}
			}
			out = append(out, v)
		}
	}
	return out, nil
}

func number(chunk arrow.Array) (func(i int) float64, error) {
	switch a := chunk.(type) {
	case *array.Float64:
		return a.Value, nil
	case *array.Float32:
		return func(i int) float64 { return float64(a.Value(i)) }, nil
	case *array.Float16:
		return func(i int) float64 { return float64(a.Value(i).Float32()) }, nil
	case *array.Boolean:
		return func(i int) float64 {
			if a.Value(i) {
				return 1
			}
			return 0
		}, nil
	case *array.Null:
		return func(int) float64 { return math.NaN() }, nil
	case *array.Dictionary:
		at, err := number(a.Dictionary())
		return func(i int) float64 { return at(a.GetValueIndex(i)) }, err
	}
	if at := integer(chunk); at != nil {
		return at, nil
	}
	return nil, fmt.Errorf("%s is not numeric", chunk.DataType())
}

func integer(chunk arrow.Array) func(i int) float64 {
	switch a := chunk.(type) {
	case *array.Int64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int16:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Int8:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint16:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Uint8:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Date32:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Date64:
		return func(i int) float64 { return float64(a.Value(i)) }
	case *array.Timestamp:
		return func(i int) float64 { return float64(a.Value(i)) }
	}
	return nil
}

// Texts reads a string column; missing tells which rows are null.
func Texts(c *arrow.Column) (values []string, missing []bool, err error) {
	values, missing = make([]string, 0, c.Len()), make([]bool, 0, c.Len())
	for _, chunk := range c.Data().Chunks() {
		at := text(chunk)
		if at == nil {
			return nil, nil, fmt.Errorf("read column %q: %s is not text", c.Name(), chunk.DataType())
		}
		for i := range chunk.Len() {
			null := chunk.IsNull(i)
			missing = append(missing, null)
			if null {
				values = append(values, "")
				continue
			}
			values = append(values, at(i))
		}
	}
	return values, missing, nil
}

func text(chunk arrow.Array) func(i int) string {
	switch a := chunk.(type) {
	case *array.String:
		return a.Value
	case *array.LargeString:
		return a.Value
	case *array.Null:
		return func(int) string { return "" }
	case *array.Dictionary:
		if at := text(a.Dictionary()); at != nil {
			return func(i int) string { return at(a.GetValueIndex(i)) }
		}
	}
	return nil
}
