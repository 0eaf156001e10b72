package storetest

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/cellar-ml/cellar/tracker/search"
)

// What random runs hold and random filters ask for: few, so that they meet.
var (
	fieldNames   = []string{"a", "f1 score", "validation/loss"}
	kinds        = []string{"train", "explain", ""}
	numberValues = []float64{0, 1, -1, 0.5, 1e300, math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), 10, 9, 0.1234567890123457}
	textValues   = []string{"x", "X", "10", "9", "-1", "0.50", "1e0", "01", "a_b", "a%b", "[x]", "*", "é漢", `say "hi"`, "it's", "null", "true",
		"0.1234567890123457", strings.Repeat("0123456789", 7), strings.Repeat("0123456789", 6) + "0123", "\t"}
	paramValues = []any{1, 10, 9, 0.5, 1.0, -1, uint64(math.MaxUint64), math.NaN(), math.Inf(1), math.Inf(-1), 0.1234567890123457, true, nil, []int{1, 2},
		"x", "10", "0.50", "null", `say "hi"`, "<b>&", "é漢", strings.Repeat("0123456789", 7), "X", "a_b"}
	patterns = []string{"%", "x", "_", "%1%", "a_b", "a%b", "[x]", "*", "%é%", "01234%", "%\"%", "X", "__", ""}
)

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// randomExpr makes expressions as Parse would.
func randomExpr(rng *rand.Rand, depth int) search.Expr {
	if depth == 0 || rng.IntN(3) == 0 {
		return randomCompare(rng)
	}
	parts := []search.Expr{randomExpr(rng, depth-1), randomExpr(rng, depth-1)}
	for rng.IntN(3) == 0 {
		parts = append(parts, randomExpr(rng, depth-1))
	}
	switch rng.IntN(5) {
	case 0:
		return search.Not{X: parts[0]}
	case 1, 2:
		return search.Or(parts)
	}
	return search.And(parts)
}

func randomCompare(rng *rand.Rand) search.Compare {
	nulls := []search.Op{search.Null, search.NotNull}
	ofNumbers := []search.Op{search.Eq, search.Ne, search.Lt, search.Le, search.Gt, search.Ge, search.In, search.NotIn}
	ofTexts := []search.Op{search.Eq, search.Ne, search.In, search.NotIn, search.Like, search.NotLike, search.ILike, search.NotILike}
	name := pick(rng, fieldNames)
	attribute := func(name string) search.Field { return search.Field{Kind: search.Attribute, Name: name} }
	switch rng.IntN(9) {
	case 0, 1:
		nulls = append(nulls, search.NaN, search.NotNaN)
		return compareOf(rng, search.Field{Kind: search.Metric, Name: name}, append(ofNumbers, nulls...), numberValues, nil)
	case 2, 3:
		nulls = append(nulls, search.NaN, search.NotNaN)
		return compareOf(rng, search.Field{Kind: search.Param, Name: name}, append(append(ofNumbers, ofTexts...), nulls...), numberValues, textValues)
	case 4, 5:
		return compareOf(rng, search.Field{Kind: search.Tag, Name: name}, append(append(ofNumbers, ofTexts...), nulls...), numberValues, textValues)
	case 6:
		f := search.Field{Kind: search.Dataset, Name: pick(rng, []string{search.DatasetName, search.DatasetRole})}
		return compareOf(rng, f, append(ofTexts, nulls...), nil, []string{"wine", "beer", "win", "train", "evaluate", "wine-x"})
	case 7:
		at := float64(Epoch.UnixMilli() + int64(rng.IntN(4)))
		return compareOf(rng, attribute(pick(rng, []string{search.Start, search.End})), append(ofNumbers, nulls...), []float64{at}, nil)
	}
	if rng.IntN(2) == 0 {
		return compareOf(rng, attribute(search.Seed), append(ofNumbers, nulls...), []float64{0, 1, 2, 1.5}, nil)
	}
	return compareOf(rng, attribute(search.RunKind), append(ofTexts, nulls...), nil, []string{"train", "explain", "Train"})
}

// compareOf makes one comparison with constants of either list.
func compareOf(rng *rand.Rand, f search.Field, ops []search.Op, numbers []float64, texts []string) search.Compare {
	c := search.Compare{Field: f, Op: pick(rng, ops)}
	pattern := strings.Contains(string(c.Op), "like")
	asNumber := len(texts) == 0 || len(numbers) > 0 && !pattern && rng.IntN(2) == 0
	n := 1
	switch c.Op {
	case search.Null, search.NotNull, search.NaN, search.NotNaN:
		return c
	case search.In, search.NotIn:
		n += rng.IntN(3)
	}
	for range n {
		switch {
		case pattern:
			c.Values = append(c.Values, search.Value{Text: pick(rng, patterns)})
		case asNumber:
			v := pick(rng, numbers)
			for math.IsNaN(v) {
				v = pick(rng, numbers)
			}
			c.Values = append(c.Values, search.Value{Number: v, IsNumber: true})
		default:
			c.Values = append(c.Values, textConstant(pick(rng, texts), c.Op))
		}
	}
	return c
}

// textConstant is a text in quotes: in an order, one that reads as a number is
// a number.
func textConstant(s string, op search.Op) search.Value {
	switch op {
	case search.Lt, search.Le, search.Gt, search.Ge:
		if n, is := search.ReadNumber(s); is {
			return search.Value{Number: n, IsNumber: true}
		}
	}
	return search.Value{Text: s}
}

func randomOrder(rng *rand.Rand) []search.Key {
	fields := []search.Field{{Kind: search.Attribute, Name: search.RunKind}, {Kind: search.Attribute, Name: search.End}, {Kind: search.Attribute, Name: search.Seed}}
	for _, name := range fieldNames {
		fields = append(fields, search.Field{Kind: search.Metric, Name: name}, search.Field{Kind: search.Param, Name: name}, search.Field{Kind: search.Tag, Name: name})
	}
	rng.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	var keys []search.Key
	for _, f := range fields[:rng.IntN(3)] {
		keys = append(keys, search.Key{Field: f, Desc: rng.IntN(2) == 0})
	}
	return keys
}
