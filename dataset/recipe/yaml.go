package recipe

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/yamldoc"
)

const stepForm = "a step is `op: scale`, `columns: [a, b]` and its parameters, or a short line such as `scale a,b`"

// parseYAML reads a list of steps, or such a list under "steps". Nodes are read by
// hand, for a message has the line and the character of what is wrong.
func parseYAML(text string) (Recipe, error) {
	doc, err := yamldoc.Parse("recipe", []byte(text))
	if err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, hint.New(errors.New("read recipe: it has no step"), stepForm)
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
