package schema

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/internal/yamldoc"
)

// mostBytes bounds a file: one of 10,000 columns has 2 MB.
const mostBytes = 64 << 20

type (
	// A reader turns YAML into a Schema and gathers all that is wrong with it.
	reader struct {
		wrong []wrong
		where string // `column "alcohol": `
	}

	wrong struct {
		line       int
		text, hint string
	}
)

// Parse reads a schema from YAML. An error names every line that is wrong, the
// first ten of them, and has the hint for the first.
func Parse(data []byte) (*Schema, error) {
	if len(data) > mostBytes {
		return nil, fmt.Errorf("read schema: %d bytes; at most are %d", len(data), mostBytes)
	}
	doc, err := yamldoc.Parse("schema", data)
	if err != nil {
		return nil, err
	}
	r := &reader{}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, hint.New(errors.New("read schema: line 1: no schema"), "it begins with `columns:`, and a column with its name; see `dataset schema infer`")
	}
	s := r.schema(doc.Content[0])
	if err := r.err(); err != nil {
		return nil, err
	}
	return s, nil
}

func (r *reader) bad(n *yaml.Node, hint, format string, args ...any) {
	r.wrong = append(r.wrong, wrong{n.Line, r.where + fmt.Sprintf(format, args...), hint})
}

func (r *reader) err() error {
	if len(r.wrong) == 0 {
		return nil
	}
	slices.SortStableFunc(r.wrong, func(a, b wrong) int { return a.line - b.line })
	var lines []string
	for _, w := range r.wrong[:min(10, len(r.wrong))] {
		lines = append(lines, fmt.Sprintf("line %d: %s", w.line, w.text))
	}
	if more := len(r.wrong) - 10; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return hint.New(errors.New("read schema: "+strings.Join(lines, "\n")), r.wrong[0].hint)
}

// pairs calls f with each entry of a mapping, no name twice.
func (r *reader) pairs(n *yaml.Node, what string, f func(name string, key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" { // "columns:" with nothing behind it
			r.bad(n, "write name: value, one a line", "%s: %s where names with values are wanted", what, kindOf(n))
		}
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || v.Kind == yaml.AliasNode || k.Tag == "!!merge" || v.Anchor != "" {
			r.bad(k, "write it out", "%s: anchors, aliases and names that are no words are not taken", what)
			continue
		}
		if line, again := seen[k.Value]; again {
			r.bad(k, "remove one", "%s: %q is there already, in line %d", what, k.Value, line)
			continue
		}
		seen[k.Value] = k.Line
		f(k.Value, k, v)
	}
}

// unknown says that a word is none of those there are.
func (r *reader) unknown(n *yaml.Node, what, word string, known []string) {
	h := "there are " + strings.Join(known, ", ")
	if near := nearest.Of(word, known, 1); len(near) > 0 {
		h = "did you mean " + near[0] + "? " + h
	}
	r.bad(n, h, "%s %q is not known", what, word)
}

func (r *reader) schema(n *yaml.Node) *Schema {
	s := &Schema{Note: comment(n.HeadComment)}
	if s.Note == "" && len(n.Content) > 0 {
		s.Note = comment(n.Content[0].HeadComment)
	}
	r.pairs(n, "schema", func(name string, k, v *yaml.Node) {
		switch name {
		case "dataset":
			s.Dataset = r.word(v, "dataset")
		case "other_columns":
			s.Other = r.level(v, true)
		case "rows":
			if e := r.expectation(Kind{Name: "rows", read: readRows}, k, v); e.Rule != nil {
				s.Table = append(s.Table, e)
			}
		case "unique":
			s.Table = append(s.Table, r.keys(v)...)
		case "columns":
			r.pairs(v, "columns", func(name string, k, v *yaml.Node) { s.Columns = append(s.Columns, r.column(name, k, v)) })
		default:
			r.unknown(k, "entry", name, []string{"dataset", "rows", "unique", "other_columns", "columns"})
		}
	})
	return s
}

func (r *reader) column(name string, k, n *yaml.Node) Column {
	c := Column{Name: name}
	r.where = fmt.Sprintf("column %q: ", name)
	defer func() { r.where = "" }()
	lines := map[string]*yaml.Node{}
	r.pairs(n, "its expectations", func(word string, k, v *yaml.Node) {
		if word == "absent" {
			c.Absent = r.level(v, true)
			return
		}
		at := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Name == word })
		if at < 0 {
			r.unknown(k, "expectation", word, append(kindNames(Kinds()), "absent"))
			return
		}
		if e := r.expectation(Kinds()[at], k, v); e.Rule != nil {
			c.Expect = append(c.Expect, e)
			lines[word] = v
		}
	})
	r.fit(c, lines)
	return c
}

