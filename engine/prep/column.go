package prep

import (
	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset/recipe"
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
func Numbers(c *arrow.Column) ([]float64, error) { return recipe.Numbers(c) }

// Texts reads a string column; missing tells which rows are null.
func Texts(c *arrow.Column) (values []string, missing []bool, err error) { return recipe.Texts(c) }
