package schema

import (
	"context"

	"github.com/apache/arrow/go/v17/arrow"
	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/tracker"
)

// A Rule is one kind of expectation with its bounds: a value of one of the types
// that Kinds lists.
type Rule interface {
	// Kind is the rule's word in the YAML.
	Kind() string
	// String is what is wanted, for a person: "8 to 15".
	String() string

	// write is the rule in the YAML, in its short form where it has one.
	write() *yaml.Node
	// start makes what checks one stream of columns of these types. An error says
	// why such columns cannot be checked.
	start(o *opener, types []arrow.DataType) (state, error)
}

type (
	// A state is a rule at work on one stream.
	state interface {
		// batch looks at the rows of one batch and reports those that fail.
		batch(b *batch)
		// end settles an outcome that depends on the whole stream.
		end(o *Outcome)
	}

	// A batch is some rows of the columns that a rule is about.
	batch struct {
		arrays []arrow.Array // of the types that start was given
		raw    arrow.Array   // the first of them as it came
		rows   int
		base   int64                           // rows of the stream before these
		fail   func(i int, note func() string) // note, which may be nil, is asked of the first few
	}

	// rowState is the part of a state that looks at each row by itself.
	rowState struct{}

	// An opener gives rules what they need from outside.
	opener struct {
		ctx    context.Context
		other  Other
		column string // the rule's first
		door   bool   // many goroutines use a state at once
	}

	// An Other opens a column of another dataset, or of another version.
	Other func(ctx context.Context, ref, column string) (*arrow.Chunked, tracker.DatasetVersion, error)
)

func (rowState) end(*Outcome) {}

// A Kind describes one kind of rule.
type Kind struct {
	Name  string // in the YAML
	Short string
	Rows  bool // each row is judged by itself, so that a bad one can be kept aside
	read  func(r *reader, n *yaml.Node) Rule
}

// Kinds are the kinds of rule that a column can have, in the order in which they
// are written.
func Kinds() []Kind {
	return []Kind{
		{"type", "int64, float64, bool, string, date or timestamp", true, readType},
		{"missing", "the largest share of missing values, NaN among them", true, readMissing},
		{"range", "the least and the largest number or time", true, readRange},
		{"set", "the values there are", true, readSet},
		{"pattern", "a regular expression (RE2) that the whole text matches", true, readPattern},
		{"length", "the least and the largest number of characters", true, readLength},
		{"unique", "no value twice", true, readUnique},
		{"order", "from row to row: increasing, strictly decreasing, ...", true, readOrder},
		{"foreign", "each value is one of a column of another dataset", true, readForeign},
		{"distance", "how far the distribution may be from another version's", false, readDistance},
	}
}

// TableKinds are the kinds of rule that a table as a whole can have.
func TableKinds() []Kind {
	return []Kind{
		{"rows", "the least and the largest number of rows", false, readRows},
		{"unique", "no values of these columns together twice", true, nil},
	}
}

func kindNames(kinds []Kind) []string {
	var list []string
	for _, k := range kinds {
		list = append(list, k.Name)
	}
	return list
}
