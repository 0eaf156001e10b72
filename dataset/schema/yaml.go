package schema

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// scalar is text as it stands when YAML reads it back as the same kind of thing,
// and in quotes when it is a word that YAML takes for something else.
func scalar(v string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: v, Tag: tagOf(v)}
}

// tagOf: numbers, times and truths stand bare, since the column's type says what
// they are.
func tagOf(v string) string {
	if _, err := strconv.ParseFloat(v, 64); err == nil {
		if _, err := strconv.ParseInt(v, 10, 64); err == nil {
			return "!!int"
		}
		return "!!float"
	}
	if _, err := parseTime(v); err == nil {
		return "!!timestamp"
	}
	if v == "true" || v == "false" {
		return "!!bool"
	}
	return "!!str"
}

// quoted is text that always stands in single quotes: an expression is full of
// what YAML has a use for.
func quoted(v string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Value: v, Tag: "!!str", Style: yaml.SingleQuotedStyle}
}

// word is text, whatever it looks like.
func word(v string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: v, Tag: "!!str"}
	if tagOf(v) != "!!str" {
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

func list(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Content: items}
}

// mapping takes a name and a node, by turns, and stands on one line.
func mapping(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Content = append(n.Content, word(pairs[i].(string)), pairs[i+1].(*yaml.Node))
	}
	return n
}

func bounds(low, high string) *yaml.Node {
	n := mapping()
	if low != "" {
		n.Content = append(n.Content, word("min"), scalar(low))
	}
	if high != "" {
		n.Content = append(n.Content, word("max"), scalar(high))
	}
	return n
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// YAML is the schema as Parse reads it.
func (s *Schema) YAML() ([]byte, error) {
	root := block()
	root.HeadComment = s.Note
	if s.Dataset != "" {
		entry(root, "dataset", word(s.Dataset), "")
	}
	keys := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, e := range s.Table {
		n := leveled(e)
		if _, ok := e.Rule.(Unique); ok {
			n.LineComment = e.Note
			keys.Content = append(keys.Content, n)
		} else {
			entry(root, e.Rule.Kind(), n, e.Note)
		}
	}
	if len(keys.Content) > 0 {
		entry(root, "unique", keys, "")
	}
	if s.Other != "" {
		entry(root, "other_columns", word(string(s.Other)), "")
	}
	columns := block()
	for _, c := range s.Columns {
		entry(columns, c.Name, c.node(), "")
	}
	entry(root, "columns", whenEmpty(columns), "")
	var buf bytes.Buffer
	d, err := yaml.NewDumper(&buf, yaml.WithIndent(2), yaml.WithLineWidth(120))
	if err == nil {
		err = errors.Join(d.Dump(root), d.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("write schema: %w", err)
	}
	return buf.Bytes(), nil
}

func (c Column) node() *yaml.Node {
	n := block()
	if c.Absent != "" {
		entry(n, "absent", word(string(c.Absent)), "")
	}
	for _, e := range c.Expect {
		entry(n, e.Rule.Kind(), leveled(e), e.Note)
	}
	return whenEmpty(n)
}

// block is a mapping with a line for each entry.
func block() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// whenEmpty is n, as {} where nothing is in it.
func whenEmpty(n *yaml.Node) *yaml.Node {
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

func entry(to *yaml.Node, name string, value *yaml.Node, note string) {
	value.LineComment = note
	to.Content = append(to.Content, word(name), value)
}

// leveled is a rule with its level, where that is not error.
func leveled(e Expectation) *yaml.Node {
	n := e.Rule.write()
	if e.level() == Error {
		return n
	}
	if n.Kind != yaml.MappingNode {
		n = long(e.Rule, n)
	}
	n.Content = append(n.Content, word("level"), word(string(e.Level)))
	return n
}

// long is the long form of a rule that has a short one.
func long(r Rule, short *yaml.Node) *yaml.Node {
	switch r := r.(type) {
	case Range:
		return bounds(r.Min, r.Max)
	case Length:
		return bounds(strconv.Itoa(r.Min), r.max())
	case Rows:
		return mapping("min", short.Content[0], "max", short.Content[1])
	case Missing:
		return mapping("max", short)
	case Foreign:
		return mapping("dataset", short)
	case Unique:
		if len(r.Columns) == 0 {
			return mapping()
		}
		return mapping("columns", short)
	}
	return mapping("is", short)
}
