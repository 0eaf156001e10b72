package recipe

import (
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// Numbers reads a numeric or boolean column. Null, NaN and the infinities are NaN.
func Numbers(c *arrow.Column) ([]float64, error) {
	out := make([]float64, 0, c.Len())
	for _, chunk := range c.Data().Chunks() {
		at, err := numberAt(chunk)
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

func numberAt(chunk arrow.Array) (func(i int) float64, error) {
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
		at, err := numberAt(a.Dictionary())
		return func(i int) float64 { return at(a.GetValueIndex(i)) }, err
	}
	if at := integerAt(chunk); at != nil {
		return at, nil
	}
	return nil, fmt.Errorf("%s is not numeric", chunk.DataType())
}

func integerAt(chunk arrow.Array) func(i int) float64 {
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
		at := textAt(chunk)
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

func textAt(chunk arrow.Array) func(i int) string {
	switch a := chunk.(type) {
	case *array.String:
		return a.Value
	case *array.LargeString:
		return a.Value
	case *array.Null:
		return func(int) string { return "" }
	case *array.Dictionary:
		if at := textAt(a.Dictionary()); at != nil {
			return func(i int) string { return at(a.GetValueIndex(i)) }
		}
	}
	return nil
}
