// Package search is the language that finds runs: what a filter such as
// `metrics.auc > 0.9 and params.lr < 0.01 order by metrics.loss` means. It
// parses a filter and tests it on anything that can say what its fields hold;
// this is the reference that every store is held against. It knows no store.
//
// MLflow's filter strings mean here what they mean there. docs/adr/0066 says
// what was added and what differs.
package search

// A Query is a filter that was parsed: which runs, and in which order.
type Query struct {
	Where Expr  // nil: all
	Order []Key // empty: the store's own order, newest first
}

// An Expr is And, Or, Not or Compare. Every expression is true or false of a
// run: nothing is unknown, so that Not is plain.
type Expr interface {
	match(s Subject) bool
	text(b *writer)
}

type (
	// And is true where all its parts are, Or where one of them is. Neither is
	// empty.
	And []Expr
	// Or is the other.
	Or []Expr

	// Not is true where X is not: of a run that has no auc, `metrics.auc > 1` is
	// false and `not metrics.auc > 1` true.
	Not struct{ X Expr }

	// Compare tests the values of one field. It is true where one of them passes;
	// a field without a value passes Null only.
	Compare struct {
		Field  Field
		Op     Op
		Values []Value // of In and NotIn one or more, all numbers or all text; of Null and NaN none; else one
	}

	// A Key is one level of an order. Whatever the direction, numbers come before
	// NaN, NaN before text, and runs without the field last.
	Key struct {
		Field Field
		Desc  bool
	}

	// A Field is what a run may have: a metric by its last value, a parameter, a
	// tag, an attribute of the run itself, or the datasets that it read.
	Field struct {
		Kind Kind
		Name string // of an Attribute or Dataset one of the constants below
	}

	// A Value is a constant, or one value of a field. Constants are numbers or
	// text; a parameter or tag may be both, for "0.1" is text that reads as a
	// number.
	Value struct {
		Text     string
		Number   float64
		IsNumber bool
		Nanos    int64 // of a time: nanoseconds since 1970, beside the milliseconds in Number
	}
)

// A Subject is a run as a filter sees it.
type Subject interface {
	// Values are what a field holds: none, one, or of datasets several.
	Values(f Field) []Value
}

// A Kind is a sort of field.
type Kind string

// The kinds, in the words of a filter. Metrics may get contexts (subset=val)
// later: [ after a name is kept for them.
const (
	Metric    Kind = "metrics"
	Param     Kind = "params"
	Tag       Kind = "tags"
	Attribute Kind = "attributes"
	Dataset   Kind = "dataset"
)

// The attributes of a run. Start, End and Deleted are milliseconds since 1970, Seed is a
// number, the others are text; one that is empty is not there.
const (
	RunID      = "run_id"
	RunName    = "run_name"
	Status     = "status"
	Start      = "start_time"
	End        = "end_time"
	Deleted    = "deleted" // when; of a deleted run only
	Experiment = "experiment"
	RunKind    = "kind"
	Parent     = "parent"
	Reason     = "reason"
	Command    = "command"
	Commit     = "commit"
	Branch     = "branch"
	Host       = "host"
	Seed       = "seed"
)

// The fields of a dataset that a run read. All are text.
const (
	DatasetName   = "name"
	DatasetDigest = "digest"
	DatasetRole   = "context" // MLflow's word for what it was read for: train, evaluate
	DatasetRef    = "ref"     // name@v3
)

// An Op is what Compare does, in the words of a filter.
type Op string

// The comparisons. Each negative one is true where the field is there and the
// positive one is false. With a number all compare numbers, and what is no
// number is neither smaller, equal nor greater; NaN neither. With text they
// compare text, byte by byte. In a pattern % is any text and _ any one
// character; ILike takes the letters A to Z for a to z.
const (
	Eq       Op = "="
	Ne       Op = "!="
	Lt       Op = "<"
	Le       Op = "<="
	Gt       Op = ">"
	Ge       Op = ">="
	In       Op = "in"
	NotIn    Op = "not in"
	Like     Op = "like"
	NotLike  Op = "not like"
	ILike    Op = "ilike"
	NotILike Op = "not ilike"
	Null     Op = "is null"
	NotNull  Op = "is not null"
	NaN      Op = "is nan"
	NotNaN   Op = "is not nan"
)

// negatives are the comparisons that are true where the field is there and
// another one is false.
var negatives = map[Op]Op{Ne: Eq, NotIn: In, NotLike: Like, NotILike: ILike, NotNaN: NaN}

// Positive is the comparison that o is the negative of, and whether it is one.
// NotNull is none: it asks only for the field.
func (o Op) Positive() (Op, bool) {
	p, ok := negatives[o]
	if !ok {
		return o, false
	}
	return p, true
}
