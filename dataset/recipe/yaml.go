package recipe

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
)

const stepForm = "a step is `op: scale`, `columns: [a, b]` and its parameters, or a short line such as `scale a,b`"

// parseYAML reads a list of steps, or such a list under "steps". Nodes are read by
// hand, for a message has the line and the character of what is wrong.
func parseYAML(text string) (Recipe, error) {
	doc, err := document(text)
	if err != nil {
		return nil, err
	}
	list := doc.Content[0]
	if list.Kind == yaml.MappingNode && len(list.Content) > 0 {
		for i := 2; i < len(list.Content); i += 2 {
			return nil, at(list.Content[i], fmt.Errorf("no key %q; have steps", list.Content[i].Value))
		}
		list = real(list.Content[1])
	}
	if list.Kind != yaml.SequenceNode {
		return nil, at(list, hint.New(fmt.Errorf("%s where a list of steps is wanted", kindText(list)), stepForm))
	}
	var r Recipe
	for i, n := range list.Content {
		n = real(n)
		s, err := stepOf(n)
		if err == nil {
			if err = s.check(); err != nil {
				err = at(n, stepError(i, s, err))
			}
		}
		if err != nil {
			return nil, err
		}
		r = append(r, s)
	}
	return r, r.Check()
}

// document is the one document of a file, with something in it.
func document(text string) (doc yaml.Node, err error) {
	number := 0
	for line := range strings.Lines(text) {
		if number++; !utf8.ValidString(line) || strings.ContainsFunc(line, func(c rune) bool { return c < ' ' && !strings.ContainsRune("\t\n\r", c) }) {
			return doc, hint.New(fmt.Errorf("read recipe: line %d: not text in UTF-8: %.60q", number, line), "save the file as UTF-8")
		}
	}
	l, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return doc, syntax(err)
	}
	if err := l.Load(&doc); err != nil && !errors.Is(err, io.EOF) {
		return doc, syntax(err)
	}
	var more yaml.Node
	switch err := l.Load(&more); {
	case err == nil:
		return doc, at(&more, hint.New(errors.New("a second document"), "a file has one recipe: remove the --- and what is below it"))
	case !errors.Is(err, io.EOF):
		return doc, syntax(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return doc, hint.New(errors.New("read recipe: it has no step"), stepForm)
	}
	return doc, nil
}

// stepOf reads a mapping, or a short line.
func stepOf(n *yaml.Node) (s Step, err error) {
	if n.Kind == yaml.ScalarNode && n.Value != "" && !strings.Contains(n.Value, "\n") {
		if s, err = parseStep(n.Value); err != nil {
			err = at(n, err)
		}
		return s, err
	}
	if n.Kind != yaml.MappingNode {
		return s, at(n, hint.New(fmt.Errorf("%s where a step is wanted", kindText(n)), stepForm))
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], real(n.Content[i+1])
		if line, again := lines[key.Value]; again {
			return s, at(key, hint.New(fmt.Errorf("%s is there already, in line %d", key.Value, line), "remove one"))
		}
		lines[key.Value] = key.Line
		f, ok := s.field(key.Value)
		if !ok {
			return s, at(key, noParameter(key.Value))
		}
		if err := setNode(f, value); err != nil {
			return s, at(value, fmt.Errorf("%s: %w", key.Value, err))
		}
	}
	return s, nil
}

func setNode(f reflect.Value, n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return nil
	}
	if f.Kind() != reflect.Slice {
		if n.Kind != yaml.ScalarNode {
			return hint.New(fmt.Errorf("%s where one value is wanted", kindText(n)), stepForm)
		}
		return setField(f, n.Value)
	}
	if n.Kind != yaml.SequenceNode {
		return hint.New(fmt.Errorf("%s where a list is wanted", kindText(n)), stepForm)
	}
	out := reflect.MakeSlice(f.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		if item = real(item); item.Kind != yaml.ScalarNode {
			return hint.New(fmt.Errorf("%s in a list of values", kindText(item)), stepForm)
		}
		if err := setField(out.Index(i), item.Value); err != nil {
			return err
		}
	}
	f.Set(out)
	return nil
}

// real is the node that an alias stands for.
func real(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func kindText(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.Value == "" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}

func at(n *yaml.Node, err error) error {
	return fmt.Errorf("read recipe: line %d, character %d: %w", n.Line, n.Column, err)
}

// place is how the library says where: at L2.C1.
var place = regexp.MustCompile(`\bL(\d+)\.C(\d+)`)

// syntax makes the library's message one of ours.
func syntax(err error) error {
	text, where := strings.TrimPrefix(err.Error(), "yaml: "), ""
	if m := place.FindStringSubmatch(text); m != nil {
		where = "line " + m[1] + ", character " + m[2] + ": "
		if i := strings.LastIndex(text, ": "); i >= 0 {
			text = text[i+2:]
		}
	}
	return hint.New(fmt.Errorf("read recipe: %snot YAML: %s", where, text),
		"two spaces deeper for what belongs to a step, and quotes around text with : # { [ or a tab in it; "+stepForm)
}