// fit says which rules cannot be of the column's type, before there is data.
func (r *reader) fit(c Column, lines map[string]*yaml.Node) {
	d, known := arrowType(c.typed())
	if !known {
		return
	}
	for _, e := range c.Expect {
		switch e.Rule.(type) {
		case Foreign, Distance:
			continue
		}
		if _, err := e.Rule.start(&opener{}, []arrow.DataType{d}); err != nil {
			r.bad(lines[e.Rule.Kind()], "the column's type is "+c.typed(), "%s: %v", e.Rule.Kind(), err)
		}
	}
}

// expectation reads a rule in its short form, or as a mapping that may have a
// level.
func (r *reader) expectation(kind Kind, k, n *yaml.Node) Expectation {
	e := Expectation{Note: comment(n.LineComment)}
	if e.Note == "" {
		e.Note = comment(k.HeadComment)
	}
	if n.Kind == yaml.AliasNode {
		r.bad(n, "write it out", "%s: aliases are not taken", kind.Name)
		return e
	}
	rest := n
	if n.Kind == yaml.MappingNode {
		copied := *n
		copied.Content = nil
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "level" {
				e.Level = r.level(n.Content[i+1], false)
				continue
			}
			copied.Content = append(copied.Content, n.Content[i], n.Content[i+1])
		}
		rest = &copied
	}
	e.Rule = kind.read(r, rest)
	return e
}

// keys are the rules of columns that are unique together.
func (r *reader) keys(n *yaml.Node) []Expectation {
	var list []Expectation
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "write unique: [[customer, day]]", "unique: %s where a list of lists of columns is wanted", kindOf(n))
		return nil
	}
	for _, item := range n.Content {
		kind := Kind{Name: "unique", read: func(r *reader, n *yaml.Node) Rule {
			columns := n
			if n.Kind == yaml.MappingNode {
				columns = nil
				r.args(n, "unique", map[string]func(*yaml.Node){"columns": func(v *yaml.Node) { columns = v }})
			}
			if columns == nil || columns.Kind != yaml.SequenceNode || len(columns.Content) == 0 {
				r.bad(n, "write unique: [[customer, day]]", "unique: which columns?")
				return nil
			}
			return Unique{r.words(columns, "unique")}
		}}
		if e := r.expectation(kind, item, item); e.Rule != nil {
			list = append(list, e)
		}
	}
	return list
}

func (r *reader) level(n *yaml.Node, allow bool) Level {
	l := Level(n.Value)
	known := []string{string(Error), string(Warning), string(Info)}
	if allow {
		known = append(known, string(Allow))
	}
	if n.Kind != yaml.ScalarNode || !slices.Contains(known, string(l)) {
		r.unknown(n, "level", n.Value, known)
		return ""
	}
	return l
}

// word is a scalar as it is written.
func (r *reader) word(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.bad(n, "write one word or number", "%s: %s where one value is wanted", what, kindOf(n))
		return ""
	}
	return n.Value
}

func (r *reader) words(n *yaml.Node, what string) []string {
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "write them with commas between [ and ]", "%s: %s where a list is wanted", what, kindOf(n))
		return nil
	}
	var out []string
	for _, item := range n.Content {
		out = append(out, r.word(item, what))
	}
	return out
}

func (r *reader) float(n *yaml.Node, what string) float64 {
	v, err := strconv.ParseFloat(r.word(n, what), 64)
	if err != nil || v != v {
		r.bad(n, "write a number such as 0.1", "%s: %q is not a number", what, n.Value)
		return 0
	}
	return v
}

func (r *reader) whole(n *yaml.Node, what string) int64 {
	v, err := strconv.ParseInt(strings.ReplaceAll(r.word(n, what), "_", ""), 10, 64)
	if err != nil || v < 0 {
		r.bad(n, "write a whole number from 0", "%s: %q is not a whole number from 0", what, n.Value)
		return 0
	}
	return v
}

// args reads the entries of a rule's long form.
func (r *reader) args(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	r.pairs(n, what, func(name string, k, v *yaml.Node) {
		read, ok := known[name]
		if !ok {
			var names []string
			for w := range known {
				names = append(names, w)
			}
			slices.Sort(names)
			r.unknown(k, what+":", name, append(names, "level"))
			return
		}
		read(v)
	})
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "names with values"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}

// comment is a comment without its marks.
func comment(c string) string {
	lines := strings.Split(c, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(strings.TrimPrefix(l, "#"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
