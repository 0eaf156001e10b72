// Package dataset holds tables: it reads them from files, says what is in
// them, splits them, and keeps them as versions in a tracker. A table is an
// arrow.Table of flat columns; what comes out of Read and Open has columns of
// int64, float64, bool, utf8, date32 and timestamp[us] wherever the file's own
// types fit one of these.
//
// It does not know models, runs or notebooks: what a column means to a model
// (a feature, a target, a category) is the engine's business.
package dataset

import (
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// ColumnIndex is the place of the column that is called name. The error for an
// unknown name lists the columns, and hints at the nearest.
func ColumnIndex(t arrow.Table, name string) (int, error) {
	names := ColumnNames(t)
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	err := fmt.Errorf("column %q: not in the table, which has %s", name, strings.Join(clip(names, 20), ", "))
	if close := nearest.Of(name, names, 3); len(close) > 0 {
		return 0, hint.New(err, "did you mean "+strings.Join(close, " or ")+"?")
	}
	return 0, err
}

// ColumnNames are the names of t's columns, in order.
func ColumnNames(t arrow.Table) []string {
	fields := t.Schema().Fields()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// clip returns at most max of words, and says how many more there are.
func clip(words []string, max int) []string {
	if len(words) <= max {
		return words
	}
	return append(words[:max:max], fmt.Sprintf("and %d more", len(words)-max))
}
