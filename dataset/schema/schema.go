// Package schema says what a dataset has to look like and checks that it does.
// A Schema is a list of expectations, each with a level. It is inferred from a
// good table, kept as YAML that a person edits, and versioned in a store under
// the dataset's name. Every expectation looks at every row it can: a value of
// the wrong type hides no fault of the others.
//
// It checks Arrow tables and streams; it does not know models, runs or
// notebooks.
package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/dataset"
)

// A Level says what a failed expectation means.
type Level string

// The levels, the gravest first.
const (
	Error   Level = "error"   // the step stops
	Warning Level = "warning" // the step goes on and says so
	Info    Level = "info"    // it is counted
)

// Levels are all levels, the gravest first.
func Levels() []Level { return []Level{Error, Warning, Info} }

// Allow, in place of a level, expects nothing.
const Allow Level = "allow"

// grave orders levels: the gravest is the largest.
func grave(l Level) int { return len(Levels()) - slices.Index(Levels(), l) }

type (
	// A Schema is what is expected of a dataset. Its zero value expects nothing
	// but that columns have names of their own.
	Schema struct {
		Dataset string // the name it is for; may be ""
		Note    string // a comment at the head of the YAML
		Table   []Expectation
		Columns []Column
		// Other is the level of columns that are not named; "" is Allow.
		Other Level
	}

	// A Column is what is expected of one column. Its expectations are checked
	// on the values that are there: missing ones are for Missing alone.
	Column struct {
		Name   string
		Absent Level // of a table without the column; "" is Error
		Expect []Expectation
	}

	// An Expectation is a rule and how grave it is to break it.
	Expectation struct {
		Rule  Rule
		Level Level  // "" is Error
		Note  string // why: a comment in the YAML
	}
)

func (e Expectation) level() Level {
	if e.Level == "" {
		return Error
	}
	return e.Level
}

// Column is the column with a name, or nil.
func (s *Schema) Column(name string) *Column {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}

// typed is the type that the column is expected to have; "" for none.
func (c *Column) typed() string {
	for _, e := range c.Expect {
		if t, ok := e.Rule.(Type); ok {
			return t.Name
		}
	}
	return ""
}

// ReadOptions are the types of the columns, for dataset.Read: a file whose values
// all fit is then read as the schema says, and not as its values look.
func (s *Schema) ReadOptions() map[string]dataset.ColumnOptions {
	out := map[string]dataset.ColumnOptions{}
	for _, c := range s.Columns {
		if t := c.typed(); slices.Contains(dataset.Types(), t) {
			out[c.Name] = dataset.ColumnOptions{Type: t}
		}
	}
	return out
}

// Count is how many things the schema expects.
func (s *Schema) Count() int {
	n := len(s.Table)
	for _, c := range s.Columns {
		n += len(c.Expect)
	}
	return n
}

func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// grouped writes n with commas between thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func clip(words []string, max int) string {
	if len(words) > max {
		words = append(words[:max:max], fmt.Sprintf("and %d more", len(words)-max))
	}
	return strings.Join(words, ", ")
}
