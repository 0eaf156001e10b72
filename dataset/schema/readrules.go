package schema

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/dataset"
)

// one is the node of a rule that has a single argument: itself, or what stands
// under name in its long form.
func (r *reader) one(n *yaml.Node, what, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	var out *yaml.Node
	r.args(n, what, map[string]func(*yaml.Node){name: func(v *yaml.Node) { out = v }})
	if out == nil {
		r.bad(n, "write "+what+": {"+name+": ..., level: warning}", "%s: no %s", what, name)
	}
	return out
}

func readType(r *reader, n *yaml.Node) Rule {
	if n = r.one(n, "type", "is"); n == nil {
		return nil
	}
	t := Type{r.word(n, "type")}
	lower := map[string]bool{"int": true, "integer": true, "float": true, "double": true, "number": true, "text": true, "str": true, "boolean": true, "datetime": true, "object": true}
	if lower[t.Name] || t.Name == "" {
		r.unknown(n, "type", t.Name, dataset.Types())
		return nil
	}
	return t
}

func readMissing(r *reader, n *yaml.Node) Rule {
	if n = r.one(n, "missing", "max"); n == nil {
		return nil
	}
	m := Missing{r.float(n, "missing")}
	if m.Max < 0 || m.Max > 1 {
		r.bad(n, "0.05 is five in a hundred", "missing: the share %s is not from 0 to 1", n.Value)
	}
	return m
}

// ends reads a [low, high] or {min: low, max: high}.
func (r *reader) ends(n *yaml.Node, what string) (low, high *yaml.Node) {
	switch {
	case n.Kind == yaml.SequenceNode && len(n.Content) == 2:
		return n.Content[0], n.Content[1]
	case n.Kind == yaml.MappingNode:
		r.args(n, what, map[string]func(*yaml.Node){"min": func(v *yaml.Node) { low = v }, "max": func(v *yaml.Node) { high = v }})
		if low != nil || high != nil || len(n.Content) > 0 {
			return low, high
		}
	}
	r.bad(n, "write "+what+": [1, 10], or {min: 1} or {max: 10}", "%s: %s where two bounds are wanted", what, kindOf(n))
	return nil, nil
}

func readRange(r *reader, n *yaml.Node) Rule {
	low, high := r.ends(n, "range")
	var out Range
	if low != nil {
		out.Min = r.word(low, "range")
	}
	if high != nil {
		out.Max = r.word(high, "range")
	}
	if out == (Range{}) {
		return nil
	}
	var a, b float64
	if floatBound(out.Min, &a) == nil && floatBound(out.Max, &b) == nil && out.Min != "" && out.Max != "" && a > b {
		r.bad(n, "write the smaller first", "range: %s is larger than %s", out.Min, out.Max)
	}
	return out
}

// wholes are two bounds from 0, the second -1 where there is none.
func (r *reader) wholes(n *yaml.Node, what string) (low, high int64) {
	l, h := r.ends(n, what)
	high = -1
	if l != nil {
		low = r.whole(l, what)
	}
	if h != nil {
		if high = r.whole(h, what); high < low {
			r.bad(n, "write the smaller first", "%s: %d is larger than %d", what, low, high)
		}
	}
	return low, high
}

func readLength(r *reader, n *yaml.Node) Rule {
	low, high := r.wholes(n, "length")
	return Length{int(low), int(high)}
}

func readRows(r *reader, n *yaml.Node) Rule {
	low, high := r.wholes(n, "rows")
	return Rows{low, high}
}

func readSet(r *reader, n *yaml.Node) Rule {
	if n = r.one(n, "set", "is"); n == nil {
		return nil
	}
	s := Set{r.words(n, "set")}
	if len(s.Values) == 0 {
		r.bad(n, "write set: [red, white]", "set: no values")
		return nil
	}
	return s
}

func readPattern(r *reader, n *yaml.Node) Rule {
	if n = r.one(n, "pattern", "is"); n == nil {
		return nil
	}
	p := Pattern{r.word(n, "pattern")}
	if _, err := p.compile(); err != nil {
		r.bad(n, `it is a regular expression of Go (RE2: no lookahead, no backreferences), such as '[A-Z]{2}\d+' in single quotes`, "pattern: %v", err)
	}
	return p
}

func readUnique(r *reader, n *yaml.Node) Rule {
	if n.Kind == yaml.MappingNode {
		r.args(n, "unique", nil)
		return Unique{}
	}
	switch r.word(n, "unique") {
	case "true":
		return Unique{}
	case "false":
		return nil
	}
	r.bad(n, "several columns together stand at the head of the schema: unique: [[customer, day]]", "unique: %s is not true or false", kindOf(n))
	return nil
}

func readOrder(r *reader, n *yaml.Node) Rule {
	if n = r.one(n, "order", "is"); n == nil {
		return nil
	}
	var words []string
	for _, o := range orders {
		if o.word == n.Value {
			return o.order
		}
		words = append(words, o.word)
	}
	r.unknown(n, "order", n.Value, words)
	return nil
}

func readForeign(r *reader, n *yaml.Node) Rule {
	if n.Kind != yaml.MappingNode {
		return Foreign{Dataset: r.word(n, "foreign")}
	}
	var f Foreign
	r.args(n, "foreign", map[string]func(*yaml.Node){
		"dataset": func(v *yaml.Node) { f.Dataset = r.word(v, "foreign") },
		"column":  func(v *yaml.Node) { f.Column = r.word(v, "foreign") },
	})
	if f.Dataset == "" {
		r.bad(n, "write foreign: {dataset: customers, column: id}", "foreign: in which dataset?")
		return nil
	}
	return f
}

func readDistance(r *reader, n *yaml.Node) Rule {
	d := Distance{Max: -1}
	if n.Kind == yaml.MappingNode {
		r.args(n, "distance", map[string]func(*yaml.Node){
			"to":  func(v *yaml.Node) { d.To = r.word(v, "distance") },
			"max": func(v *yaml.Node) { d.Max = r.float(v, "distance") },
			"measure": func(v *yaml.Node) {
				var names []string
				for _, m := range Measures() {
					names = append(names, m.Name)
				}
				if d.Measure = r.word(v, "distance"); !slices.Contains(names, d.Measure) {
					r.unknown(v, "measure", d.Measure, names)
				}
			},
		})
	}
	if d.To == "" || d.Max < 0 {
		r.bad(n, "write distance: {to: wine@v1, max: 0.1}", "distance: to which version, and how far?")
		return nil
	}
	return d
}
